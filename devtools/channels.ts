/** Records the channels of a connection: what the service knows of each, and how many events each has brought. */
import type { WebSocketServiceError } from '../src/errors.ts';
import type { ChannelsHalf, Connection } from '../src/service/connection.ts';
import { countInSecond, perSecondOf, type SecondTally } from './per-second.ts';

/**
 * Where a channel is. `postponed`: the server can't decide now, and is asked again. `leaving`: no component holds it, and the
 * server does not know that yet. `not-held`: events have come for it, and no component holds it.
 */
export type ChannelStage =
  | 'joined'
  | 'waiting'
  | 'joining'
  | 'postponed'
  | 'refused'
  | 'leaving'
  | 'not-held';

/** What the service knows of one channel. */
export interface ChannelFacts {
  readonly name: string;
  readonly stage: ChannelStage;
  /** How many components, and others, hold it. */
  readonly holders: number;
  readonly refusal: Refusal | null;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** In the words of the server, if it has given any. */
  readonly reason: string;
}

/** What was counted of one channel. */
export interface ChannelFigures {
  readonly count: number;
  /** In the last whole second. */
  readonly perSecond: number;
  /** Of its newest event; null if the server gives none. */
  readonly position: string | null;
}

export interface ChannelTable {
  /** In alphabetical order, so that a channel keeps its place. */
  readonly rows: readonly ChannelFacts[];
  readonly counts: Readonly<Record<ChannelStage, number>>;
}

export interface ShownChannels {
  /** Whether there has been a channel. If not, nothing is shown of channels. */
  readonly use: 'used' | 'unused';
  /** The same object as long as no channel has changed. Events change none. */
  table(): ChannelTable;
  figures(name: string, at: number): ChannelFigures;
  /** Events of channels beyond the limit. */
  readonly others: number;
}

export interface ChannelRecord extends ShownChannels {
  /** The service says that a channel has changed. */
  changed(): void;
  /** One more event of the channel. */
  count(name: string, position: string | undefined, at: number): void;
  /** Forgets the counts. */
  clear(): void;
}

interface Tally extends SecondTally {
  count: number;
  position: string | null;
}

type Entry = NonNullable<ReturnType<ChannelsHalf['entries']['get']>>;

/** A server that makes up channels must not fill the memory. */
const MAX_COUNTED = 20_000;

export const noFigures: ChannelFigures = { count: 0, perSecond: 0, position: null };

/** It reads the service only when it is looked at. */
export function createChannelRecord({ plugs }: Connection): ChannelRecord {
  const tallies = new Map<string, Tally>();
  let table: ChannelTable | null = null;
  let others = 0;
  let use: ShownChannels['use'] = 'unused';

  const read = (): ChannelTable => {
    const entries = plugs.channels?.entries;
    const names = new Set([...(entries?.keys() ?? []), ...tallies.keys()]);
    return tableOf([...names].sort().map((name) => factsOf(name, entries?.get(name))));
  };
  const current = (): ChannelTable => {
    table ??= read();
    if (table.rows.length > 0) use = 'used';
    return table;
  };
  return {
    get use() {
      current();
      return use;
    },
    get others() {
      return others;
    },
    table: current,
    figures(name, at) {
      const tally = tallies.get(name);
      if (tally === undefined) return noFigures;
      return { count: tally.count, perSecond: perSecondOf(tally, at), position: tally.position };
    },
    changed() {
      table = null;
    },
    count(name, position, at) {
      let tally = tallies.get(name);
      if (tally === undefined) {
        if (tallies.size >= MAX_COUNTED) {
          others += 1;
          return;
        }
        tally = { count: 0, second: 0, inSecond: 0, inSecondBefore: 0, position: null };
        tallies.set(name, tally);
        // The first event of one that is listed already adds none.
        if (plugs.channels?.entries.has(name) !== true) table = null;
      }
      countInSecond(tally, at);
      tally.count += 1;
      if (position !== undefined) tally.position = position;
    },
    clear() {
      tallies.clear();
      others = 0;
      table = null;
    },
  };
}

export function tableOf(rows: readonly ChannelFacts[]): ChannelTable {
  const counts = { joined: 0, waiting: 0, joining: 0, postponed: 0, refused: 0, leaving: 0, 'not-held': 0 };
  for (const { stage } of rows) counts[stage] += 1;
  return { rows, counts };
}

function factsOf(name: string, entry: Entry | undefined): ChannelFacts {
  if (entry === undefined) return { name, stage: 'not-held', holders: 0, refusal: null };
  const { channel, shown } = entry;
  const refusal = shown.error && refusalOf(shown.error);
  return { name, stage: stageOf(entry), holders: channel.mounts, refusal };
}

function stageOf({ channel: { mounts, server }, shown }: Entry): ChannelStage {
  const { status } = shown;
  if (status === 'refused') return status;
  if (mounts === 0) return 'leaving';
  switch (status) {
    case 'joined':
    case 'waiting':
      return status;
    case 'joining':
    case 'idle':
      return server.is === 'postponed' ? server.is : 'joining';
    default:
      status satisfies never;
      return 'joining';
  }
}

function refusalOf({ code, message, details }: WebSocketServiceError): Refusal {
  const { words } = details;
  return { code, message, reason: typeof words === 'string' && words !== '' ? words : message };
}
