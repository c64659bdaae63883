import { useWsSend } from 'everwire';
import { useEffect } from 'react';

/** Below a provider with `sendQueue={{ ttl: 30_000 }}` (ms). */
export function Watch({ filter }: { filter: string }) {
  const send = useWsSend();
  useEffect(() => void send('watch', { filter }), [send, filter]);
  return null;
}
