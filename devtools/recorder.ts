/** Records a connection: its newest messages, its life, and counters. Adds one row for each message, and copies nothing. */
import { Subscription } from 'rxjs';
import type { Connection } from '../src/service/connection.ts';
import type { Traffic } from '../src/service/traffic.ts';
import type { IWebSocketEvent, MissedEvents } from '../src/types.ts';
import { createChannelRecord } from './channels.ts';
import { createLatencyMeter } from './latency.ts';
import { beginLife, confirmResume, follow, type Life, type Moment, noticeMissed } from './life.ts';
import { createNameCounts } from './name-counts.ts';
import { createRateMeter, type RateMeter } from './rate.ts';
import type { Counters, Recorded, Recording } from './recording.ts';
import { type AboutChannels, createRowRing, type Note } from './row-ring.ts';

export interface Recorder extends Recording {
  readonly rate: RateMeter;
  /** Starts to record. The returned function stops it. */
  start(): () => void;
  setMode(mode: Recording['mode']): void;
  clear(): void;
  /** Records a command that the developer gave in the panel. */
  noteAsked(words: string): void;
  /** Calls back at the first change after `drawn()`, and then not before the next `drawn()`. */
  onChange(listener: () => void): () => void;
  /** Everything up to now is on the screen. */
  drawn(): void;
}

const MAX_MOMENTS = 200;
const MAX_BANDS = 500;
/** Messages that are remembered until their reply. */
const MAX_ASKED = 1_000;

/** Holds `limit` rows. Nothing is subscribed to before `start()`. */
export function createRecorder(connection: Connection, limit: number): Recorder {
  const { stateStore } = connection;
  const rows = createRowRing(limit);
  const rate = createRateMeter();
  const latency = createLatencyMeter();
  const names = createNameCounts();
  const channels = createChannelRecord(connection);
  const listeners = new Set<() => void>();
  /** The messages that wait for a reply, by id. */
  const asked = new Map<number, { readonly to: string; readonly channel: AboutChannels }>();
  let life: Life = beginLife(stateStore.getState());
  let view: 'drawn' | 'changed' = 'drawn';

  const markChanged = (): void => {
    if (view === 'changed') return;
    view = 'changed';
    for (const listener of listeners) listener();
  };

  const put = (type: Note['type'], value: Note['value'], at: number): void => {
    markChanged();
    if (recorder.mode === 'paused') recorder.unkept += 1;
    else rows.add(type, value, at);
  };

  const remember = (moment: Moment): void => {
    recorder.moments = [...recorder.moments.slice(1 - MAX_MOMENTS), moment];
    if (moment.type === 'resumed') recorder.counters.resumes += 1;
    if (moment.type !== 'missed') put('moment', moment, moment.at);
  };

  const confirm = (at: number, sign: 'heard' | 'quiet'): void => {
    const [next, moment] = confirmResume(life, at, sign);
    life = next;
    if (moment !== null) remember(moment);
  };

  const hear = (event: IWebSocketEvent): void => {
    const at = Date.now();
    recorder.counters.received += 1;
    rate.count(at);
    if (event.seq >= 0) recorder.lastSeq = event.seq;
    if (life.resumingSince !== null) confirm(at, 'heard');
    if (event.channel !== undefined) channels.count(event.channel, event.position, at);
    if (names.count(event, at)) put('event', event, at);
    else markChanged();
  };

  const ask = (id: number, to: string, channel: AboutChannels): void => {
    asked.set(id, { to, channel });
    if (asked.size <= MAX_ASKED) return;
    const [oldest] = asked.keys();
    if (oldest !== undefined) asked.delete(oldest);
  };

  const watch = (traffic: Traffic): void => {
    const at = Date.now();
    switch (traffic.type) {
      case 'duplicate':
        recorder.counters.duplicates += 1;
        break;
      case 'reply': {
        if (life.resumingSince !== null) confirm(at, 'heard');
        const question = asked.get(traffic.id);
        // The answer to a ping: no message of the app waits for it. It only measures the latency.
        if (question === undefined) return;
        recorder.counters.replies += 1;
        return put('traffic', { ...traffic, ...question }, at);
      }
      case 'sent':
        recorder.counters.sent += 1;
        if (traffic.id !== null) ask(traffic.id, traffic.event, traffic.channel);
        break;
      case 'queued':
      case 'refused':
        recorder.counters[traffic.type] += 1;
        break;
      case 'channel':
        channels.changed();
        return markChanged();
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
    recorder.attempt = next.attempt;
    if (next.phase !== before.phase) {
      recorder.bands = [...recorder.bands.slice(1 - MAX_BANDS), { phase: next.phase, from: at }];
      recorder.connectedAt = next.phase === 'connected' ? at : null;
      if (next.phase === 'connected' && before.phase === 'attempting') recorder.counters.reconnections += 1;
    }
    if (state.lastClose !== before.facts.lastClose) recorder.closedAt = at;
    for (const moment of named) remember(moment);
    const isNewLatency = latency.update(state.latency);
    if (named.length > 0 || isNewLatency) markChanged();
  };

  const miss = (notice: MissedEvents): void => {
    const at = Date.now();
    recorder.counters.notices += 1;
    recorder.counters.missedEvents += notice.count ?? 0;
    const [next, moment] = noticeMissed(life, notice, at);
    life = next;
    remember(moment);
    put('missed', notice, at);
  };

  const recorder: Writable<Omit<Recorder, 'counters'>> & { counters: Writable<Counters> } = {
    ...noRecording(life),
    rows,
    rate,
    latency,
    names,
    channels,
    start() {
      channels.changed();
      // The changes before, or between two starts, are not shown as new: the record continues from here.
      changed();
      if (life.phase === 'connected') recorder.connectedAt ??= Date.now();
      const watching = new Subscription(stateStore.subscribe(changed));
      for (const subscription of [
        connection.events.all$.subscribe(hear),
        connection.missed.all$.subscribe(miss),
        connection.traffic.all$.subscribe(watch),
        connection.reporter.errors$.subscribe((error) => {
          recorder.counters.errors += 1;
          put('error', error, Date.now());
        }),
      ])
        watching.add(subscription);
      return () => watching.unsubscribe();
    },
    setMode(next) {
      recorder.mode = next;
      recorder.unkept = 0;
      markChanged();
    },
    toggleMuted(name) {
      names.toggle(name);
      markChanged();
    },
    clear() {
      const { counters, bands, moments, unkept } = noRecording(life);
      Object.assign(recorder, { counters, bands, moments, unkept });
      rows.clear();
      rate.clear();
      latency.clear();
      names.clear();
      channels.clear();
      markChanged();
    },
    noteAsked(words) {
      remember({ at: Date.now(), type: 'asked', name: 'asked', words });
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    drawn() {
      view = 'drawn';
      confirm(Date.now(), 'quiet');
    },
  };
  return recorder;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

function noRecording({
  phase,
  attempt,
}: Life): Omit<Recorded, 'counters'> & { counters: Writable<Counters> } {
  return {
    counters: {
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
    },
    bands: [{ phase, from: Date.now() }],
    moments: [],
    connectedAt: null,
    closedAt: null,
    lastSeq: -1,
    attempt,
    mode: 'recording',
    unkept: 0,
  };
}
