/** A hook can't be called conditionally, so its name may be missing. */
import { useWsEvents } from 'everwire';

export function Room({ id }: { readonly id: string | undefined }) {
  const lines = useWsEvents(id && `room:${id}`);
  return id ? lines.map(({ data, seq }) => <p key={seq}>{String(data)}</p>) : <p>No room is selected.</p>;
}
