'use client';
/** Shows who has the socket of a connection that tabs share, and what the relay has done. */
import type { ReactNode } from 'react';
import type { Connection } from '../src/service/connection.ts';
import type { SharingReport } from '../src/service/share.ts';
import type { Sharing } from '../src/types.ts';
import { clockTime, grouped } from './format.ts';
import { durationWords } from './timeline.ts';

export interface SharingFacts extends SharingReport {
  /** `off`: the app wants to share, and this tab has its own socket. */
  readonly role: Sharing;
}

/** Null: the app does not share. */
export function sharingOf({ active, stateStore, shared }: Connection): SharingFacts | null {
  if (!active().config?.share) return null;
  const { sharing: role } = stateStore.getState();
  const { term, relay } = (role !== 'off' && shared()?.report()) || { term: 0, relay: null };
  return { role, term, relay };
}

const ROLE_WORDS: Readonly<Record<Sharing, string>> = {
  off: 'off: it has its own socket',
  speaking: 'speaking: it has the socket',
  listening: 'listening: another one has it',
  worker: 'worker: a worker has the socket',
};

export interface SharingViewProps {
  readonly facts: SharingFacts;
  readonly now: number;
}

export function SharingView({ facts: { role, term, relay }, now }: SharingViewProps): ReactNode {
  const figures: readonly (readonly [name: string, value: string])[] = [
    ['This tab', ROLE_WORDS[role]],
    ...(role === 'off'
      ? []
      : ([
          ['Term', term === 0 ? '–' : String(term)],
          ['Took over', relay === null ? '–' : clockTime(relay.sinceMs).slice(0, 8)],
          ['Relay for', relay === null ? '–' : durationWords(Math.max(now - relay.sinceMs, 0))],
          ['Tabs attached', relay === null ? '–' : grouped(relay.tabs)],
          ['Frames relayed', relay === null ? '–' : grouped(relay.frames)],
        ] as const)),
  ];
  return (
    <div>
      <h3>Shared with other tabs</h3>
      <dl className="figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="number">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
