/** The floor that collects the newest events and renders once per animation frame. */

import type { Payload } from '../contender.ts';
import { createFloor } from './floor-hooks.tsx';

export const contender = createFloor('floor, once per frame', (link, name, setLatest) => {
  const unlisten = link.listen(name, (data) => {
    if (pending.size === 0) requestAnimationFrame(commit);
    pending.set(setLatest, data);
  });
  return () => {
    unlisten();
    pending.delete(setLatest);
  };
});

/** The newest event for each component that has not received it yet. */
const pending = new Map<(data: Payload) => void, Payload>();

function commit(): void {
  for (const [setLatest, data] of pending) setLatest(data);
  pending.clear();
}
