/** Late tokens and addresses work, in every order with what the user does meanwhile. */
import { createWebSocketService } from 'everwire/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSockets } from './fake-socket.ts';
import { createModelServer } from './model-server.ts';
import { createPage } from './page.ts';
import { createVirtualTime } from './virtual-time.ts';

const isFull = process.env['EVERWIRE_RELIABILITY'] === 'full';
const RUNS = isFull ? 5_000 : 200;
const SEED = Number(process.env['EVERWIRE_SEED'] ?? 20_261_123);

/** `answer`: the scheduler picks one of the pending questions, and answers it. */
type Step =
  | 'answer'
  | 'identity'
  | 'address'
  | 'connect'
  | 'reconnect'
  | 'disconnect'
  | 'drop'
  | 'pass'
  | 'wait';

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Step>('answer') },
    { weight: 3, arbitrary: fc.constantFrom<Step>('pass', 'wait') },
    {
      weight: 4,
      arbitrary: fc.constantFrom<Step>('identity', 'address', 'connect', 'reconnect', 'disconnect', 'drop'),
    },
  ),
  { minLength: 1, maxLength: 25 },
);

const options = {
  numbering: 'sessions',
  whileAlive: 'taken-over',
  resume: 'exact',
  pings: 'answered',
  dialect: 'envelope',
} as const;

const realSetImmediate = setImmediate;

async function play(
  scheduler: fc.Scheduler,
  script: readonly Step[],
  refusals: readonly boolean[],
): Promise<void> {
  const uncaught: unknown[] = [];
  const time = createVirtualTime((thrown) => uncaught.push(thrown));
  const page = createPage(time, { frames: false }, (thrown) => uncaught.push(thrown));
  const server = createModelServer(time, options);
  const restore = [page.install(), time.install()];
  let identity = 1;
  let place = 1;
  let questions = 0;
  let asked = 0;
  let mood: 'moody' | 'friendly' = 'moody';
  let wanted: 'connected' | 'nothing' = 'connected';

  const sockets = createSockets(time, page, server, {
    latencyMs: 5,
    onConstructed({ url }) {
      expect(wanted, `a socket after disconnect(): ${url}`).toBe('connected');
      const { pathname, searchParams } = new URL(url);
      expect(pathname).toBe(`/p${place}`);
      expect(searchParams.get('token')).toMatch(new RegExp(`^canary\\.u${identity}\\.`));
    },
    onOpen: () => undefined,
    onClose: () => undefined,
    onFrame: () => undefined,
    onSend: () => undefined,
    aroundDetached: (call) => call(),
  });

  const service = createWebSocketService();

  const connect = (): void => {
    const owner = identity;
    const own = place;
    wanted = 'connected';
    service.connect({
      identity: `u${owner}`,
      reconnectAttempts: Number.POSITIVE_INFINITY,
      // No longer, or each of them would warn of long waits.
      reconnectDelayMax: 60_000,
      WebSocket: sockets.WebSocket,
      random: () => 0.5,
      url: () => scheduler.schedule(Promise.resolve(`ws://model.test/p${own}`), `the address p${own}`),
      token: ({ signal }) => {
        expect(owner, 'the token of an older identity is asked for').toBe(identity);
        questions += 1;
        expect(questions, 'questions at the same time').toBe(1);
        let isOpen = true;
        const close = (): void => {
          if (isOpen) questions -= 1;
          isOpen = false;
        };
        signal.addEventListener('abort', close);
        asked += 1;
        const version = asked;
        const isRefused = mood === 'moody' && refusals[version % refusals.length] === true;
        return scheduler
          .schedule(Promise.resolve(`canary.u${owner}.${version}`), `token ${version} of u${owner}`)
          .then((token) => {
            if (isRefused) throw new Error('no token');
            return token;
          })
          .finally(close);
      },
    });
  };

  const settle = (): Promise<void> => new Promise((resolve) => realSetImmediate(resolve));

  const pass = async (ms: number): Promise<void> => {
    const untilMs = time.nowMs + ms;
    await settle();
    for (let next = time.nextAtMs(); next !== null && next <= untilMs; next = time.nextAtMs()) {
      time.runNext();
      await settle();
      expect(sockets.live.length).toBeLessThanOrEqual(1);
    }
    time.moveTo(untilMs);
  };

  const act = async (step: Step): Promise<void> => {
    switch (step) {
      case 'answer':
        if (scheduler.count() > 0) await scheduler.waitOne();
        return settle();
      case 'identity':
        identity += 1;
        return connect();
      case 'address':
        // Functions are not compared: the changed identity makes this a new session.
        identity += 1;
        place += 1;
        return connect();
      case 'connect':
        return connect();
      case 'reconnect':
        if (wanted === 'connected') service.reconnect();
        return;
      case 'disconnect':
        wanted = 'nothing';
        service.disconnect();
        expect({ timers: time.pageTimers, live: sockets.live.length, questions }).toEqual({
          timers: sockets.leaving.length,
          live: 0,
          questions: 0,
        });
        return;
      case 'drop':
        return server.drop('lost');
      case 'pass':
        return pass(20);
      case 'wait':
        return pass(16_000);
      default:
        step satisfies never;
    }
  };

  try {
    connect();
    for (const step of script) await act(step);
    mood = 'friendly';
    for (let round = 0; round < 40 && !service.isConnected() && wanted === 'connected'; round += 1) {
      while (scheduler.count() > 0) await act('answer');
      await pass(1_000);
    }
    expect(service.isConnected()).toBe(wanted === 'connected');
    service.dispose();
    while (scheduler.count() > 0) await act('answer');
    await pass(60_000);
    expect({ timers: time.pageTimers, live: sockets.live.length, uncaught }).toEqual({
      timers: 0,
      live: 0,
      uncaught: [],
    });
  } finally {
    for (const undo of restore) undo();
  }
}

it(
  `opens no socket for who is gone, and asks one question at a time, ${RUNS} times`,
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), steps, fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }), play),
      { numRuns: RUNS, seed: SEED },
    );
  },
  isFull ? 300_000 : 60_000,
);
