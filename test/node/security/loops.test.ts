/** No server can drive us into a loop. Each repeats one misbehaviour for ten minutes, and the cost is counted. */
import type { Protocol } from 'everwire/core';
import { describe, expect, it } from 'vitest';
import { protocols } from './modes.ts';
import type { Puppet } from './puppet.ts';
import { hello, idOf, setUp } from './stage.ts';

const ROUND_TRIP_MS = 20;

/** Longer than `minUptime`. */
const STABLE_MS = 6_000;

const later = (act: () => void, ms = ROUND_TRIP_MS): void => void setTimeout(act, ms);

/** Sends hello, and then misbehaves. */
const greeting =
  (act: (puppet: Puppet) => void, afterMs = ROUND_TRIP_MS) =>
  (puppet: Puppet): void =>
    later(() => {
      puppet.accept();
      puppet.say(hello());
      later(() => act(puppet), afterMs);
    });

const gap = (puppet: Puppet): void => puppet.say({ event: 'tick', seq: 99 });

let greetings = 0;
const newId = (): string => {
  greetings += 1;
  return `session ${greetings}`;
};

const bad = (puppet: Puppet): void => {
  for (let n = 0; n < 10; n += 1) puppet.say('{');
};

const refusal = { status: 'FAIL', error: { message: 'who are you?', status_code: 401 } };

/** Refuses each frame that it gets, one round trip after the last check. */
const refuseAll = (puppet: Puppet): void => {
  for (const frame of puppet.sent) puppet.say({ seq_reply: idOf(frame), ...refusal });
  if (puppet.fate === 'held') later(() => refuseAll(puppet));
};

interface Wrong {
  readonly server: string;
  readonly does: (puppet: Puppet) => void;
}

/** Links that never live long enough to become stable. */
const neverStable: readonly Wrong[] = [
  { server: 'refuses', does: (puppet) => later(() => puppet.refuse()) },
  { server: 'closes before it opens', does: (puppet) => later(() => puppet.hangUp(1000)) },
  {
    server: 'opens and closes',
    does: (puppet) =>
      later(() => {
        puppet.accept();
        puppet.hangUp(1000);
      }),
  },
  { server: 'greets and closes', does: greeting((puppet) => puppet.hangUp(1000)) },
  { server: 'greets and says that it restarts', does: greeting((puppet) => puppet.hangUp(1012)) },
  { server: 'greets and refuses the token', does: greeting((puppet) => puppet.hangUp(4401)) },
  {
    server: 'opens and refuses the token',
    does: (puppet) =>
      later(() => {
        puppet.accept();
        puppet.hangUp(4401);
      }),
  },
  {
    server: 'refuses every message',
    does: (puppet) =>
      later(() => {
        puppet.accept();
        later(() => refuseAll(puppet));
      }),
  },
  { server: 'greets and refuses every message', does: greeting(refuseAll) },
  {
    server: 'sends one requested event and omits the next',
    does: (puppet) =>
      later(() => {
        puppet.accept();
        const next = Number(new URL(puppet.url).searchParams.get('sequence_number')) || 1;
        if (next === 1) puppet.say(hello());
        puppet.say({ event: 'tick', seq: next });
        puppet.say({ event: 'tick', seq: next + 9 });
      }),
  },
  {
    server: 'sends one hello, then closes every resumed link before any frame',
    does: (puppet) =>
      later(() => {
        puppet.accept();
        if (!/connection_id=[^&]/.test(puppet.url)) puppet.say(hello());
        later(() => puppet.hangUp(1000));
      }),
  },
  {
    server: 'sends nothing but malformed frames',
    does: (puppet) =>
      later(() => {
        puppet.accept();
        bad(puppet);
      }),
  },
  { server: 'greets, and then sends nothing but malformed frames', does: greeting(bad) },
];

/** Servers that behave until the link is stable, and misbehave then. */
const stableFirst: readonly Wrong[] = [
  { server: 'closes', does: greeting((puppet) => puppet.hangUp(1000), STABLE_MS) },
  { server: 'refuses the token', does: greeting((puppet) => puppet.hangUp(4401), STABLE_MS) },
  { server: 'sends malformed frames', does: greeting(bad, STABLE_MS) },
];

/** Servers whose numbers have gaps that nothing can fill. */
const withGaps: readonly Wrong[] = [
  { server: 'greets with the same id, and leaves events out', does: greeting(gap) },
  {
    server: 'sends a hello with a new id, and omits events at once',
    does: (puppet) =>
      later(() => {
        puppet.accept();
        puppet.say(hello(newId()));
        gap(puppet);
      }),
  },
  {
    server: 'sends one hello, then always omits events',
    does: (puppet) =>
      later(() => {
        puppet.accept();
        if (!/connection_id=[^&]/.test(puppet.url)) puppet.say(hello());
        gap(puppet);
      }),
  },
  { server: 'greets, and leaves events out after a while', does: greeting(gap, STABLE_MS) },
];

/** Runs ten minutes of it. */
async function misbehave(protocol: Protocol, does: Wrong['does'], more: object = {}) {
  let asked = 0;
  const stage = setUp(
    {
      protocol,
      auth: 'message',
      token: () => {
        asked += 1;
        return 'tok-4711';
      },
      ...more,
    },
    does,
  );
  stage.service.connect(stage.config);
  await stage.pass(600_000);
  const { made } = stage.sockets;
  const sent = made.reduce((sum, puppet) => sum + puppet.sent.length, 0);
  const { status, reason } = stage.service.store.getState();
  return {
    attempts: made.length,
    sent,
    asked,
    open: made.filter(({ fate }) => fate === 'held').length,
    status,
    reason,
  };
}

describe.each(protocols.map((protocol) => [protocol.name, protocol] as const))('%s', (_, protocol) => {
  it.each(neverStable.map((wrong) => [wrong.server, wrong] as const))(
    'gives up after eight attempts on a server that %s',
    async (__, { does }) => {
      const { attempts, sent, asked, status, reason } = await misbehave(protocol, does);
      expect(attempts).toBeLessThanOrEqual(8);
      expect(asked).toBe(attempts);
      // The token, and a ping.
      expect(sent).toBeLessThanOrEqual(attempts * 2);
      expect([status, reason]).toEqual([
        'disconnected',
        expect.stringMatching(/attempts-exhausted|unauthorized/),
      ]);
    },
  );

  it.each(neverStable.map((wrong) => [wrong.server, wrong] as const))(
    'with Infinity and a constant wait, makes three immediate attempts, then one every 3 s, on a server that %s',
    async (__, { does }) => {
      const policy = { reconnectAttempts: Number.POSITIVE_INFINITY, backoffAfter: 1_000 };
      const { attempts, sent } = await misbehave(protocol, does, policy);
      expect(attempts).toBeLessThanOrEqual(600 / 3 + 4);
      expect(sent).toBeLessThanOrEqual(attempts * 2);
    },
  );

  it.each(neverStable.map((wrong) => [wrong.server, wrong] as const))(
    'without retries, makes one attempt, or two with a fresh token, on a server that %s',
    async (__, { does }) => {
      const { attempts, status } = await misbehave(protocol, does, { reconnectAttempts: 0 });
      expect(attempts).toBeLessThanOrEqual(2);
      expect(status).toBe('disconnected');
    },
  );

  it.each(withGaps.map((wrong) => [wrong.server, wrong] as const))(
    'resumes three times, then accepts the gaps, of a server that %s',
    async (__, { does }) => {
      const { attempts, status } = await misbehave(protocol, does, { heartbeat: false });
      expect(attempts).toBeLessThanOrEqual(6);
      expect(status).toBe('connected');
    },
  );

  it('stops after a server has refused a token and a fresh one, with any retry limit', async () => {
    const does = (puppet: Puppet): void =>
      later(() => {
        puppet.accept();
        puppet.hangUp(4401);
      });
    const outcome = await misbehave(protocol, does, { reconnectAttempts: Number.POSITIVE_INFINITY });
    expect(outcome).toMatchObject({ attempts: 2, asked: 2, status: 'disconnected', reason: 'unauthorized' });
  });

  it.each(stableFirst.map((wrong) => [wrong.server, wrong] as const))(
    'makes at most two attempts per minUptime on a server that behaves for that time and then %s',
    async (__, { does }) => {
      const { attempts, sent } = await misbehave(protocol, does);
      expect(attempts).toBeGreaterThan(50);
      expect(attempts).toBeLessThanOrEqual((600_000 / STABLE_MS) * 2);
      expect(sent).toBeLessThanOrEqual(attempts * 3);
    },
  );

  it('sends no extra pings to a server that answers a ping a thousand times', async () => {
    const { attempts, sent } = await misbehave(
      protocol,
      greeting((puppet) => {
        const answer = (): void => {
          for (let n = 0; n < 10; n += 1) {
            puppet.say({ seq_reply: idOf(puppet.sent.at(-1) ?? '{"seq":1}'), status: 'OK', data: 'pong' });
          }
          if (puppet.fate === 'held') later(answer, 100);
        };
        answer();
      }),
    );
    expect(attempts).toBe(1);
    // One each 30 s, the first one and the token.
    expect(sent).toBeLessThanOrEqual(600 / 30 + 2);
  });
});
