import { useConnectionStatus, useWsRequest } from 'everwire';
import { useEffect } from 'react';

export function Join({ room, refetch }: { room: string; refetch: () => void }) {
  const status = useConnectionStatus();
  const request = useWsRequest();
  useEffect(() => {
    if (status === 'connected') request('join', { room }).then(refetch, console.error);
  }, [status, room, refetch, request]);
  return null;
}
