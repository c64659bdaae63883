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
