/** Tells who has the socket of a connection that tabs share, and what the relay has done. */
import type { Connection } from '../src/service/connection.ts';
import type { RelayFigures } from '../src/service/share.ts';
import type { Sharing } from '../src/types.ts';
import { clockTime, grouped } from './format.ts';

export interface SharingFacts {
  /** `off`: the app wants to share, and this tab has its own socket. */
  readonly role: Sharing;
  readonly term: number;
  /** Null: the relay has not said them yet, or there is none. */
  readonly figures: RelayFigures | null;
}

/** Null: the app does not share. Without the owner of the term, which names a tab. */
export function sharingOf({ active, stateStore, shared }: Connection): SharingFacts | null {
  if (!active().config?.share) return null;
  const { term: [term] = [0], figures = null } = shared()?.report() ?? {};
  return { role: stateStore.getState().sharing, term, figures };
}

const ROLES: Readonly<Record<Sharing, string>> = {
  off: 'own socket',
  speaking: 'speaking: has the socket',
  listening: 'listening to a tab',
  worker: 'listening to a worker',
};

/** What the panel shows of it. */
export function sharingFigures({ role, term, figures }: SharingFacts): [name: string, value: string][] {
  return [
    ['This tab', ROLES[role]],
    ['Term', String(term)],
    ['Took over', figures ? clockTime(figures.sinceMs).slice(0, 8) : '–'],
    ['Tabs attached', figures ? grouped(figures.tabs) : '–'],
    ['Relayed', figures ? grouped(figures.frames) : '–'],
  ];
}
