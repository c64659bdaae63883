/** Is the lifecycle total, closed and right? Every state against every event, and the stories that matter by name. */

import { defaultClosePolicy } from 'everwire/core';
import { describe, expect, it } from 'vitest';
import {
  awaitsProof,
  type Effect,
  initialState,
  type LifecycleEvent,
  type LifecyclePolicy,
  type LifecycleState,
  transition,
} from '../../../src/connection/lifecycle.ts';
import { toPublicView } from '../../../src/connection/status.ts';
import { WebSocketServiceError } from '../../../src/errors.ts';

const policy: LifecyclePolicy = {
  maxRetries: 2,
  connectTimeoutMs: 100,
  minUptimeMs: 50,
  connectedOn: 'open',
  tokenSource: 'function',
  classify: defaultClosePolicy,
  delayMs: () => 10,
  now: () => 1000,
};
const firstFrame: LifecyclePolicy = { ...policy, connectedOn: 'first-frame' };

const closed = (code: number, attempt = 1): LifecycleEvent => ({
  type: 'closed',
  attempt,
  close: { code, reason: '', wasClean: code !== 1006 },
});
const error = new WebSocketServiceError('token-failed', 'no token');

/** Every event there is, as of attempt 1. */
const everyEvent: readonly LifecycleEvent[] = [
  { type: 'connect' },
  { type: 'reconnect' },
  { type: 'disconnect' },
  { type: 'disable' },
  { type: 'reject', error },
  { type: 'prepared', attempt: 1 },
  { type: 'prepare-failed', attempt: 1, error, verdict: 'retry' },
  { type: 'prepare-failed', attempt: 1, error, verdict: 'reject' },
  { type: 'opened', attempt: 1 },
  { type: 'frame', attempt: 1 },
  closed(1006),
  closed(1000),
  closed(1012),
  closed(4401),
  { type: 'abandon', attempt: 1, code: 4002, reason: 'bad' },
  { type: 'timer', timer: 'start' },
  { type: 'timer', timer: 'connect' },
  { type: 'timer', timer: 'retry' },
  { type: 'timer', timer: 'uptime' },
];

function play(events: readonly LifecycleEvent[], by: LifecyclePolicy = policy) {
  let state: LifecycleState = initialState;
  const effects: Effect[] = [];
  for (const event of events) {
    const [next, more] = transition(state, event, by);
    state = next;
    effects.push(...more);
  }
  return { state, effects };
}

const toConnected: readonly LifecycleEvent[] = [
  { type: 'connect' },
  { type: 'timer', timer: 'start' },
  { type: 'prepared', attempt: 1 },
  { type: 'opened', attempt: 1 },
];
const start = toConnected.slice(0, 1);
const preparing = toConnected.slice(0, 2);
const opening = toConnected.slice(0, 3);

/** A way into every phase. */
const everyPhase: readonly [name: string, events: readonly LifecycleEvent[], by: LifecyclePolicy][] = [
  ['stopped', [], policy],
  ['starting', start, policy],
  ['preparing', preparing, policy],
  ['opening', opening, policy],
  ['open', toConnected, firstFrame],
  ['connected', toConnected, policy],
  ['waiting', [...opening, closed(1006)], policy],
];

describe('transition', () => {
  // The declared table: from each phase, where each event leads.
  const table: Readonly<Record<string, readonly string[]>> = {
    stopped: ['starting', 'starting', 'stopped', 'stopped', 'stopped', ...Array(14).fill('stopped')],
    starting: [
      'starting',
      'starting',
      'stopped',
      'stopped',
      'stopped',
      ...Array(10).fill('starting'),
      'preparing',
      'starting',
      'starting',
      'starting',
    ],
    preparing: [
      'starting',
      'starting',
      'stopped',
      'stopped',
      'stopped',
      'opening',
      'waiting',
      'stopped',
      'preparing',
      'preparing',
      'waiting',
      'waiting',
      'waiting',
      'preparing',
      'preparing',
      'preparing',
      'waiting',
      'preparing',
      'preparing',
    ],
    opening: [
      'starting',
      'starting',
      'stopped',
      'stopped',
      'stopped',
      'opening',
      'waiting',
      'stopped',
      'connected',
      'opening',
      'waiting',
      'waiting',
      'waiting',
      'preparing',
      'opening',
      'opening',
      'waiting',
      'opening',
      'opening',
    ],
    open: [
      'starting',
      'starting',
      'stopped',
      'stopped',
      'stopped',
      'open',
      'open',
      'open',
      'open',
      'connected',
      'waiting',
      'waiting',
      'waiting',
      'preparing',
      'waiting',
      'open',
      'waiting',
      'open',
      'open',
    ],
    connected: [
      'starting',
      'starting',
      'stopped',
      'stopped',
      'stopped',
      'connected',
      'connected',
      'connected',
      'connected',
      'connected',
      'waiting',
      'waiting',
      'waiting',
      'preparing',
      'waiting',
      'connected',
      'connected',
      'connected',
      'connected',
    ],
    waiting: [
      'starting',
      'starting',
      'stopped',
      'stopped',
      'stopped',
      ...Array(12).fill('waiting'),
      'preparing',
      'waiting',
    ],
  };

  it.each(everyPhase)('from %s, every event leads where the table says', (phase, events, by) => {
    const { state } = play(events, by);
    expect(state.phase).toBe(phase);
    expect(everyEvent.map((event) => transition(state, event, by)[0].phase)).toEqual(table[phase]);
  });

  it.each(everyPhase)('in %s, what another attempt says changes nothing', (_, events, by) => {
    const { state } = play(events, by);
    for (const event of everyEvent) {
      if (!('attempt' in event)) continue;
      expect(transition(state, { ...event, attempt: 99 }, by)).toEqual([state, []]);
    }
  });

  it.each(everyPhase)('from %s, disconnect leaves no timer and no link', (_, events, by) => {
    const { state } = play(events, by);
    const [stopped, effects] = transition(state, { type: 'disconnect' }, by);
    expect(stopped).toMatchObject({ phase: 'stopped', reason: 'client', failures: 0 });
    expect(effects.map(({ type }) => type)).toEqual([
      'clear-timers',
      'drop-link',
      'clear-queue',
      'end-session',
    ]);
  });

  it('starts an attempt a macrotask after it was asked for', () => {
    const { effects } = play(start);
    expect(effects.at(-1)).toEqual({ type: 'start-timer', timer: 'start', delayMs: 0 });
    expect(play(preparing).effects.at(-1)).toEqual({ type: 'prepare', attempt: 1, tokenReason: 'initial' });
  });

  it('is connecting only until the first failure, and reconnecting from then on', () => {
    const statusAfter = (events: readonly LifecycleEvent[]) => toPublicView(play(events).state).status;
    const lost = [...opening, closed(1006)];
    expect(statusAfter(start)).toBe('connecting');
    expect(statusAfter(opening)).toBe('connecting');
    expect(statusAfter(lost)).toBe('reconnecting');
    expect(statusAfter([...lost, { type: 'timer', timer: 'retry' }])).toBe('reconnecting');
    expect(statusAfter([...toConnected, { type: 'reconnect' }])).toBe('reconnecting');
    expect(statusAfter([...lost, { type: 'disconnect' }, { type: 'connect' }])).toBe('connecting');
  });

  it('gives up when the last allowed retry has failed', () => {
    const fail = (attempt: number): LifecycleEvent[] => [
      { type: 'prepared', attempt },
      closed(1006, attempt),
      { type: 'timer', timer: 'retry' },
    ];
    const { state } = play([...preparing, ...fail(1), ...fail(2), ...fail(3)]);
    expect(state).toMatchObject({ phase: 'stopped', reason: 'attempts-exhausted', failures: 3 });
    const [again] = transition(state, { type: 'reconnect' }, policy);
    expect(again).toMatchObject({ phase: 'starting', failures: 0, error: null });
  });

  it('forgets failures only after a valid frame and minUptime, in either order', () => {
    const secondLink: LifecycleEvent[] = [
      ...opening,
      closed(1006),
      { type: 'timer', timer: 'retry' },
      { type: 'prepared', attempt: 2 },
      { type: 'opened', attempt: 2 },
    ];
    const frame: LifecycleEvent = { type: 'frame', attempt: 2 };
    const uptime: LifecycleEvent = { type: 'timer', timer: 'uptime' };
    expect(play(secondLink).state.failures).toBe(1);
    expect(play([...secondLink, frame]).state.failures).toBe(1);
    expect(play([...secondLink, uptime]).state.failures).toBe(1);
    expect(play([...secondLink, frame, uptime]).state.failures).toBe(0);
    expect(play([...secondLink, uptime, frame]).state.failures).toBe(0);
    expect(play([...secondLink, uptime]).effects.at(-1)).toMatchObject({ timer: 'uptime', delayMs: 60_000 });
    expect(play([...secondLink, uptime, uptime]).state.failures).toBe(0);
    expect(awaitsProof(play([...secondLink, uptime, frame]).state)).toBe(false);
    expect(awaitsProof(play([...secondLink, uptime]).state)).toBe(true);
  });

  it('asks for a new token once, at once; a second refusal without proof of life is the end', () => {
    const refused = play([...toConnected, closed(4401)]);
    expect(refused.effects.at(-1)).toEqual({ type: 'prepare', attempt: 2, tokenReason: 'unauthorized' });
    const [again] = transition(
      play([...toConnected, closed(4401), { type: 'prepared', attempt: 2 }]).state,
      closed(4401, 2),
      policy,
    );
    expect(again).toMatchObject({ phase: 'stopped', reason: 'unauthorized' });
  });

  it('does not spin with a server that greets and then refuses, again and again', () => {
    const { state } = play([
      ...toConnected,
      closed(4401),
      { type: 'prepared', attempt: 2 },
      { type: 'opened', attempt: 2 },
      { type: 'frame', attempt: 2 },
      closed(4401, 2),
    ]);
    expect(state).toMatchObject({ phase: 'waiting', tokenReason: 'unauthorized' });
  });

  it('takes a refused string token for the end: there is nobody to ask for another', () => {
    const { state } = play([...toConnected, closed(4401)], { ...policy, tokenSource: 'fixed' });
    expect(state).toMatchObject({ phase: 'stopped', reason: 'unauthorized' });
  });

  it('abandons a socket that does not open, and one that opens and says nothing', () => {
    const timeout: LifecycleEvent = { type: 'timer', timer: 'connect' };
    expect(play([...opening, timeout]).state).toMatchObject({
      phase: 'waiting',
      error: { code: 'connect-timeout' },
    });
    expect(play([...toConnected, timeout], firstFrame).state).toMatchObject({ phase: 'waiting' });
    expect(play([...toConnected, { type: 'frame', attempt: 1 }, timeout], firstFrame).state.phase).toBe(
      'connected',
    );
  });

  it('closes only with codes that a browser allows', () => {
    const codes = everyPhase.flatMap(([, events, by]) =>
      everyEvent.flatMap((event) => transition(play(events, by).state, event, by)[1]),
    );
    for (const effect of codes) {
      if (effect.type === 'drop-link') expect([1000, 4000, 4001, 4002]).toContain(effect.code);
    }
  });
});
