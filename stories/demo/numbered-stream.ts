/** Numbers the events that a fake server emits, and records which of them arrive, and how. */
import type { FakeConnection, FakeServer } from 'everwire/testing';

/**
 * - `awaited`: on its way, or kept by the server
 * - `arrived`: over the link on which it was sent
 * - `replayed`: over a later one
 * - `missed`: not received, and never will be
 */
export type Fate = 'awaited' | 'arrived' | 'replayed' | 'missed';

export interface NumberedEvent {
  /** Counts the events of this story, over all sessions. */
  readonly n: number;
  /** Its number in its session; null before it has arrived, and where the server does not number. */
  readonly seq: number | null;
  readonly fate: Fate;
}

export interface StreamView {
  /** The newest of them, oldest first. */
  readonly latest: readonly NumberedEvent[];
  readonly counts: Readonly<Record<Fate, number>>;
  readonly sent: number;
}

export interface NumberedStream {
  /** Emits this many events named `tick`. */
  send(times: number): void;
  /** The page has received number `n`. */
  hear(n: number, seq: number): void;
  /** The page got a notice that events may be missing. */
  heedNotice(): void;
  readonly read: () => StreamView;
  readonly subscribe: (listener: () => void) => () => void;
}

interface Kept extends NumberedEvent {
  readonly sentTo: FakeConnection | undefined;
}

/** Fills whole rows of the strip, at the page's full width and on a phone. */
export const SHOWN_EVENTS = 40;

export function createNumberedStream(server: FakeServer): NumberedStream {
  const listeners = new Set<() => void>();
  let kept: readonly Kept[] = [];
  let view: StreamView = { latest: [], counts: { awaited: 0, arrived: 0, replayed: 0, missed: 0 }, sent: 0 };

  const link = (): FakeConnection | undefined => server.connections.at(-1);

  const change = (next: readonly Kept[], sent: number): void => {
    const counts = { ...view.counts };
    const before = new Map(kept.map(({ n, fate }) => [n, fate]));
    for (const { n, fate } of next) {
      const old = before.get(n);
      if (old !== undefined) counts[old] -= 1;
      counts[fate] += 1;
    }
    const oldest = sent - SHOWN_EVENTS;
    // Awaited events are kept as long as it takes: they are counted when their outcome is known.
    kept = next.filter(({ n, fate }) => n > oldest || fate === 'awaited');
    view = { latest: kept.slice(-SHOWN_EVENTS), counts, sent };
    for (const listener of listeners) listener();
  };

  /** Awaited events that meet the condition will not arrive any more. */
  const without = (isLost: (event: Kept) => boolean): Kept[] =>
    kept.map((event) => (event.fate === 'awaited' && isLost(event) ? { ...event, fate: 'missed' } : event));

  return {
    send(times) {
      // No client has connected yet: the event would reach no session.
      if (server.attempts === 0) return;
      const added = Array.from({ length: times }, (_, index): Kept => {
        return { n: view.sent + index + 1, seq: null, fate: 'awaited', sentTo: link() };
      });
      // Before they are emitted, so that nothing arrives that was not recorded.
      change([...kept, ...added], view.sent + times);
      for (const { n } of added) server.emit('tick', { n });
    },
    hear(n, seq) {
      const fateOf = ({ sentTo }: Kept): Fate => (sentTo === link() ? 'arrived' : 'replayed');
      const next = without((event) => event.n < n).map((event) =>
        event.n === n ? { ...event, seq: seq < 0 ? null : seq, fate: fateOf(event) } : event,
      );
      change(next, view.sent);
    },
    heedNotice() {
      // A notice may come with the opening itself, before the server holds the new link.
      const isBefore = ({ sentTo }: Kept): boolean => sentTo === undefined || sentTo !== link();
      change(without(isBefore), view.sent);
    },
    read: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
