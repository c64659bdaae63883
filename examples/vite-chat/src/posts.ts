// The posts of a room: its history, and every post since. The room is joined before the history is requested, and again after
// a lost session, so no post falls between the two.
import { useLiveQuery, useWsRequest } from 'everwire';

export function usePosts(room: string) {
  const request = useWsRequest();
  return useLiveQuery({
    key: ['posts', room],
    fetch: ({ signal }) => request('history', { room }, { signal }),
    // A post that the history has already is replaced.
    on: { posted: (posts, { data }) => [...posts.filter(({ id }) => id !== data.id), data] },
    channel: `room:${room}`,
  });
}
