import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMissedEvents, useWsEventHandler, useWsRequest } from 'everwire';
import { chat } from './chat.ts';

/** A query whose answer comes over the socket. It waits for the connection, and is aborted with the query. */
export function History({ room }: { readonly room: string }) {
  const request = useWsRequest({ service: chat });
  const queryClient = useQueryClient();
  const { data, error } = useQuery({
    queryKey: ['history', room],
    queryFn: ({ signal }) => request('history', { room }, { signal }),
  });
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['history', room] });
  useWsEventHandler('posted', ({ data }) => (data.room === room ? refresh() : undefined), { service: chat });
  useMissedEvents(refresh, { service: chat });
  if (error) return <p role="alert">{error.message}</p>;
  return <p>{data === undefined ? 'Loading…' : `${data.length} posts, the last one by ${data[0]?.user}`}</p>;
}
