/** The events of a live query that are not in its data yet: what is held, what is applied, and what `at` skips. */
import type { IWebSocketEvent } from '../../types.ts';
import { isUpTo, type LivePosition } from './position.ts';

/** How the data of a live query is kept up to date. */
export interface LiveRules<Data> {
  readonly on: Readonly<Record<string, ((data: Data, event: IWebSocketEvent) => Data) | undefined>>;
  readonly at?: ((data: Data) => LivePosition | null | undefined) | undefined;
  readonly eventAt?: ((event: IWebSocketEvent) => LivePosition | null | undefined) | undefined;
}

/** `thrown`: by a reducer. The events after it are still held. */
export interface Applied<Data> {
  readonly data: Data;
  readonly thrown?: { readonly value: unknown; readonly event: string };
}

export interface HeldEvents<Data> {
  /** Adds one. Returns how many are held now. */
  add(event: IWebSocketEvent): number;
  /** A fetch begins: what was added until now is in its result. */
  mark(): void;
  /** The result of that fetch is here: drops what is in it. */
  dropMarked(): void;
  clear(): void;
  /** Applies them in order, and holds none of them any more. Those up to `reached` are in the data already. */
  apply(data: Data, rules: LiveRules<Data>, reached: LivePosition | null | undefined): Applied<Data>;
}

export function createHeldEvents<Data>(): HeldEvents<Data> {
  let held: IWebSocketEvent[] = [];
  let marked = 0;

  const clear = (): void => {
    held = [];
    marked = 0;
  };

  return {
    add: (event) => held.push(event),
    mark() {
      marked = held.length;
    },
    dropMarked() {
      held = held.slice(marked);
      marked = 0;
    },
    clear,
    apply(data, { on, eventAt }, reached) {
      const due = held;
      clear();
      let next = data;
      for (const [index, event] of due.entries()) {
        try {
          const reduce = on[event.event];
          if (reduce === undefined || isIn(event, eventAt, reached)) continue;
          const changed = reduce(next, event);
          // A forgotten `return` would otherwise empty the page.
          if (changed === undefined) throw new TypeError('It returned nothing. Return the data.');
          next = changed;
        } catch (value) {
          held = due.slice(index + 1);
          return { data: next, thrown: { value, event: event.event } };
        }
      }
      return { data: next };
    },
  };
}

/** Whether the data has the event already. */
function isIn<Data>(
  event: IWebSocketEvent,
  eventAt: LiveRules<Data>['eventAt'],
  reached: LivePosition | null | undefined,
): boolean {
  const place = eventAt ? eventAt(event) : event.position;
  if (reached === undefined || reached === null || place === undefined || place === null) return false;
  return isUpTo(place, reached);
}
