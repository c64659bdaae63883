/** Tells listeners of a cell less often. */
import type { EventCell } from '../src/store/latest-events.ts';
import { inAct } from '../src/transport/act.ts';

/**
 * Tells of a change at once, then at most once per `everyMs`, and always of the last one. If there is no `newest` event any
 * more, it tells at once: what is shown belongs to the last user.
 */
export function throttled(cell: EventCell, newest: EventCell, everyMs: number): EventCell {
  return {
    ...cell,
    subscribe(listener) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let isDue = false;
      const tell = (): void => {
        clearTimeout(timer);
        isDue = false;
        timer = setTimeout(
          inAct(() => {
            timer = undefined;
            if (isDue) tell();
          }),
          everyMs,
        );
        listener();
      };
      const stop = cell.subscribe(() => {
        if (timer === undefined || !newest.getState()) tell();
        else isDue = true;
      });
      return () => {
        clearTimeout(timer);
        stop();
      };
    },
  };
}
