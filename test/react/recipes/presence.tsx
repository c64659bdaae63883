import { useWsConnected, useWsSend } from 'everwire';

/** Tells the server which room this page shows, once for each session. Use it with `key={id}`. */
export function Room({ id }: { readonly id: string }) {
  const send = useWsSend();
  useWsConnected(({ resumed }) => {
    // A resumed session knows it already.
    if (!resumed) send('enter', { room: id });
    const beat = setInterval(() => send('still_here', { room: id }), 60_000);
    return () => clearInterval(beat);
  });
  return <h1>Room {id}</h1>;
}
