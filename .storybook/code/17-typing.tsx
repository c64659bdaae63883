// The users who are typing. Each of them is removed 3 s after the last event, or with a post.

import { useWsRecent } from 'everwire';

export function useTyping(): readonly string[] {
  return useWsRecent(['typing', 'posted'], { key: ({ data }) => data.user, ttl: 3_000 })
    .filter(({ event }) => event === 'typing')
    .map(({ data }) => data.user);
}
