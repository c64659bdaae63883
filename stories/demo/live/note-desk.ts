/** The notes on the fake server: a slow API that reads them, events about new ones, and a record of both for the picture. */
import type { FakeServer } from 'everwire/testing';

export interface Note {
  readonly id: string;
  readonly text: string;
}

/** Times are those of `performance.now()`. `read`: when the database was read. */
export interface RecordedFetch {
  readonly id: number;
  readonly from: number;
  readonly read?: number;
  readonly to?: number;
}

export interface RecordedEvent {
  readonly id: string;
  readonly sent: number;
  /** When it was on the page. */
  readonly shown?: number;
}

export interface NoteDeskView {
  readonly notes: readonly Note[];
  readonly fetches: readonly RecordedFetch[];
  readonly events: readonly RecordedEvent[];
}

export interface NoteDesk {
  /** With `recorded`, for the picture. */
  fetchNotes(signal: AbortSignal, recorded?: 'recorded'): Promise<readonly Note[]>;
  post(): void;
  /** These notes are on the page now. */
  onShown(notes: readonly Note[]): void;
  readonly read: () => NoteDeskView;
  readonly subscribe: (listener: () => void) => () => void;
}

/** There and back. The database is read half-way. */
export const FETCH_MS = 2_000;

/** Of each kind, the newest in the picture. */
const KEPT = 12;

const words: readonly string[] = ['milk', 'call Ada', 'bread', 'pay the rent', 'water the plants', 'stamps'];

export function createNoteDesk(server: FakeServer): NoteDesk {
  const listeners = new Set<() => void>();
  let view: NoteDeskView = { notes: [{ id: 'note 0', text: 'apples' }], fetches: [], events: [] };
  let lastFetch = 0;

  const change = (next: Partial<NoteDeskView>): void => {
    view = { ...view, ...next };
    for (const listener of listeners) listener();
  };
  const record = (id: number, next: Partial<RecordedFetch>): void => {
    const known = view.fetches.find((one) => one.id === id) ?? { id, from: performance.now() };
    const others = view.fetches.filter((one) => one.id !== id);
    change({ fetches: [...others, { ...known, ...next }].slice(-KEPT) });
  };

  return {
    async fetchNotes(signal, recorded) {
      lastFetch += 1;
      const id = lastFetch;
      const note = (next: Partial<RecordedFetch>): void => {
        if (recorded) record(id, next);
      };
      note({});
      try {
        await wait(FETCH_MS / 2, signal);
        const { notes } = view;
        note({ read: performance.now() });
        await wait(FETCH_MS / 2, signal);
        return notes;
      } finally {
        note({ to: performance.now() });
      }
    },
    post() {
      const { length } = view.notes;
      const note = { id: `note ${length}`, text: words[length % words.length] ?? '' };
      const event = { id: note.id, sent: performance.now() };
      change({ notes: [...view.notes, note], events: [...view.events, event].slice(-KEPT) });
      server.emit('note', note);
    },
    onShown(notes) {
      const ids = new Set(notes.map(({ id }) => id));
      if (!view.events.some(({ id, shown }) => shown === undefined && ids.has(id))) return;
      const now = performance.now();
      change({ events: view.events.map((one) => (ids.has(one.id) ? { shown: now, ...one } : one)) });
    },
    read: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(new Error('aborted'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal.addEventListener('abort', end);
  });
}
