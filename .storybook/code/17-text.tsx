// A text that arrives in pieces. After a reload it is there again, from the start.

import { useWsText, type WsText } from 'everwire';

export function useAnswer(id: string): WsText {
  return useWsText(['token', 'end'], {
    channel: `answer:${id}`,
    from: 'start',
    append: ({ event, data }) => (event === 'token' ? data : undefined),
    done: ({ event }) => event === 'end',
  });
}
