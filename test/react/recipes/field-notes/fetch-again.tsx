import { useMissedEvents, useWsEventHandler } from 'everwire';

export function Freshness({ refetch }: { refetch: () => void }) {
  useWsEventHandler('posted', refetch);
  useMissedEvents(refetch);
  return null;
}
