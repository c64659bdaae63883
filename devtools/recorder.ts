/** What is remembered? The newest messages in a ring, and counts of everything: one note for each, nothing more. */
import { Subscription } from 'rxjs';
import type { WebSocketServiceError } from '../src/errors.ts';
import type { Connection } from '../src/service/connection.ts';
import type { Traffic } from '../src/service/outbound/traffic.ts';
import type { IWebSocketEvent, MissedEvents } from '../src/types.ts';
import {
  beginLife,
  confirmResume,
  follow,
  type Life,
  type Moment,
  noticeMissed,
  type Phase,
} from './life.ts';
import { createRateMeter, type RateMeter } from './rate.ts';

type Reply = Extract<Traffic, { type: 'reply' }>;

/** With the name of the message that a reply is for. */
export type NamedTraffic = Exclude<Traffic, Reply> | (Reply & { readonly to: string });

/** What a row is about. */
export type Note =
  | { readonly type: 'event'; readonly value: IWebSocketEvent }
  | { readonly type: 'traffic'; readonly value: NamedTraffic }
  | { readonly type: 'moment'; readonly value: Moment }
  | { readonly type: 'missed'; readonly value: MissedEvents }
  | { readonly type: 'error'; readonly value: WebSocketServiceError };

export type Row = Note & {
  /** Grows by one with every row, for ever. */
  readonly number: number;
  /** Epoch ms. */
  readonly at: number;
};

export interface Counters {
  readonly received: number;
  readonly duplicates: number;
  readonly notices: number;
  /** How many events the notices speak of, where they know. */
  readonly missedEvents: number;
  readonly resumes: number;
  readonly reconnections: number;
  readonly sent: number;
  readonly queued: number;
  readonly refused: number;
  readonly replies: number;
  readonly errors: number;
}

/** From when on the connection was in which phase. */
export interface Band {
  readonly phase: Phase;
  readonly from: number;
}

export interface LatencyFigures {
  readonly last: number;
  readonly least: number;
  readonly mean: number;
}

export interface Recorder {
  /** From here on; the function that it returns ends it. */
  start(): () => void;
  /** Rows with these numbers are held: from `first`, before `end`. */
  readonly range: { readonly first: number; readonly end: number };
  row(number: number): Row | undefined;
  readonly counters: Counters;
  readonly rate: RateMeter;
  readonly bands: readonly Band[];
  readonly moments: readonly Moment[];
  readonly latency: LatencyFigures | null;
  /** When the link that is up was opened, or the last close came; epoch ms. */
  readonly connectedAt: number | null;
  readonly closedAt: number | null;
  /** The newest number that the server has used; -1 before, and where it does not number. */
  readonly lastSeq: number;
  readonly attempt: number;
  /** `paused`: the rows stay as they are; counts, rate and life go on. */
  readonly mode: 'recording' | 'paused';
  /** Rows that were not kept while paused. */
  readonly unkept: number;
  setMode(mode: 'recording' | 'paused'): void;
  clear(): void;
  /** The reader did something that belongs into the story. */
  noteAsked(words: string): void;
  /** Calls back with the first news after `seen()`, and then not before the next `seen()`. */
  onNews(listener: () => void): () => void;
  /** What there is up to now has been drawn. */
  seen(): void;
}

const MAX_MOMENTS = 200;
const MAX_BANDS = 500;
/** Messages that a reply may be for. */
const MAX_ASKED = 1_000;

/** Holds `limit` rows. Nothing is subscribed to before `start()`. */
export function createRecorder(connection: Connection, limit: number): Recorder {
  const { stateStore } = connection;
  // Side by side, so that an event that comes makes no object.
  const types: Note['type'][] = new Array(limit);
  const values: Note['value'][] = new Array(limit);
  const times = new Float64Array(limit);
  const rate = createRateMeter();
  const listeners = new Set<() => void>();
  const asked = new Map<number, string>();
  let first = 0;
  let end = 0;
  let mode: Recorder['mode'] = 'recording';
  let unkept = 0;
  let counters = noCounts();
  let life: Life = beginLife(stateStore.getState());
  let bands: Band[] = [{ phase: life.phase, from: Date.now() }];
  let moments: Moment[] = [];
  let latency = noLatency;
  let connectedAt: number | null = null;
  let closedAt: number | null = null;
  let lastSeq = -1;
  let isNews = false;

  const news = (): void => {
    if (isNews) return;
    isNews = true;
    for (const listener of listeners) listener();
  };

  const put = (type: Note['type'], value: Note['value'], at: number): void => {
    news();
    if (mode === 'paused') {
      unkept += 1;
      return;
    }
    const slot = end % limit;
    types[slot] = type;
    values[slot] = value;
    times[slot] = at;
    end += 1;
    if (end - first > limit) first = end - limit;
  };

  const remember = (moment: Moment): void => {
    moments = [...moments.slice(1 - MAX_MOMENTS), moment];
    if (moment.type === 'resumed') counters.resumes += 1;
    if (moment.type !== 'missed') put('moment', moment, moment.at);
  };

  const confirm = (at: number, sign: 'heard' | 'quiet'): void => {
    const [next, moment] = confirmResume(life, at, sign);
    life = next;
    if (moment !== null) remember(moment);
  };

  const hear = (event: IWebSocketEvent): void => {
    const at = Date.now();
    counters.received += 1;
    rate.count(at);
    if (event.seq >= 0) lastSeq = event.seq;
    if (life.resumingSince !== null) confirm(at, 'heard');
    put('event', event, at);
  };

  const ask = (id: number, event: string): void => {
    asked.set(id, event);
    if (asked.size <= MAX_ASKED) return;
    const [oldest] = asked.keys();
    if (oldest !== undefined) asked.delete(oldest);
  };

  const watch = (traffic: Traffic): void => {
    const at = Date.now();
    switch (traffic.type) {
      case 'duplicate':
        counters.duplicates += 1;
        break;
      case 'reply': {
        if (life.resumingSince !== null) confirm(at, 'heard');
        const to = asked.get(traffic.id);
        // The answer to a ping, which nobody has asked for: what it is good for is the latency.
        if (to === undefined) return;
        counters.replies += 1;
        return put('traffic', { ...traffic, to }, at);
      }
      case 'sent':
        counters.sent += 1;
        if (traffic.id !== null) ask(traffic.id, traffic.event);
        break;
      case 'queued':
      case 'refused':
        counters[traffic.type] += 1;
        break;
      default:
        traffic satisfies never;
    }
    put('traffic', traffic, at);
  };

  const changed = (): void => {
    const at = Date.now();
    const state = stateStore.getState();
    const before = life;
    const [next, named] = follow(life, state, at);
    life = next;
    if (next.phase !== before.phase) {
      bands = [...bands.slice(1 - MAX_BANDS), { phase: next.phase, from: at }];
      if (next.phase === 'connected') {
        connectedAt = at;
        if (before.phase === 'attempting') counters.reconnections += 1;
      } else connectedAt = null;
    }
    if (state.lastClose !== before.facts.lastClose) closedAt = at;
    for (const moment of named) remember(moment);
    if (named.length > 0 || state.latency !== latency.known) news();
    if (state.latency !== latency.known) latency = withLatency(latency, state.latency);
  };

  const miss = (notice: MissedEvents): void => {
    const at = Date.now();
    counters.notices += 1;
    counters.missedEvents += notice.count ?? 0;
    const [next, moment] = noticeMissed(life, notice, at);
    life = next;
    remember(moment);
    put('missed', notice, at);
  };

  return {
    start() {
      // What happened before, or between two starts, is no news: it is where the story goes on from.
      changed();
      if (life.phase === 'connected') connectedAt ??= Date.now();
      const watching = new Subscription(stateStore.subscribe(changed));
      for (const subscription of [
        connection.events.all$.subscribe(hear),
        connection.missed.all$.subscribe(miss),
        connection.traffic.all$.subscribe(watch),
        connection.reporter.errors$.subscribe((error) => {
          counters.errors += 1;
          put('error', error, Date.now());
        }),
      ])
        watching.add(subscription);
      return () => watching.unsubscribe();
    },
    get range() {
      return { first, end };
    },
    row(number) {
      if (number < first || number >= end) return undefined;
      const slot = number % limit;
      return { number, at: times[slot] ?? 0, type: types[slot], value: values[slot] } as Row;
    },
    get counters() {
      return counters;
    },
    rate,
    get bands() {
      return bands;
    },
    get moments() {
      return moments;
    },
    get latency() {
      const { known, count, least, sum } = latency;
      return known === null || count === 0 ? null : { last: known, least, mean: sum / count };
    },
    get connectedAt() {
      return connectedAt;
    },
    get closedAt() {
      return closedAt;
    },
    get lastSeq() {
      return lastSeq;
    },
    get attempt() {
      return life.attempt;
    },
    get mode() {
      return mode;
    },
    get unkept() {
      return unkept;
    },
    setMode(next) {
      mode = next;
      unkept = 0;
      news();
    },
    clear() {
      first = end;
      values.fill(null as never);
      unkept = 0;
      counters = noCounts();
      rate.clear();
      moments = [];
      latency = { ...noLatency, known: latency.known };
      bands = [{ phase: life.phase, from: Date.now() }];
      news();
    },
    noteAsked(words) {
      remember({ at: Date.now(), type: 'asked', name: 'asked', words });
    },
    onNews(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    seen() {
      isNews = false;
      confirm(Date.now(), 'quiet');
    },
  };
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

function noCounts(): Writable<Counters> {
  return {
    received: 0,
    duplicates: 0,
    notices: 0,
    missedEvents: 0,
    resumes: 0,
    reconnections: 0,
    sent: 0,
    queued: 0,
    refused: 0,
    replies: 0,
    errors: 0,
  };
}

interface Latency {
  /** As the state has it now. */
  readonly known: number | null;
  readonly count: number;
  readonly least: number;
  readonly sum: number;
}

const noLatency: Latency = { known: null, count: 0, least: 0, sum: 0 };

function withLatency({ count, least, sum }: Latency, known: number | null): Latency {
  if (known === null) return { known, count, least, sum };
  return { known, count: count + 1, least: count === 0 ? known : Math.min(least, known), sum: sum + known };
}
