/** Each promise holds on a real socket through a faulty network. One fault at a time. */
import type { TokenContext, WebSocketErrorCode } from 'everwire/core';
import { describe, expect, it, vi } from 'vitest';
import type { HttpAnswer } from './fault-proxy.ts';
import { handles, newHandles } from './handles.ts';
import { longTimeouts, type Rig, type RigOptions, slackMs, startRig, TOKEN, times } from './rig.ts';
import { until } from './until.ts';

/** Longer than any wait in here, so that the wait can report what it waited for. */
vi.setConfig({ testTimeout: 120_000 });

const CLOSING = 2;

/** Nothing was lost, duplicated or out of order, there was no notice, and never more than one live socket. */
function expectUnbroken(rig: Rig): void {
  expect(rig.verdict()).toMatchObject({
    lostWithoutNotice: 0,
    duplicated: 0,
    reordered: 0,
    altered: 0,
    breaks: 0,
    spurious: 0,
    findings: [],
  });
  expect(rig.server.sessions.size).toBe(1);
  expect(rig.sockets.mostLive).toBe(1);
}

/** Notices a dead link soon. The other tests wait longer: a busy machine must not look like a dead link. */
const fastHeartbeat = { config: { heartbeat: { interval: 200, timeout: 400 } } };

/** A missed answer is noticed after this at the latest. */
const DETECTION_MS = fastHeartbeat.config.heartbeat.interval + fastHeartbeat.config.heartbeat.timeout;

/** An open link that has delivered a few events. */
async function connected(options: RigOptions = {}): Promise<Rig> {
  const rig = await startRig({ ...options, config: { ...longTimeouts, ...options.config } });
  await rig.connect();
  rig.publish(3);
  await rig.caughtUp();
  return rig;
}

async function untilReplaced(rig: Rig, sockets = 2): Promise<void> {
  await rig.until(`socket ${sockets} to be open`, () => rig.sockets.all[sockets - 1]?.openedAt != null);
  rig.publish(3);
  await rig.caughtUp();
}

describe('faults that the client should not notice', () => {
  it('no fault: events arrive, requests are answered', async () => {
    const rig = await connected();
    rig.publish(100);
    await rig.caughtUp();
    expect(await rig.service.request('echo', { text: 'hello' })).toEqual({ text: 'hello' });
    expectUnbroken(rig);
    expect(rig.sockets.all).toHaveLength(1);
  });

  it.each([
    ['a delay with jitter', (rig: Rig) => rig.proxy.delay(10, 15)],
    ['slices of one byte', (rig: Rig) => rig.proxy.slice(1)],
    ['a bandwidth of 40 kB/s', (rig: Rig) => rig.proxy.bandwidth(40_000)],
  ])('%s changes nothing, on an open link and on one that opens meanwhile', async (_, shape) => {
    const rig = await connected();
    shape(rig);
    rig.publish(50);
    await rig.caughtUp();
    expect(await rig.service.request('echo', 'slowly')).toBe('slowly');
    rig.service.reconnect();
    await untilReplaced(rig);
    rig.publish(50);
    await rig.caughtUp();
    expect(await rig.service.request('echo', 'again')).toBe('again');
    expectUnbroken(rig);
    // The client itself asked for the second one.
    expect(rig.sockets.all).toHaveLength(2);
  });

  it('a burst of 5,000 events, held and released at once, arrives in order and once', async () => {
    const rig = await connected({ config: { heartbeat: false } });
    rig.proxy.hold('down');
    rig.publish(5_000);
    const request = rig.service.request('echo', 'after the burst');
    await rig.until('the server to have answered', () => rig.server.counts.requests === 1);
    expect(rig.deliveries).toHaveLength(4);
    rig.proxy.release();
    await rig.caughtUp();
    expect(rig.verdict().delivered).toBe(5_004);
    expect(await request).toBe('after the burst');
    expectUnbroken(rig);
    expect(rig.statuses).toEqual(['connecting', 'connected']);
  });

  it('a stall that ends before the timeout loses nothing and keeps the link', async () => {
    const rig = await connected();
    await rig.settled();
    rig.proxy.stall('both');
    rig.publish(10);
    rig.proxy.heal();
    await rig.caughtUp();
    expectUnbroken(rig);
    expect(rig.sockets.all).toHaveLength(1);
  });

  it('a link that stalls only our own bytes is kept for a while if events arrive', async () => {
    const rig = await connected({ config: { heartbeat: { interval: 100, timeout: 400 } } });
    await rig.settled();
    rig.proxy.stall('up');
    const request = rig.service.request('echo', 'late');
    const from = performance.now();
    await rig.until('two whole heartbeats to pass with events', () => {
      rig.publish(1);
      return performance.now() - from > 2 * 500;
    });
    expect(rig.sockets.all).toHaveLength(1);
    rig.proxy.heal();
    expect(await request).toBe('late');
    await rig.caughtUp();
    expectUnbroken(rig);
  });
});

describe('a link that is dead without a close', () => {
  it.each(['down', 'both', 'up'] as const)('is replaced within interval + timeout: %s', async (direction) => {
    // The replacement does not wait for the backoff.
    const rig = await connected({
      config: { ...fastHeartbeat.config, reconnectDelay: 10_000, reconnectDelayMax: 10_000 },
    });
    await rig.settled();
    const [first] = rig.sockets.live;
    const stalledAt = performance.now();
    rig.proxy.stall(direction);
    if (direction !== 'up') rig.publish(20);
    await untilReplaced(rig);
    expect(first?.closedWith).toBe(4000);
    const slack = slackMs(rig.lagSince(stalledAt));
    expect((first?.endedAt ?? 0) - stalledAt).toBeLessThan(DETECTION_MS + slack);
    expect((rig.sockets.all[1]?.openedAt ?? 0) - (first?.endedAt ?? 0)).toBeLessThan(slack);
    expect(rig.server.counts).toMatchObject({ resumes: 1, takeovers: 1 });
    expectUnbroken(rig);
  });

  it('stays in CLOSING without a delay for the next one', async () => {
    const rig = await connected(fastHeartbeat);
    await rig.settled();
    const [first] = rig.sockets.live;
    rig.proxy.stall('both');
    await untilReplaced(rig);
    expect(first?.readyState).toBe(CLOSING);
    expect(rig.service.isConnected()).toBe(true);
    // Late frames of the old link change nothing.
    rig.proxy.heal();
    await rig.until('the first socket to be closed', () => first?.state === 'closed');
    rig.publish(3);
    await rig.caughtUp();
    expectUnbroken(rig);
    expect(rig.sockets.all).toHaveLength(2);
  });

  it('is found on each of several links in a row', async () => {
    const rig = await connected(fastHeartbeat);
    for (let round = 1; round <= 3; round += 1) {
      await rig.settled();
      rig.proxy.stall('both');
      rig.publish(5);
      await untilReplaced(rig, round + 1);
    }
    expect(rig.server.counts.resumes).toBe(3);
    expectUnbroken(rig);
  });

  it('causes one notice and a new session when the server cannot send the missed events', async () => {
    const rig = await connected({ ...fastHeartbeat, ringSize: 10 });
    await rig.settled();
    rig.proxy.stall('both');
    rig.publish(50);
    await untilReplaced(rig);
    expect(rig.verdict()).toMatchObject({ breaks: 1, badlyAnnounced: 0, spurious: 0, findings: [] });
    expect(rig.deliveries.filter(({ kind }) => kind === 'notice')).toHaveLength(1);
    expect(rig.sockets.mostLive).toBe(1);
    // The old link carries events of the old session, some with the very numbers that come next in the new one.
    const [old] = rig.sockets.all;
    rig.proxy.heal();
    await rig.until('the old socket to be closed', () => old?.state === 'closed');
    rig.publish(3);
    await rig.caughtUp();
    expect(rig.verdict()).toMatchObject({ breaks: 1, altered: 0, duplicated: 0, findings: [] });
  });
});

describe('a link that is cut', () => {
  it.each([
    ['RST', (rig: Rig) => rig.proxy.reset()],
    ['FIN without a close frame', (rig: Rig) => rig.proxy.fin()],
    ['RST in the middle of a frame', (rig: Rig) => rig.proxy.limit(137)],
  ])('%s mid-stream: resumed, with no loss and no notice', async (_, cut) => {
    const rig = await connected();
    rig.publish(20);
    await rig.until('some of them to have come', () => rig.deliveries.length > 4);
    rig.publish(20);
    cut(rig);
    rig.publish(20);
    await untilReplaced(rig);
    expect(rig.service.store.getState().lastClose).toMatchObject({ code: 1006, wasClean: false });
    expect(rig.server.counts.resumes).toBe(1);
    expectUnbroken(rig);
    expect(rig.statuses).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
  });

  it('rejects the pending request before the next link opens', async () => {
    const rig = await connected();
    let openWhenRejected = -1;
    const outcome = rig.service.request('ignore').catch((error: unknown) => {
      openWhenRejected = rig.sockets.all.length;
      return error;
    });
    rig.proxy.reset();
    expect(await outcome).toMatchObject({ code: 'connection-lost' satisfies WebSocketErrorCode });
    expect(openWhenRejected).toBe(1);
    await untilReplaced(rig);
    expectUnbroken(rig);
  });

  it('delivers replayed duplicates only once', async () => {
    const rig = await connected({ overlap: 50 });
    rig.publish(100);
    await rig.caughtUp();
    rig.proxy.reset();
    rig.publish(10);
    await untilReplaced(rig);
    expect(rig.server.counts.replayed).toBeGreaterThanOrEqual(50);
    expectUnbroken(rig);
  });

  it('is cut repeatedly during the resume, and still receives all events', async () => {
    const rig = await connected();
    rig.publish(400);
    // Each link lives long enough for a few events of the replay.
    rig.proxy.limit(2_000, 'all-links');
    await rig.until('five links to be used up', () => rig.sockets.all.length > 5);
    await rig.proxy.pass();
    await rig.caughtUp();
    expectUnbroken(rig);
  });
});

describe('a byte that is changed in transit', () => {
  it.each([
    ['the header of a frame', 'down', 0],
    ['the length of a frame', 'down', 1],
    ['the text of a frame', 'down', 10],
    ['the header of a frame of ours', 'up', 0],
    ['the text of a frame of ours', 'up', 12],
  ] as const)('%s: reconnects and resumes', async (_, direction, atByte) => {
    const rig = await connected(fastHeartbeat);
    await rig.settled();
    rig.proxy.corrupt(direction, atByte);
    if (direction === 'up') void rig.service.request('echo', 'garbled').catch(() => undefined);
    rig.publish(10);
    await untilReplaced(rig);
    expect(rig.server.counts.resumes).toBeGreaterThanOrEqual(1);
    expectUnbroken(rig);
  });

  it('makes a frame invalid JSON: its event is requested again, without a notice', async () => {
    const rig = await connected(fastHeartbeat);
    rig.proxy.garble(30);
    rig.publish(1);
    await rig.until('the frame to be left out', () => rig.errors.length === 1);
    expect(rig.errors[0]).toMatchObject({ code: 'malformed-frame' });
    // The link is good, and stays open, until the next number reveals the gap.
    expect(rig.sockets.all).toHaveLength(1);
    const [first] = rig.sockets.live;
    rig.publish(10);
    await untilReplaced(rig);
    expect(first?.closedWith).toBe(4001);
    expect(rig.server.counts.resumes).toBe(1);
    expectUnbroken(rig);
  });

  it('hides the end of the link: the heartbeat finds it', async () => {
    const rig = await connected(fastHeartbeat);
    await rig.settled();
    const [first] = rig.sockets.live;
    // The server never learns that the client has failed the connection, so it does not close it either.
    rig.proxy.stall('up');
    rig.proxy.corrupt('down', 10);
    rig.publish(1);
    await rig.until('the socket to fail', () => first?.readyState === CLOSING);
    expect(first?.state).toBe('live');
    await untilReplaced(rig);
    expectUnbroken(rig);
  });
});

describe('a server that cannot be reached', () => {
  const answers: readonly HttpAnswer[] = [401, 503, 302, 200, 'garbage'];

  it.each(answers)('an HTTP answer: %s', async (answer) => {
    const rig = await connected();
    rig.proxy.httpAnswer(answer);
    await expectFailuresThenRecovery(rig, 'connection-failed');
  });

  it('refused', async () => {
    const rig = await connected();
    rig.proxy.refuse();
    await expectFailuresThenRecovery(rig, 'connection-failed');
  });

  it('a black hole: the attempt is given up after connectTimeout', async () => {
    const rig = await connected({ config: { connectTimeout: times.connectTimeout } });
    rig.proxy.blackHole();
    await expectFailuresThenRecovery(rig, 'connect-timeout');
  });

  it('a link that stalls before it is open: given up after connectTimeout', async () => {
    const rig = await connected({ config: { connectTimeout: times.connectTimeout } });
    rig.proxy.stall('down', 'next-links');
    await expectFailuresThenRecovery(rig, 'connect-timeout');
  });

  it('RST in the middle of the handshake', async () => {
    const rig = await connected();
    rig.proxy.limit(40, 'next-links');
    await expectFailuresThenRecovery(rig, 'connection-failed');
  });

  it('answers with 401, which looks like a server that is down: one fresh token is requested', async () => {
    const reasons: string[] = [];
    const token = ({ reason }: TokenContext): string => {
      reasons.push(reason);
      return TOKEN;
    };
    const rig = await connected({ config: { token } });
    rig.proxy.httpAnswer(401);
    rig.proxy.reset();
    // After five refused ones, an attempt would leave the session out.
    await rig.until('four more attempts', () => rig.sockets.all.length > 4);
    await rig.proxy.admit();
    rig.publish(3);
    await rig.caughtUp();
    expect(reasons.slice(0, 5)).toEqual(['initial', 'reconnect', 'reconnect', 'unauthorized', 'reconnect']);
    expect(reasons.filter((reason) => reason === 'unauthorized')).toHaveLength(1);
    expectUnbroken(rig);
  });

  it('from the very first attempt', async () => {
    const rig = await startRig({ config: longTimeouts });
    rig.proxy.refuse();
    const connecting = rig.connect();
    await rig.until('three failures', () => rig.service.store.getState().reconnectAttempts >= 3);
    await rig.proxy.admit();
    await connecting;
    rig.publish(10);
    await rig.caughtUp();
    expectUnbroken(rig);
    expect(rig.statuses).toEqual(['connecting', 'reconnecting', 'connected']);
  });

  async function expectFailuresThenRecovery(rig: Rig, code: WebSocketErrorCode): Promise<void> {
    const from = rig.sockets.all.length;
    const resetAt = performance.now();
    rig.proxy.reset();
    rig.publish(10);
    await rig.until('two attempts to fail', () => rig.sockets.all.length >= from + 3);
    expect(rig.service.store.getState()).toMatchObject({ status: 'reconnecting', error: { code } });
    expect(rig.errors.map((error) => error.code)).toEqual(expect.arrayContaining([code, code]));
    const durations = rig.sockets.all.slice(from, from + 2).map(({ endedAt }) => endedAt ?? 0);
    if (code === 'connect-timeout') {
      const [first = 0, second = 0] = durations;
      expect(second - first).toBeGreaterThanOrEqual(times.connectTimeout);
      expect(second - first).toBeLessThan(
        times.connectTimeout + times.reconnectDelayMax + slackMs(rig.lagSince(resetAt)),
      );
    }
    await rig.proxy.pass();
    await rig.caughtUp();
    expect(rig.service.store.getState()).toMatchObject({ status: 'connected', error: null });
    expect(rig.server.counts.resumes).toBeGreaterThanOrEqual(1);
    expectUnbroken(rig);
  }
});

describe('the proxy itself', () => {
  it('leaves no socket, timer or listener behind, and neither does disconnect()', async () => {
    const before = handles();
    // Long enough for a remaining timer to be seen.
    const long = { minUptime: 60_000, reconnectDelay: 60_000, reconnectDelayMax: 60_000 };
    {
      await using rig = await connected({ config: { ...fastHeartbeat.config, ...long } });
      rig.proxy.delay(5, 5);
      rig.publish(20);
      rig.proxy.stall('both');
      rig.service.reconnect();
      await untilReplaced(rig);
      rig.proxy.blackHole();
      rig.proxy.hold('down');
      rig.publish(20);
      rig.service.reconnect();
      await rig.until('somebody to fall into the black hole', () => rig.proxy.turnedAway > 0);
      await rig.proxy.pass();
      rig.service.reconnect();
      await untilReplaced(rig, 4);
      rig.proxy.reset();
      await rig.until('it to wait', () => rig.service.store.getState().nextRetryAt !== null);
      rig.service.reconnect();
      await untilReplaced(rig, 5);
      await rig.settled();
      rig.service.disconnect();
      await rig.proxy[Symbol.asyncDispose]();
      await rig.server[Symbol.asyncDispose]();
      rig.stopWatching();
      await until('every handle to be closed', () => newHandles(before).length === 0, {
        facts: () => newHandles(before).join(', '),
      });
    }
  });

  it('reports what it did', async () => {
    const rig = await connected();
    rig.proxy.stall('up');
    rig.proxy.heal();
    rig.proxy.reset();
    expect(rig.proxy.log.map(({ what, links }) => [what, links]).slice(0, 4)).toEqual([
      ['link opened', 1],
      ['stall up (open-links)', 1],
      ['heal', 1],
      ['reset', 1],
    ]);
  });
});
