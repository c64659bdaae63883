/** The lifecycle handles every event in every state, as a declared table says, and the important sequences by name. */

import { defaultClosePolicy } from 'everwire/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transition } from '../../../src/connection/lifecycle.ts';
import {
  awaitsProof,
  type Effect,
  hearsWakeSignals,
  initialState,
  type LifecycleEvent,
  type LifecyclePolicy,
  type LifecycleState,
} from '../../../src/connection/states.ts';
import { toPublicView } from '../../../src/connection/status.ts';
import { WebSocketServiceError } from '../../../src/errors.ts';
import { writeFigures } from '../../support/figures.ts';

const policy: LifecyclePolicy = {
  maxRetries: 2,
  connectTimeoutMs: 100,
  minUptimeMs: 50,
  connectedOn: 'open',
  tokenSource: 'function',
  classify: defaultClosePolicy,
  delayMs: () => 10,
  wakeDelayMs: () => 1,
  now: () => 1000,
};
const firstFrame: LifecyclePolicy = { ...policy, connectedOn: 'first-frame' };

const closed = (code: number, attempt = 1): LifecycleEvent => ({
  type: 'closed',
  attempt,
  close: { code, reason: '', wasClean: code !== 1006 },
});
const error = new WebSocketServiceError('token-failed', 'no token');

/** Every type of event, of attempt 1. */
const everyEvent = {
  connect: { type: 'connect' },
  reconnect: { type: 'reconnect' },
  'new token': { type: 'new-token' },
  disconnect: { type: 'disconnect' },
  disable: { type: 'disable' },
  pause: { type: 'pause', graceMs: 30_000 },
  'pause 0': { type: 'pause', graceMs: 0 },
  resume: { type: 'resume' },
  reject: { type: 'reject', error },
  prepared: { type: 'prepared', attempt: 1 },
  'not prepared': { type: 'prepare-failed', attempt: 1, error, verdict: 'retry' },
  'not preparable': { type: 'prepare-failed', attempt: 1, error, verdict: 'reject' },
  opened: { type: 'opened', attempt: 1 },
  probed: { type: 'probed', attempt: 1 },
  frame: { type: 'frame', attempt: 1 },
  'closed 1006': closed(1006),
  'closed 1000': closed(1000),
  'closed 1012': closed(1012),
  'closed 4401': closed(4401),
  'abandon 4000': { type: 'abandon', attempt: 1, code: 4000, reason: 'no answer', silentMs: 0 },
  'abandon 4001': { type: 'abandon', attempt: 1, code: 4001, reason: 'gap', silentMs: 0 },
  'abandon 4002': { type: 'abandon', attempt: 1, code: 4002, reason: 'bad', silentMs: 0 },
  'abandon 3000': { type: 'abandon', attempt: 1, code: 3000, reason: 'refused', silentMs: 0 },
  wake: { type: 'wake' },
  'network-suspect': { type: 'network-suspect' },
  suspend: { type: 'suspend' },
  'timer phase': { type: 'timer', timer: 'phase' },
  'timer uptime': { type: 'timer', timer: 'uptime' },
} as const satisfies Record<string, LifecycleEvent>;

type EventLabel = keyof typeof everyEvent;

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
  { type: 'timer', timer: 'phase' },
  { type: 'prepared', attempt: 1 },
  { type: 'opened', attempt: 1 },
];
/** A link that is replaced at once starts again a macrotask later. */
const startAgain: readonly LifecycleEvent[] = [{ type: 'timer', timer: 'phase' }];
const start = toConnected.slice(0, 1);
const preparing = toConnected.slice(0, 2);
const opening = toConnected.slice(0, 3);

/** A sequence of events that leads into every phase. */
const everyPhase: readonly [name: Phase, events: readonly LifecycleEvent[], by: LifecyclePolicy][] = [
  ['stopped', [], policy],
  ['starting', start, policy],
  ['preparing', preparing, policy],
  ['opening', opening, policy],
  ['open', toConnected, firstFrame],
  ['connected', toConnected, policy],
  ['waiting', [...opening, closed(1006)], policy],
  ['asleep', [...toConnected, { type: 'suspend' }], policy],
  ['paused', [...toConnected, { type: 'pause', graceMs: 30_000 }], policy],
];

type Phase = LifecycleState['phase'];

describe('transition', () => {
  const asked = { connect: 'starting', reconnect: 'starting' } as const;
  const over = { disconnect: 'stopped', disable: 'stopped', reject: 'stopped' } as const;
  const ended = { ...over, pause: 'paused', 'pause 0': 'stopped' } as const;
  const put = { suspend: 'asleep' } as const;
  const closes = {
    'closed 1006': 'waiting',
    'closed 1000': 'waiting',
    'closed 1012': 'waiting',
    'closed 4401': 'starting',
  } as const;
  const failed = {
    'not prepared': 'waiting',
    'not preparable': 'stopped',
    'timer phase': 'waiting',
  } as const;

  /** The declared table: from each phase, where each event leads. Events that are not listed change nothing. */
  const table: Readonly<Record<Phase, Readonly<Partial<Record<EventLabel, Phase>>>>> = {
    stopped: asked,
    starting: { ...asked, ...ended, ...put, 'timer phase': 'preparing' },
    preparing: { connect: 'starting', ...ended, ...put, ...closes, ...failed, prepared: 'opening' },
    opening: {
      ...asked,
      ...ended,
      ...put,
      ...closes,
      ...failed,
      opened: 'connected',
      probed: 'starting',
    },
    open: {
      ...asked,
      ...ended,
      ...put,
      ...closes,
      frame: 'connected',
      'abandon 4000': 'waiting',
      'abandon 4001': 'waiting',
      'abandon 4002': 'waiting',
      'abandon 3000': 'starting',
      'timer phase': 'waiting',
    },
    connected: {
      ...asked,
      ...ended,
      ...put,
      ...closes,
      'abandon 4000': 'starting',
      'abandon 4001': 'starting',
      'abandon 4002': 'starting',
      'abandon 3000': 'starting',
    },
    waiting: { ...asked, ...ended, ...put, 'timer phase': 'preparing' },
    asleep: { ...asked, ...ended, wake: 'preparing' },
    paused: { ...asked, ...over, resume: 'starting' },
  };

  const labels = Object.keys(everyEvent) as EventLabel[];

  it.each(everyPhase)('from %s, every event leads where the table says', (phase, events, by) => {
    const { state } = play(events, by);
    expect(state.phase).toBe(phase);
    const led = labels.map((label) => [label, transition(state, everyEvent[label], by)[0].phase]);
    expect(led).toEqual(labels.map((label) => [label, table[phase][label] ?? phase]));
  });

  it.each(everyPhase)('in %s, an event of another attempt changes nothing', (_, events, by) => {
    const { state } = play(events, by);
    for (const event of Object.values(everyEvent)) {
      if (!('attempt' in event)) continue;
      expect(transition(state, { ...event, attempt: 99 }, by)).toEqual([state, []]);
    }
  });

  it.each(everyPhase)('from %s, disconnect leaves no timer and no link', (_, events, by) => {
    const { state } = play(events, by);
    const [stopped, effects] = transition(state, { type: 'disconnect' }, by);
    expect(stopped).toMatchObject({ phase: 'stopped', reason: 'client', failures: 0 });
    expect(effects.map(({ type }) => type)).toEqual([
      'stop-timer',
      'drop-link',
      'clear-queue',
      'end-session',
    ]);
  });

  it('keeps the session during a pause, without a timer, and ends it if the pause was too long', () => {
    const pause: LifecycleEvent = { type: 'pause', graceMs: 30_000 };
    const paused = play([...toConnected, pause]);
    expect(toPublicView(paused.state)).toMatchObject({ status: 'disconnected', reason: 'idle' });
    expect(paused.effects.slice(-3)).toEqual([
      { type: 'stop-timer', timer: 'phase' },
      { type: 'drop-link', code: 1000, reason: 'paused' },
      { type: 'clear-queue' },
    ]);
    expect(transition(paused.state, pause, policy)).toEqual([paused.state, []]);
    const resumedAfter = (ms: number) =>
      transition(paused.state, { type: 'resume' }, { ...policy, now: () => 1_000 + ms });
    const again = { type: 'start-timer', timer: 'phase', delayMs: 0 };
    expect(toPublicView(resumedAfter(29_999)[0]).status).toBe('connecting');
    expect(resumedAfter(29_999)[1]).toEqual([again]);
    expect(resumedAfter(30_000)[1]).toEqual([{ type: 'end-session' }, again]);
    expect(resumedAfter(-30_000)[1]).toEqual([{ type: 'end-session' }, again]);
  });

  it('keeps a session that was given up during a pause too, but has none after any other stop', () => {
    const pause: LifecycleEvent = { type: 'pause', graceMs: 30_000 };
    const givenUp = [...opening, closed(1006)];
    expect(play([...givenUp, pause], { ...policy, maxRetries: 0 }).state.phase).toBe('paused');
    expect(play([...toConnected, { type: 'disconnect' }, pause]).state).toMatchObject({ reason: 'idle' });
    expect(play([pause]).state).toBe(initialState);
  });

  it('starts an attempt a macrotask after it was asked for', () => {
    const { effects } = play(start);
    expect(effects.at(-1)).toEqual({ type: 'start-timer', timer: 'phase', delayMs: 0 });
    expect(play(preparing).effects.at(-1)).toEqual({ type: 'prepare', attempt: 1, tokenReason: 'initial' });
  });

  it('is connecting only until the first failure, and reconnecting from then on', () => {
    const statusAfter = (events: readonly LifecycleEvent[]) => toPublicView(play(events).state).status;
    const lost = [...opening, closed(1006)];
    expect(statusAfter(start)).toBe('connecting');
    expect(statusAfter(opening)).toBe('connecting');
    expect(statusAfter(lost)).toBe('reconnecting');
    expect(statusAfter([...lost, { type: 'timer', timer: 'phase' }])).toBe('reconnecting');
    expect(statusAfter([...toConnected, { type: 'reconnect' }])).toBe('reconnecting');
    expect(statusAfter([...lost, { type: 'disconnect' }, { type: 'connect' }])).toBe('connecting');
  });

  it('gives up when the last allowed retry has failed', () => {
    const fail = (attempt: number): LifecycleEvent[] => [
      { type: 'prepared', attempt },
      closed(1006, attempt),
      { type: 'timer', timer: 'phase' },
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
      { type: 'timer', timer: 'phase' },
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

  it('asks for a new token once, at once, and stops after a second refusal without proof of life', () => {
    const refused = play([...toConnected, closed(4401), { type: 'timer', timer: 'phase' }]);
    expect(refused.effects.at(-1)).toEqual({ type: 'prepare', attempt: 2, tokenReason: 'unauthorized' });
    const [again] = transition(
      play([...toConnected, closed(4401), ...startAgain, { type: 'prepared', attempt: 2 }]).state,
      closed(4401, 2),
      policy,
    );
    expect(again).toMatchObject({ phase: 'stopped', reason: 'unauthorized' });
  });

  it('does not loop with a server that sends hello and then refuses, again and again', () => {
    const { state } = play([
      ...toConnected,
      closed(4401),
      ...startAgain,
      { type: 'prepared', attempt: 2 },
      { type: 'opened', attempt: 2 },
      { type: 'frame', attempt: 2 },
      closed(4401, 2),
    ]);
    expect(state).toMatchObject({ phase: 'waiting', tokenReason: 'unauthorized' });
  });

  it('stops after a string token is refused: there is no function to ask for another', () => {
    const { state } = play([...toConnected, closed(4401)], { ...policy, tokenSource: 'fixed' });
    expect(state).toMatchObject({ phase: 'stopped', reason: 'unauthorized' });
  });

  it('tries a string token that came after the refused one, and stops when that is refused too', () => {
    const fixed: LifecyclePolicy = { ...policy, tokenSource: 'fixed' };
    const events: LifecycleEvent[] = [...toConnected, { type: 'new-token' }, closed(4401), ...startAgain];
    const { state, effects } = play(events, fixed);
    expect(effects.at(-1)).toMatchObject({ type: 'prepare', attempt: 2, tokenReason: 'unauthorized' });
    const [opened] = transition(state, { type: 'prepared', attempt: 2 }, fixed);
    expect(transition(opened, closed(4401, 2), fixed)[0]).toMatchObject({ reason: 'unauthorized' });
  });

  it('abandons a socket that does not open, and one that opens and sends nothing', () => {
    const timeout: LifecycleEvent = { type: 'timer', timer: 'phase' };
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
      Object.values(everyEvent).flatMap((event) => transition(play(events, by).state, event, by)[1]),
    );
    for (const effect of codes) {
      if (effect.type === 'drop-link') expect([1000, 3000, 4000, 4001, 4002]).toContain(effect.code);
    }
  });

  it('handles every event on any path, and takes every transition of the table', {
    timeout: 120_000,
  }, () => {
    const walked = new Set<string>();
    const states = new Set<string>();
    let steps = 0;
    const anyWalk = fc.array(fc.constantFrom(...labels), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(anyWalk, fc.constantFrom(...everyPhase), fc.nat(), (walk, [, way, by], chance) => {
        let { state } = play(way, by);
        const lucky: LifecyclePolicy = { ...by, delayMs: () => chance % 5000, now: () => 1000 + steps };
        for (const label of walk) {
          const { phase, attempt } = state;
          const event = atAttempt(everyEvent[label], attempt);
          const [next, effects] = transition(state, event, lucky);
          expect(next.attempt).toBeGreaterThanOrEqual(attempt);
          // Where a verdict decides, or a link is replaced with or without a wait, several ends are possible.
          expect(endsOf(phase, label, table)).toContain(next.phase);
          for (const effect of effects) {
            if (effect.type === 'start-timer') expect(effect.delayMs).toBeGreaterThanOrEqual(0);
          }
          expect(toPublicView(next).reason === null).toBe(!['stopped', 'paused'].includes(next.phase));
          if (next.phase === (table[phase][label] ?? phase)) walked.add(`${phase} ${label}`);
          states.add(`${next.phase} ${'health' in next ? next.health : ''} ${next.refresh} ${next.history}`);
          steps += 1;
          state = next;
        }
      }),
      { numRuns: process.env['EVERWIRE_RELIABILITY'] === 'full' ? 20_000 : 3_000, seed: 1 },
    );
    const wanted = Object.keys(table).length * labels.length;
    writeFigures('lifecycle', {
      steps,
      'distinct states': states.size,
      'transitions walked': walked.size,
      'transitions in the table': wanted,
    });
    expect(walked.size).toBe(wanted);
  });

  describe('a link that we gave up on', () => {
    const abandon = (attempt: number, code: 4000 | 4001 = 4000): LifecycleEvent => ({
      type: 'abandon',
      attempt,
      code,
      reason: '',
      silentMs: 0,
    });
    const opened = (attempt: number): LifecycleEvent[] => [
      { type: 'prepared', attempt },
      { type: 'opened', attempt },
    ];
    const frame = (attempt: number): LifecycleEvent => ({ type: 'frame', attempt });
    const patient: LifecyclePolicy = { ...policy, maxRetries: 9 };

    it('is replaced at once, and with the backoff when that repeats without proof of life', () => {
      const first = play([...toConnected, abandon(1)], patient);
      expect(first.state).toMatchObject({ phase: 'starting', failures: 1 });
      expect(first.effects).toContainEqual(expect.objectContaining({ type: 'drop-link', code: 4000 }));
      expect(
        play([...toConnected, abandon(1), ...startAgain, ...opened(2), abandon(2)], patient).state.phase,
      ).toBe('waiting');
    });

    it('is replaced at once again after proof of life, but not endlessly', () => {
      const proven = (attempt: number) => [
        ...startAgain,
        ...opened(attempt),
        frame(attempt),
        abandon(attempt, 4001),
      ];
      const events = [...toConnected, frame(1), abandon(1, 4001), ...proven(2), ...proven(3)];
      expect(play(events, patient).state).toMatchObject({ phase: 'starting', attempt: 3, failures: 3 });
      expect(play([...events, ...proven(4)], patient).state.phase).toBe('waiting');
    });

    it('counts against the limit of attempts', () => {
      const { state } = play([...toConnected, abandon(1)], { ...policy, maxRetries: 0 });
      expect(state).toMatchObject({ phase: 'stopped', reason: 'attempts-exhausted' });
    });

    it('remembers the first code since a link was open, for servers that count the causes', () => {
      const { state } = play([
        ...toConnected,
        abandon(1),
        ...startAgain,
        { type: 'prepared', attempt: 2 },
        closed(1006, 2),
      ]);
      expect(state).toMatchObject({ lossCode: 4000, lastClose: { code: 1006 } });
      const again = [{ type: 'timer', timer: 'phase' }, ...opened(3)] as const;
      expect(again.reduce((now, event) => transition(now, event, policy)[0], state).lossCode).toBeNull();
    });
  });

  describe('a wake signal', () => {
    const wake: LifecycleEvent = { type: 'wake' };
    const at = (now: number): LifecyclePolicy => ({ ...policy, delayMs: () => 60_000, now: () => now });
    const waiting = play([...opening, closed(1006)], at(1000)).state;

    it('shortens a wait, with some jitter', () => {
      const [state, effects] = transition(waiting, wake, at(2000));
      expect(state).toMatchObject({ phase: 'waiting', retryAt: 2001, failures: 1 });
      expect(effects).toEqual([{ type: 'start-timer', timer: 'phase', delayMs: 1 }]);
    });

    it('never makes it longer, however often it comes', () => {
      const [sooner] = transition(waiting, wake, at(2000));
      expect(transition(sooner, wake, at(2000))[0]).toBe(sooner);
      const [late] = transition(waiting, wake, at(60_999));
      expect(late).toBe(waiting);
    });

    it('causes at most one attempt in 5 s', () => {
      const tried = play(
        [
          ...opening,
          closed(1006),
          wake,
          { type: 'timer', timer: 'phase' },
          { type: 'prepared', attempt: 2 },
          closed(1006, 2),
        ],
        at(2000),
      ).state;
      expect(transition(tried, wake, at(3000))[0]).toMatchObject({
        phase: 'waiting',
        retryAt: 2001 + 5000 + 1,
      });
      expect(transition(tried, wake, at(9000))[0]).toMatchObject({ retryAt: 9001 });
    });

    it('works after the clock was set back', () => {
      const [sooner] = transition(waiting, wake, at(2000));
      const tried = { ...sooner, phase: 'waiting', retryAt: 90_000 } as const;
      expect(transition({ ...tried, tokenReason: 'reconnect' }, wake, at(-3_600_000))[0]).toMatchObject({
        retryAt: -3_600_000 + 5001,
      });
    });

    it('restarts a connection that had given up, but none that stopped for another reason', () => {
      const givenUp = play([...opening, closed(1006)], { ...policy, maxRetries: 0 }).state;
      expect(givenUp).toMatchObject({ reason: 'attempts-exhausted' });
      expect(transition(givenUp, wake, at(2000))[0]).toMatchObject({
        phase: 'waiting',
        failures: 0,
        error: null,
      });
      const stops = [
        { type: 'disconnect' },
        { type: 'disable' },
        { type: 'reject', error },
        { type: 'pause', graceMs: 30_000 },
      ] as const;
      for (const event of stops) {
        const { state } = play([...toConnected, event]);
        expect(transition(state, wake, policy)).toEqual([state, []]);
        expect(hearsWakeSignals(state)).toBe(false);
      }
      expect(hearsWakeSignals(givenUp)).toBe(true);
    });

    it('sends a ping on an open link', () => {
      const { state } = play(toConnected);
      expect(transition(state, wake, policy)).toEqual([{ ...state, wakeHeardAt: 1000 }, [{ type: 'probe' }]]);
      expect(transition(state, { type: 'network-suspect' }, policy)).toEqual([state, [{ type: 'probe' }]]);
    });
  });
});

/** The same event, of the current attempt. */
function atAttempt(event: LifecycleEvent, attempt: number): LifecycleEvent {
  return 'attempt' in event ? { ...event, attempt } : event;
}

/** Every phase that an event may lead to: the one in the table, and others that depend on counters or verdicts. */
function endsOf(
  phase: LifecycleState['phase'],
  label: EventLabel,
  table: Readonly<Record<string, Readonly<Partial<Record<EventLabel, string>>>>>,
): string[] {
  const end = table[phase]?.[label] ?? phase;
  // At the limit, waiting becomes giving up; an immediate retry becomes waiting, or stopping.
  if (end === 'waiting' && phase !== 'waiting') return ['waiting', 'stopped'];
  if (end === 'starting' && /^(closed|abandon)/.test(label)) return ['starting', 'waiting', 'stopped'];
  if (phase === 'opening' && label === 'opened') return ['connected', 'open'];
  if (phase === 'stopped' && label === 'wake') return ['stopped', 'waiting'];
  // A session that was given up can still be resumed, so a pause keeps it.
  if (phase === 'stopped' && label === 'pause') return ['stopped', 'paused'];
  return [end];
}
