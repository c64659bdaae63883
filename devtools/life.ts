/** Names what happened to the connection, from the changes of its state: a name and a sentence for each. Pure. */
import type { ConnectionState, MissedEvents } from '../src/types.ts';
import { meaningOf } from './words-for-close.ts';

/** The phases that the picture has bands for. `attempting`: an attempt after a failure or a loss is under way. */
export type Phase = 'disconnected' | 'connecting' | 'connected' | 'waiting' | 'attempting';

export type MomentType =
  | 'connecting'
  | 'connected'
  | 'resumed'
  | 'lost'
  | 'failed'
  | 'waiting'
  | 'attempt'
  | 'reconnecting'
  | 'stopped'
  | 'session'
  | 'missed'
  | 'asked';

/** One thing that happened. */
export interface Moment {
  /** Epoch ms. */
  readonly at: number;
  readonly type: MomentType;
  /** Short, and the same each time it happens: the name of the action in Redux DevTools. */
  readonly name: string;
  /** The details; not redacted yet. */
  readonly words: string;
}

/** The part of the state that is read here. */
export type LifeFacts = Pick<
  ConnectionState,
  'status' | 'reason' | 'connectionId' | 'reconnectAttempts' | 'nextRetryAt' | 'lastClose' | 'error'
>;

/** The life of the connection so far. */
export interface Life {
  readonly facts: LifeFacts;
  readonly phase: Phase;
  /** The attempt that is under way, or was the last: 1 is the first one after the link was lost, or the first of all. */
  readonly attempt: number;
  /** The id of the last session that there was. */
  readonly lastId: string | null;
  /** When a link came back with its session's id. It counts as `resumed` unless the server reports something else. */
  readonly resumingSince: number | null;
}

/** A server that does not resume greets at once. One that was silent for this long has resumed. */
const QUIET_MS = 2_000;

export function beginLife(facts: LifeFacts): Life {
  return { facts, phase: phaseOf(facts), attempt: 0, lastId: facts.connectionId, resumingSince: null };
}

/** Compares the new state with the life so far; returns what happened between them. */
export function follow(life: Life, facts: LifeFacts, at: number): readonly [Life, readonly Moment[]] {
  const phase = phaseOf(facts);
  const before = life.facts;
  const moments: Moment[] = [];
  const add = (type: MomentType, name: string, words = ''): void => {
    moments.push({ at, type, name, words });
  };
  let { attempt, lastId, resumingSince } = life;

  const isNewClose = facts.lastClose !== before.lastClose && facts.lastClose !== null;
  const hasFailed = facts.reconnectAttempts > before.reconnectAttempts && isTrying(life.phase);
  if (hasFailed) add('failed', `attempt ${attempt} failed`, facts.error?.message);
  if (life.phase === 'connected' && phase !== 'connected') {
    attempt = 0;
    resumingSince = null;
    if (isNewClose) add('lost', 'connection lost', closeWords(facts));
    else if (phase !== 'disconnected') add('reconnecting', 'reconnecting', 'A new link was requested.');
  }

  if (facts.connectionId !== null && facts.connectionId !== lastId) {
    resumingSince = null;
    add('session', 'new session', lastId === null ? 'The first one.' : 'The previous one has ended.');
    lastId = facts.connectionId;
  }

  const hasChanged = phase !== life.phase;
  switch (phase) {
    case 'disconnected':
      attempt = 0;
      if (hasChanged || facts.reason !== before.reason) add('stopped', ...stopWords(facts));
      break;
    case 'connecting':
      if (!hasChanged) break;
      attempt = 1;
      add('connecting', 'connecting');
      break;
    case 'attempting':
      if (!hasChanged && !hasFailed) break;
      attempt += 1;
      add('attempt', `attempt ${attempt}`);
      break;
    case 'waiting':
      if (!hasChanged) {
        if (facts.nextRetryAt !== before.nextRetryAt)
          add('waiting', 'waiting', `Now ${waitWords(facts, at)}`);
        break;
      }
      add('waiting', 'waiting', waitWords(facts, at));
      break;
    case 'connected':
      if (!hasChanged) break;
      if (life.phase === 'attempting' && facts.connectionId !== null) resumingSince = at;
      add('connected', 'connected', attempt > 1 ? `At attempt ${attempt}.` : '');
      attempt = 0;
      break;
    default:
      phase satisfies never;
  }
  return [{ facts, phase, attempt, lastId, resumingSince }, moments];
}

/** Confirms a resume: an event was heard over the new link, or nothing at all for a while. */
export function confirmResume(
  life: Life,
  at: number,
  sign: 'heard' | 'quiet',
): readonly [Life, Moment | null] {
  const since = life.resumingSince;
  if (since === null || (sign === 'quiet' && at - since < QUIET_MS)) return [life, null];
  const words = 'The session continues, and no event is missing.';
  return [
    { ...life, resumingSince: null },
    { at: since, type: 'resumed', name: 'resumed', words },
  ];
}

/** A missed-events notice: the session was not resumed. */
export function noticeMissed(life: Life, notice: MissedEvents, at: number): readonly [Life, Moment] {
  const words = missedWords(notice);
  return [
    { ...life, resumingSince: null },
    { at, type: 'missed', name: 'missed events', words },
  ];
}

/** In words; a channel's name may need to be redacted. */
export function missedWords(notice: MissedEvents): string {
  const { channel } = notice;
  return channel === undefined ? reasonWords(notice) : `in ${channel}: ${reasonWords(notice)}`;
}

function reasonWords({ reason, expected, received, count }: MissedEvents): string {
  switch (reason) {
    case 'gap':
      return `gap: ${count ?? 'some'} missing, expected ${expected ?? '?'}, received ${received ?? '?'}`;
    case 'new-session':
      return 'new-session: the server started a new session; events in between may be missing';
    case 'sequence-reset':
      return 'sequence-reset: the server restarted its sequence numbers';
    case 'unknown':
      return 'unknown: reconnected, and the server does not show whether events are missing';
    default:
      reason satisfies never;
      return reason;
  }
}

export function phaseOf({ status, nextRetryAt }: Pick<LifeFacts, 'status' | 'nextRetryAt'>): Phase {
  if (status !== 'reconnecting') return status;
  return nextRetryAt === null ? 'attempting' : 'waiting';
}

function isTrying(phase: Phase): boolean {
  return phase === 'connecting' || phase === 'attempting';
}

function closeWords({ lastClose }: LifeFacts): string {
  return lastClose === null ? '' : `${lastClose.code}: ${meaningOf(lastClose.code)}`;
}

function waitWords({ nextRetryAt }: LifeFacts, at: number): string {
  return nextRetryAt === null ? '' : `${((nextRetryAt - at) / 1_000).toFixed(1)} s until the next attempt.`;
}

function stopWords({ reason, error }: LifeFacts): [name: string, words: string] {
  const why = error?.message ?? '';
  switch (reason) {
    case 'attempts-exhausted':
      return ['gave up', why];
    case 'unauthorized':
      return ['unauthorized', why];
    case 'fatal-close':
      return ['fatal close', why];
    case 'invalid-config':
      return ['invalid config', why];
    case 'client':
      return ['disconnected', 'disconnect() was called.'];
    case 'ended':
      return ['ended', 'closePolicy says that the server has sent all that there was.'];
    case 'idle':
    case null:
      return ['disconnected', 'Idle: there is no url or token, or it is not enabled.'];
    default:
      reason satisfies never;
      return ['disconnected', ''];
  }
}
