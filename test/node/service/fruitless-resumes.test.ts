/**
 * A resumed session that never brings a numbered event ends, in each way in which its links can end; and a slow network
 * does not make one. The server is a script, in virtual time.
 */
import {
  createEnvelopeProtocol,
  envelopeProtocol,
  type IWebSocketConfig,
  type Protocol,
} from 'everwire/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { installPage, type Page } from '../../support/page.ts';
import { type Recorded, record } from '../../support/service.ts';
import { createPuppets, type Puppet, type Puppets } from '../security/puppet.ts';

interface Scripted extends Recorded {
  readonly sockets: Puppets;
  readonly page: Page;
  pass(ms: number): Promise<void>;
}

const hello = (id: string) => ({ event: 'hello', data: { connection_id: id }, seq: 0 });

const isResume = ({ url }: Puppet): boolean => url.includes('connection_id');

/** Each ping is answered a moment later, until the link dies without a word. */
function answerPings(socket: Puppet, delayMs = 10, diesAfterMs = Infinity): void {
  const diesAt = Date.now() + diesAfterMs;
  const send = socket.sent as string[];
  send.push = (frame: string) => {
    const { event, seq } = JSON.parse(frame) as { readonly event: string; readonly seq: number };
    if (event === 'ping' && Date.now() < diesAt)
      setTimeout(() => socket.say({ seq_reply: seq, status: 'OK' }), delayMs);
    return 0;
  };
}

/** `first` is the first link of a session, which has brought its hello and one event. `resumed`: each later one. */
async function scripted(
  resumed: (socket: Puppet, stage: Scripted) => void,
  config: Partial<IWebSocketConfig> = {},
): Promise<Scripted> {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const page = installPage();
  let sessions = 0;
  const sockets = createPuppets((socket) =>
    setTimeout(() => {
      socket.accept();
      if (isResume(socket)) return resumed(socket, stage);
      answerPings(socket);
      sessions += 1;
      socket.say(hello(`session-${sessions}`));
      socket.say({ event: 'posted', data: 1, seq: 1 });
    }),
  );
  const pass = async (ms: number): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms));
  const stage: Scripted = { ...record(), sockets, page, pass };
  stage.service.connect({
    url: 'ws://model.test',
    WebSocket: sockets.WebSocket,
    random: () => 0,
    reconnectDelay: 1_000,
    backoffAfter: 1_000,
    reconnectAttempts: Infinity,
    ...config,
  });
  await pass(1_500);
  sockets.last.hangUp(1006);
  return stage;
}

/** How many links resumed the first session. */
const resumes = ({ sockets }: Scripted): number =>
  sockets.made.filter(({ url }) => url.includes('connection_id=session-1')).length;

const firstFrame: Protocol = {
  ...envelopeProtocol,
  name: 'first-frame',
  connectedOn: 'first-frame',
  answersPings: 'surely',
};

describe('a session whose resumed links bring no numbered event', () => {
  it.each<[string, number, (socket: Puppet, stage: Scripted) => void, Partial<IWebSocketConfig>]>([
    [
      'but a pong, and are closed',
      2,
      (socket) => {
        answerPings(socket);
        setTimeout(() => socket.hangUp(1011), 3_000);
      },
      {},
    ],
    [
      'but a reply, and are closed with a code that asks for a token',
      2,
      (socket) => {
        socket.say({ seq_reply: 99, status: 'OK' });
        setTimeout(() => socket.hangUp(4401), 3_000);
      },
      { token: async () => 'token' },
    ],
    [
      'but malformed frames',
      2,
      (socket) => {
        for (let sent = 0; sent < 10; sent += 1) socket.say('{');
      },
      {},
    ],
    [
      'but a malformed one in place of the next event, and those after it',
      2,
      (socket) => {
        socket.say('{"event":"posted","data":');
        socket.say({ event: 'posted', data: 3, seq: 3 });
      },
      {},
    ],
    ['and fall silent after the first pings', 2, (socket) => answerPings(socket, 10_500), {}],
    [
      'and do not answer the ping of a wake signal',
      2,
      (socket, { page }) => {
        socket.say({ event: 'note' });
        setTimeout(() => page.fire('focus'), 2_000);
      },
      {},
    ],
    ['and never become connected', 2, () => undefined, { protocol: firstFrame }],
    [
      'and never become connected in time',
      5,
      () => undefined,
      { protocol: firstFrame, connectTimeout: 5_000 },
    ],
    [
      'until the app calls reconnect()',
      5,
      (socket, { service }) => {
        answerPings(socket);
        setTimeout(() => service.reconnect(), 8_000);
      },
      {},
    ],
    [
      'but what was received before',
      2,
      (socket) => {
        socket.say({ event: 'posted', data: 1, seq: 1 });
        setTimeout(() => socket.hangUp(1011), 3_000);
      },
      {},
    ],
    [
      'for a minute each time',
      10,
      (socket) => {
        answerPings(socket);
        setTimeout(() => socket.hangUp(1000), 61_000);
      },
      {},
    ],
    [
      'for a minute each time, and then die without a word',
      10,
      (socket) => answerPings(socket, 10, 65_000),
      {},
    ],
    [
      'and are dead after a moment, which is found out a minute later',
      2,
      (socket) => answerPings(socket, 10, 5_000),
      { heartbeat: { interval: 30_000, timeout: 60_000 } },
    ],
    [
      'and are dead after a moment, while the clock is set back by an hour',
      2,
      (socket) => {
        socket.say({ event: 'note' });
        setTimeout(() => vi.setSystemTime(Date.now() - 3_600_000), 5_000);
      },
      {},
    ],
  ])('%s: it ends after %i of them, with one notice', async (_, links, resumed, config) => {
    const stage = await scripted(resumed, config);
    await stage.pass(2_400_000);
    expect(resumes(stage)).toBe(links);
    expect(stage.missed).toMatchObject([{ reason: 'new-session', previousConnectionId: 'session-1' }]);
    expect(stage.service.store.getState()).toMatchObject({ status: 'connected', connectionId: 'session-2' });
  });

  it('is kept by a page that hears nothing for an hour, on a network that drops a link now and then', async () => {
    const stage = await scripted((socket) => answerPings(socket, 10, 600_000));
    await stage.pass(3_600_000);
    expect(resumes(stage)).toBeGreaterThan(5);
    expect(stage.missed).toEqual([]);
  });

  it('is kept in the same way where only the server beats', async () => {
    const stage = await scripted(
      (socket) => {
        const beat = setInterval(() => socket.say({ event: 'beat' }), 5_000);
        setTimeout(() => clearInterval(beat), 65_000);
      },
      { protocol: createEnvelopeProtocol({ heartbeat: 'none' }), heartbeat: { expect: 12_000 } },
    );
    await stage.pass(500_000);
    expect(resumes(stage)).toBeGreaterThan(4);
    expect(stage.missed).toEqual([]);
  });

  it('ends after giving up too: links before and after it are counted together', async () => {
    const stage = await scripted((socket) => setTimeout(() => socket.hangUp(1011), 100), {
      reconnectAttempts: 1,
    });
    await stage.pass(60_000);
    expect(stage.service.store.getState().reason).toBe('attempts-exhausted');
    expect(resumes(stage)).toBe(1);
    stage.service.reconnect();
    await stage.pass(60_000);
    expect(resumes(stage)).toBe(2);
    expect(stage.service.store.getState()).toMatchObject({ status: 'connected', connectionId: 'session-2' });
  });

  it.each([1001, 1012, 1013])('goes on if its server restarts, which %i says', async (code) => {
    const stage = await scripted((socket) => {
      answerPings(socket);
      setTimeout(() => socket.hangUp(code), 3_000);
    });
    await stage.pass(120_000);
    expect(resumes(stage)).toBeGreaterThan(20);
    expect(stage.missed).toEqual([]);
  });
});

describe('a handshake that is refused while it asks for a session', () => {
  type Answer = 'open' | 'refuse' | 'hang';

  /**
   * `answer` decides about each handshake after the first link. `asked`: what each asked for; `-`: nothing. `spoken`: the
   * numbers of the links on which the client said something.
   */
  async function refused(
    answer: (asks: string, attempt: number) => Answer,
    config: Partial<IWebSocketConfig> = {},
  ): Promise<Scripted & { readonly asked: string[]; readonly spoken: Set<number> }> {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const asked: string[] = [];
    const spoken = new Set<number>();
    const sockets = createPuppets((socket) =>
      setTimeout(() => {
        const asks = /connection_id=([^&]*)/.exec(socket.url)?.[1] ?? '-';
        asked.push(asks);
        const answered = asked.length === 1 ? 'open' : answer(asks, asked.length);
        if (answered === 'refuse') return socket.refuse();
        if (answered === 'hang') return;
        const number = asked.length;
        answerPings(socket);
        const sent = socket.sent as string[];
        const { push } = sent;
        sent.push = (frame) => {
          spoken.add(number);
          return push(frame);
        };
        socket.accept();
        if (asks === '-') socket.say(hello(`session-${number}`));
        socket.say({ event: 'posted', data: number, seq: asks === '-' ? 1 : 2 });
      }),
    );
    const pass = async (ms: number): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms));
    const stage = { ...record(), sockets, page: installPage(), pass, asked, spoken };
    stage.service.connect({
      url: 'ws://model.test',
      WebSocket: sockets.WebSocket,
      random: () => 0,
      ...config,
    });
    await pass(1_500);
    sockets.last.hangUp(1006);
    return stage;
  }

  const five = Array<string>(5).fill('session-1');
  const without = (asks: string): Answer => (asks === '-' ? 'open' : 'refuse');

  it.each([
    ['the envelope', {}],
    ['a protocol that is connected on its first frame', { protocol: firstFrame }],
    ['a token in the first message', { auth: 'message', token: 'canary' }],
  ] as const)(
    'costs the session once it was refused again after a probe, with one notice (%s)',
    async (_, more) => {
      const stage = await refused(without, more);
      await stage.pass(60_000);
      expect(stage.asked).toEqual(['-', ...five, '-', 'session-1', '-']);
      expect(stage.missed).toMatchObject([
        { reason: 'new-session', previousConnectionId: 'session-1', connectionId: 'session-9' },
      ]);
      expect(stage.service.store.getState()).toMatchObject({
        status: 'connected',
        connectionId: 'session-9',
      });
      // The probe was closed, and nothing was said on it.
      expect(stage.sockets.made[6]?.fate).toBe(1000);
      expect([...stage.spoken]).toEqual([1, 9]);
      stage.sockets.last.hangUp(1006);
      await stage.pass(4_000);
      expect(stage.asked.at(-1)).toBe('session-9');
    },
  );

  it('keeps the session if the server has come back just for the probe', async () => {
    const stage = await refused((_, attempt) => (attempt <= 6 ? 'refuse' : 'open'));
    await stage.pass(60_000);
    expect(stage.asked).toEqual(['-', ...five, '-', 'session-1']);
    expect(stage.missed).toEqual([]);
    expect(stage.events.filter(({ event }) => event === 'posted').map(({ seq }) => seq)).toEqual([1, 2]);
    expect(stage.service.store.getState()).toMatchObject({ status: 'connected', connectionId: 'session-1' });
  });

  it('asks for the session at once when the probe has opened', async () => {
    const stage = await refused((_, attempt) => (attempt <= 6 ? 'refuse' : 'open'));
    await stage.pass(3_000 * 6 + 10);
    expect(stage.service.isConnected()).toBe(true);
  });

  it('keeps the session if the server does not answer after the probe, and asks again', async () => {
    const stage = await refused((_, attempt) => (attempt <= 6 ? 'refuse' : attempt === 8 ? 'hang' : 'open'), {
      reconnectAttempts: Infinity,
    });
    await stage.pass(60_000);
    expect(stage.asked).toEqual(['-', ...five, '-', 'session-1', '-', 'session-1']);
    expect(stage.missed).toEqual([]);
  });

  it('is counted before and after the attempts were given up', async () => {
    const stage = await refused(without, { reconnectAttempts: 3 });
    await stage.pass(60_000);
    expect(stage.service.store.getState().reason).toBe('attempts-exhausted');
    stage.service.reconnect();
    await stage.pass(60_000);
    expect(stage.asked).toEqual(['-', ...five, '-', 'session-1', '-']);
    expect(stage.service.isConnected()).toBe(true);
    expect(stage.missed).toHaveLength(1);
  });

  it('by a server that is down for long does not cost the session', async () => {
    const stage = await refused((_, attempt) => (attempt <= 30 ? 'refuse' : 'open'), {
      reconnectAttempts: Infinity,
      reconnectDelay: 1_000,
      backoffAfter: 1_000,
    });
    await stage.pass(120_000);
    expect(stage.asked.at(-1)).toBe('session-1');
    expect(stage.missed).toEqual([]);
    expect(stage.service.isConnected()).toBe(true);
  });

  it('is no reason for a probe where there is no session: the link that opens is used', async () => {
    const stage = await refused((_, attempt) => (attempt <= 7 ? 'refuse' : 'open'));
    stage.service.disconnect();
    stage.service.connect({ url: 'ws://other.test', WebSocket: stage.sockets.WebSocket, random: () => 0 });
    await stage.pass(60_000);
    expect(stage.asked).toEqual(Array(8).fill('-'));
    expect(stage.service.isConnected()).toBe(true);
  });

  it('does not keep a page that is put away while it probes from asking again', async () => {
    const stage = await refused((_, attempt) => (attempt <= 6 ? 'refuse' : attempt === 7 ? 'hang' : 'open'));
    await stage.pass(3_000 * 6 + 10);
    expect(stage.asked.at(-1)).toBe('-');
    stage.page.fire('pagehide', { persisted: true });
    await stage.pass(1_000);
    stage.page.fire('pageshow', { persisted: true });
    await stage.pass(1_000);
    expect(stage.asked.slice(-2)).toEqual(['-', 'session-1']);
    expect(stage.missed).toEqual([]);
  });
});

describe('one event that takes longer to arrive than a pong may take', () => {
  /** The event is the first thing on each resumed link, and everything else waits behind it. */
  function afterTheEvent(socket: Puppet, ms: number, seq = 2, note = true): void {
    if (note) socket.say({ event: 'note' });
    setTimeout(() => {
      socket.say({ event: 'snapshot', data: 'large', seq });
      answerPings(socket);
    }, ms);
  }

  it.each<[string, number, (page: Page) => void]>([
    ['12 s', 12_000, () => undefined],
    ['18 s', 18_000, () => undefined],
    ['8 s, while the page is shown again and again', 8_000, (page) => page.fire('focus')],
    ['12 s, while the page is shown again and again', 12_000, (page) => page.fire('focus')],
  ])('arrives: %s', async (_, ms, disturb) => {
    const stage = await scripted((socket) => afterTheEvent(socket, ms));
    const timer = setInterval(() => disturb(stage.page), 2_000);
    await stage.pass(300_000);
    clearInterval(timer);
    expect(stage.events.map(({ event }) => event)).toContain('snapshot');
    expect(stage.missed).toEqual([]);
  });

  it('arrives also if it is the first thing on the link: 18 s, all defaults', async () => {
    const stage = await scripted((socket) => afterTheEvent(socket, 18_000, 2, false), {
      reconnectAttempts: 7,
    });
    await stage.pass(300_000);
    expect(stage.events.map(({ event }) => event)).toContain('snapshot');
    expect(stage.missed).toEqual([]);
    expect(resumes(stage)).toBe(2);
  });

  it('arrives also where each link is a new session', async () => {
    // No session can be resumed, and the server sends the same snapshot on each link.
    let links = 0;
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const sockets = createPuppets((socket) =>
      setTimeout(() => {
        socket.accept();
        links += 1;
        socket.say(hello(`session-${links}`));
        // Its first ping is late enough, the second one is not.
        afterTheEvent(socket, 45_000, 1);
      }),
    );
    const stage = record();
    stage.service.connect({
      url: 'ws://model.test',
      WebSocket: sockets.WebSocket,
      random: () => 0,
      protocol: { ...envelopeProtocol, answersPings: 'surely' },
    });
    await vi.advanceTimersByTimeAsync(200_000);
    expect(stage.events.map(({ event }) => event)).toContain('snapshot');
    expect(links).toBe(2);
  });
});
