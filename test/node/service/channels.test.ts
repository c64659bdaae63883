/** Channels: counted, joined again before anything else in a new session, and never with a silent hole. */

import {
  envelopeProtocol,
  type IWebSocketConfig,
  type JoinedChannel,
  type JoinOptions,
  joinChannel,
  type MissedEvents,
} from 'everwire/core';
import type { FakeServerOptions, ReceivedFrame } from 'everwire/testing';
import { describe, expect, it, vi } from 'vitest';
import { connectedRig, type Rig, rig } from '../../support/fake.ts';

interface ChannelRig extends Rig {
  /** What was sent since the last call: `join a b`, `leave a`, or the name of another message. */
  sent(): readonly string[];
  join(name: string, options?: JoinOptions): JoinedChannel;
  /** The notices so far: their reason, with the channel or the exceptions. */
  notices(): readonly string[];
  /** The link breaks, and another one is opened. */
  relink(meanwhile?: () => void): Promise<void>;
}

const quick = { reconnectDelay: 100, reconnectJitter: 0, heartbeat: false } as const;

function words({ event, data }: ReceivedFrame): string {
  const { channels } = Object(data) as {
    readonly channels?: readonly (string | { readonly name: string })[];
  };
  const names = channels?.map((one) => (typeof one === 'string' ? one : one.name)) ?? [];
  return [event, ...names].join(' ');
}

async function channelRig(
  options: FakeServerOptions = {},
  config: Partial<IWebSocketConfig> = {},
  connects = true,
): Promise<ChannelRig> {
  const base = connects
    ? await connectedRig(options, { ...quick, ...config })
    : rig(options, { ...quick, ...config });
  const { server, service, missed, pass } = base;
  let seen = 0;
  return {
    ...base,
    sent() {
      const frames = server.received.slice(seen);
      seen = server.received.length;
      return frames.map(words);
    },
    join: (name, more) => joinChannel(service, name, more),
    notices: () =>
      missed.map(({ reason, channel, except }) =>
        [reason, channel ?? (except && `except ${[...except].join(' ')}`)].filter(Boolean).join(' '),
      ),
    async relink(meanwhile) {
      server.drop();
      await pass(50);
      meanwhile?.();
      await pass(100);
    },
  };
}

const lost = { resume: 'never' } as const;

describe('counting', () => {
  it('joins with the first, and leaves one second after the last', async () => {
    const { join, sent, pass, server } = await channelRig();
    const one = join('a');
    const two = join('a');
    await pass();
    expect(sent()).toEqual(['join a']);
    expect(server.members('a')).toHaveLength(1);
    one.leave();
    one.leave();
    await pass(2_000);
    expect(sent()).toEqual([]);
    two.leave();
    await pass(999);
    expect(sent()).toEqual([]);
    await pass(10);
    expect(sent()).toEqual(['leave a']);
    await pass();
    expect(server.members('a')).toEqual([]);
  });

  it('sends nothing if it is wanted again within the second, however often', async () => {
    const { join, sent, pass } = await channelRig();
    let channel = join('a');
    await pass();
    sent();
    for (let n = 0; n < 5; n += 1) {
      channel.leave();
      await pass(900);
      channel = join('a');
      await pass(900);
    }
    expect(sent()).toEqual([]);
  });

  it('waits with one timer for all that are left together: timers of their own would each send a message', async () => {
    const { join, sent, pass } = await channelRig();
    const all = Array.from({ length: 900 }, (_, n) => join(`room:${n}`));
    await pass();
    sent();
    const before = vi.getTimerCount();
    for (const one of all) one.leave();
    expect(vi.getTimerCount()).toBe(before + 1);
    const again = join('room:0');
    await pass(1_010);
    expect(sent().map((frame) => frame.split(' ').length)).toEqual([900]);
    again.leave();
    await pass(500);
    join('room:0');
    expect(vi.getTimerCount()).toBe(before);
    await pass(1_010);
    expect(sent()).toEqual([]);
  });

  it('sends the joins of one macrotask in one message, and so the leaves', async () => {
    const { join, sent, pass } = await channelRig();
    const all = [join('a'), join('b')];
    await Promise.resolve();
    all.push(join('c'));
    join('d').leave();
    await pass();
    expect(sent()).toEqual(['join a b c']);
    for (const one of all) one.leave();
    await pass(1_010);
    expect(sent()).toEqual(['leave a b c']);
  });

  it('needs one message for 1,000 names, as the server allows', async () => {
    const { join, sent, pass, server } = await channelRig();
    for (let n = 0; n < 2_500; n += 1) join(`room:${n}`);
    await pass();
    expect(sent().map((line) => line.split(' ').length - 1)).toEqual([1_000, 1_000, 500]);
    expect(server.connections[0]?.channels).toHaveLength(2_500);
  });

  it('needs several for names that are too long for one frame', async () => {
    const { join, pass, server } = await channelRig();
    const bytes: number[] = [];
    server.onMessage(({ raw }) => bytes.push(new TextEncoder().encode(String(raw)).length));
    const all = Array.from({ length: 100 }, (_, n) => join(`${n} ${'😀'.repeat(250)}`));
    await pass();
    for (const one of all) one.leave();
    await pass(1_010);
    expect(bytes.length).toBeGreaterThan(3);
    expect(Math.max(...bytes)).toBeLessThan(65_536);
    expect(server.connections[0]?.channels).toEqual([]);
  });

  it('tells the status: waiting, joining, joined', async () => {
    const { join, pass, service, config } = await channelRig({}, {}, false);
    const channel = join('a');
    const statuses = [channel.getState().status];
    channel.subscribe(() => statuses.push(channel.getState().status));
    service.connect(config);
    await pass();
    expect(statuses).toEqual(['waiting', 'joining', 'joined']);
    service.disconnect();
    expect(statuses.slice(3)).toEqual(['waiting']);
  });

  it('leaves no timer behind after disconnect()', async () => {
    const { join, pass, service } = await channelRig();
    const channel = join('a');
    await pass();
    channel.leave();
    service.disconnect();
    await pass();
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(['', null, 7])('throws a typed error for the name %s', async (name) => {
    const { join } = await channelRig();
    expect(() => join(name as string)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it.each([{ last: 0 }, { last: 1.5 }, {}, '', 7])('throws a typed error for from: %s', async (from) => {
    const { join } = await channelRig();
    expect(() => join('a', { from: from as string })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });
});

describe('after a resumed session', () => {
  it('nothing is sent again', async () => {
    const { join, sent, pass, relink, notices, server } = await channelRig();
    const channel = join('a');
    await pass();
    sent();
    await relink();
    server.publish('a', 'posted', 1);
    await pass();
    expect(sent()).toEqual([]);
    expect(notices()).toEqual([]);
    expect(channel.getState().status).toBe('joined');
  });

  it('only what changed while the link was down is sent', async () => {
    const { join, sent, pass, relink, server } = await channelRig();
    join('a');
    const b = join('b');
    await pass();
    sent();
    await relink(() => {
      b.leave();
      join('c');
    });
    expect(sent()).toEqual(['leave b', 'join c']);
    await pass();
    expect(server.connections[0]?.channels).toEqual(['a', 'c']);
  });

  it('a join whose answer was lost is sent again, or left if it is not wanted any more', async () => {
    const { join, sent, pass, relink, server } = await channelRig({
      join: () => new Promise(() => undefined),
    });
    join('a');
    const b = join('b');
    await pass();
    expect(sent()).toEqual(['join a b']);
    server.handleJoin(() => true);
    await relink(() => b.leave());
    await pass();
    expect(sent()).toEqual(['leave b', 'join a']);
    expect(server.connections[0]?.channels).toEqual(['a']);
  });

  it('a leave that was sent just before the loss is sent again', async () => {
    const { join, sent, pass, server } = await channelRig();
    const channel = join('a');
    await pass();
    server.freeze();
    channel.leave();
    // Sent into the frozen link.
    await pass(1_050);
    expect(sent()).toEqual(['join a']);
    server.drop();
    await pass(200);
    expect(sent()).toEqual(['leave a']);
    await pass();
    expect(server.members('a')).toEqual([]);
  });
});

describe('in a new session', () => {
  it('all channels are joined again, before the queue and before the notice', async () => {
    const { join, sent, pass, service, server, missed } = await channelRig(lost, { sendQueue: {} });
    const order: string[] = [];
    join('a');
    join('b');
    await pass();
    sent();
    service.missed$.subscribe(() => order.push(`notice with ${server.connections[0]?.channels.join(' ')}`));
    server.drop();
    await pass(50);
    service.send('hello there');
    await pass(100);
    expect(sent()).toEqual(['join a b', 'hello there']);
    expect(order).toEqual(['notice with a b']);
    expect(missed).toEqual([expect.objectContaining({ reason: 'new-session' })]);
  });

  it('the notice waits for the answers, and events wait behind it', async () => {
    const { join, pass, relink, server, missed, events } = await channelRig(lost);
    join('a');
    await pass();
    let grant: (verdict: boolean) => void = () => undefined;
    server.handleJoin(
      () =>
        new Promise((resolve) => {
          grant = resolve;
        }),
    );
    await relink();
    const before = events.length;
    server.emit('posted', 1);
    await pass(1_000);
    expect(missed).toEqual([]);
    expect(events).toHaveLength(before);
    grant(true);
    await pass();
    expect(missed).toHaveLength(1);
    expect(events.slice(before).map(({ event }) => event)).toEqual(['hello', 'posted']);
  });

  it('the notice waits at most requestTimeout', async () => {
    const { join, pass, relink, server, missed } = await channelRig(lost, { requestTimeout: 3_000 });
    const channel = join('a');
    await pass();
    server.handleJoin(() => new Promise(() => undefined));
    await relink();
    await pass(2_900);
    expect(missed).toEqual([]);
    await pass(100);
    expect(missed).toHaveLength(1);
    expect(channel.getState()).toMatchObject({ status: 'refused', error: { code: 'request-timeout' } });
    // Joined in the end: what came between the notice and the join is not silently lost.
    server.handleJoin(() => true);
    channel.retry();
    await pass();
    expect(missed).toHaveLength(2);
    expect(missed[1]).toMatchObject({ reason: 'new-session', channel: 'a' });
  });

  it('an event between "fetched again" and "joined again" is not lost (the page is right in the end)', async () => {
    const { join, pass, service, server } = await channelRig(lost);
    let n = 0;
    let shown = 0;
    const change = (): void => {
      n += 1;
      server.publish('n', 'changed', n);
    };
    join('n');
    service.event$('changed', { channel: 'n' }).subscribe(({ data }) => {
      shown = Number(data);
    });
    service.missed$.subscribe(() =>
      setTimeout(() => {
        shown = n;
      }, 10),
    );
    await pass();
    change();
    await pass();
    server.handleJoin(() => new Promise((resolve) => setTimeout(() => resolve(true), 60)));
    server.drop();
    for (let round = 0; round < 60; round += 1) {
      await pass(5);
      if (round % 7 === 0) change();
    }
    await pass(500);
    expect(shown).toBe(n);
  });

  it('a server without ids is joined again with each link, before its notice', async () => {
    const { join, sent, pass, relink, missed, server, service } = await channelRig({
      ...{ hello: false, numbered: false },
    });
    join('a');
    await pass();
    sent();
    let members = -1;
    service.missed$.subscribe(() => {
      members = server.connections[0]?.channels.length ?? 0;
    });
    server.publish('a', 'posted', 1);
    await pass();
    await relink();
    await pass();
    expect(sent()).toEqual(['join a']);
    expect(missed).toEqual([expect.objectContaining({ reason: 'unknown' })]);
    expect(members).toBe(1);
  });

  it('a server that has sent nothing yet gets a notice for the channel as soon as it answers the join', async () => {
    const { join, pass, relink, notices } = await channelRig({ hello: false, numbered: false });
    join('a');
    await pass();
    await relink();
    await pass();
    expect(notices()).toEqual(['unknown a']);
  });

  it('another user has the channels joined, but none of the positions', async () => {
    const { join, pass, service, config, server } = await channelRig({ positions: true });
    join('a');
    await pass();
    server.publish('a', 'posted', 1);
    await pass();
    service.connect({ ...config, token: 'another' });
    await pass();
    const last = server.received.at(-1);
    expect(last).toMatchObject({ event: 'join', data: { channels: [{ name: 'a' }] } });
    expect(JSON.stringify(last?.data)).not.toContain('position');
  });
});

describe('positions', () => {
  const positions = { ...lost, positions: true } as const;

  it('a recovered channel gets what it missed, and no notice', async () => {
    const { join, pass, relink, server, notices, events } = await channelRig(positions);
    join('a');
    await pass();
    server.publish('a', 'posted', 1);
    await relink(() => server.publish('a', 'posted', 2));
    server.publish('a', 'posted', 3);
    await pass();
    expect(events.filter(({ event }) => event === 'posted').map(({ data }) => data)).toEqual([1, 2, 3]);
    expect(notices()).toEqual(['new-session except a']);
  });

  it('a channel that is not recovered gets a notice of its own, before its next event', async () => {
    const { join, pass, relink, server, service } = await channelRig(positions);
    const order: string[] = [];
    join('a');
    service.missed$.subscribe(({ channel }) => order.push(`missed ${channel}`));
    service.event$('posted').subscribe(({ data }) => order.push(`posted ${data}`));
    await pass();
    server.publish('a', 'posted', 1);
    await pass();
    await relink(() => {
      server.publish('a', 'posted', 2);
      server.trim();
    });
    server.publish('a', 'posted', 3);
    await pass();
    expect(order).toEqual(['posted 1', 'missed a', 'missed undefined', 'posted 3']);
  });

  it('1,000 channels that are not recovered have a notice each, and two resyncs together', async () => {
    const resyncs: MissedEvents[] = [];
    const { join, pass, relink, server, notices } = await channelRig(positions, {
      resync: (notice) => void resyncs.push(notice),
    });
    for (let n = 0; n < 1_000; n += 1) join(`room:${n}`);
    await pass();
    server.publish('room:1', 'posted', 1);
    await pass();
    await relink(() => {
      server.publish('room:1', 'posted', 2);
      server.trim();
    });
    await pass();
    expect(server.connections[0]?.channels).toHaveLength(1_000);
    expect(notices()).toHaveLength(1_001);
    expect(resyncs.length).toBeLessThanOrEqual(2);
  });

  it('a quiet channel goes on from the last position of the session, and not from its own last event', async () => {
    const { join, pass, relink, server } = await channelRig({ ...positions, ringSize: 4 });
    join('quiet');
    join('busy');
    await pass();
    for (let n = 0; n < 10; n += 1) server.publish('busy', 'posted', n);
    await pass();
    await relink();
    expect(server.received.at(-1)?.data).toEqual({
      channels: [
        { name: 'quiet', position: 'p10' },
        { name: 'busy', position: 'p10' },
      ],
    });
  });

  it('the position has advanced when a handler hears the event', async () => {
    const { join, pass, server, service, events } = await channelRig(positions);
    join('a');
    await pass();
    service.event$('posted').subscribe(() => server.drop());
    server.publish('a', 'posted', 1);
    await pass(200);
    await pass();
    expect(events.filter(({ event }) => event === 'posted')).toHaveLength(1);
  });

  it('is forgotten once the channel was left', async () => {
    const { join, pass, sent, server } = await channelRig(positions);
    const channel = join('a');
    await pass();
    server.publish('a', 'posted', 1);
    await pass();
    channel.leave();
    await pass(1_100);
    sent();
    join('a');
    await pass();
    expect(server.received.at(-1)?.data).toEqual({ channels: [{ name: 'a' }] });
  });

  it.each([
    [{ last: 2 }, [2, 3]],
    ['start', [1, 2, 3]],
    ['p1', [2, 3]],
    ['now', []],
  ] as const)('from %s: past events come before those that follow', async (from, past) => {
    const { join, pass, server, events } = await channelRig({ positions: true });
    for (const n of [1, 2, 3]) server.publish('a', 'posted', n);
    join('a', { from });
    await pass();
    server.publish('a', 'posted', 4);
    await pass();
    const posted = events.filter(({ event }) => event === 'posted');
    expect(posted.map(({ data }) => data)).toEqual([...past, 4]);
    expect(posted.every(({ channel }) => channel === 'a')).toBe(true);
  });

  it('what was held and is dropped with the session is not taken for received', async () => {
    const { join, pass, server, service, config, notices } = await channelRig(
      { positions: true, resume: 'never' },
      { resync: () => new Promise(() => undefined), resyncTimeout: 60_000 },
    );
    join('a');
    await pass();
    server.drop();
    await pass(200);
    await pass();
    // Held by resync.
    server.publish('a', 'posted', 1);
    await pass();
    service.disconnect();
    service.connect(config);
    await pass();
    expect(notices().at(-1)).toBe('new-session');
  });
});

describe('a refusal', () => {
  it('concerns the channel, and not the link', async () => {
    const { join, pass, statuses, server, errors } = await channelRig({ join: (name) => name !== 'secret' });
    const secret = join('secret');
    const open = join('open');
    await pass();
    expect(secret.getState()).toMatchObject({ status: 'refused', error: { code: 'channel-refused' } });
    expect(secret.getState().error?.details).toMatchObject({ channel: 'secret', server: { id: 'refused' } });
    expect(open.getState().status).toBe('joined');
    expect(statuses.at(-1)).toBe('connected');
    expect(errors).toEqual([]);
    expect(server.members('open')).toHaveLength(1);
  });

  it('is asked about again by retry(), and by a new token', async () => {
    const { join, pass, sent, service, server, config } = await channelRig(
      { join: () => false },
      { identity: 'ann' },
    );
    const channel = join('a');
    await pass();
    sent();
    channel.retry();
    await pass();
    expect(sent()).toEqual(['join a']);
    expect(channel.getState().status).toBe('refused');
    server.handleJoin(() => true);
    service.connect({ ...config, token: 'upgraded' });
    await pass();
    expect(sent()).toEqual(['join a']);
    expect(channel.getState()).toEqual({ status: 'joined', error: null });
  });

  it('is not repeated with each link', async () => {
    const { join, pass, sent, relink } = await channelRig({ join: () => false });
    join('a');
    await pass();
    sent();
    await relink();
    await pass();
    expect(sent()).toEqual([]);
  });

  it('needs no leave', async () => {
    const { join, pass, sent } = await channelRig({ join: () => false });
    const channel = join('a');
    await pass();
    sent();
    channel.leave();
    await pass(2_000);
    expect(sent()).toEqual([]);
  });

  it('never shows a secret that the server quotes', async () => {
    const { join, pass } = await channelRig({
      join: () => {
        throw new Error('tok-4711 may not');
      },
    });
    const channel = join('a');
    await pass();
    const { error } = channel.getState();
    expect(`${error?.message} ${JSON.stringify(error?.details)}`).not.toContain('tok-4711');
  });

  it('by `left` ends the membership; retry() joins again, with a notice', async () => {
    const { join, pass, server, notices } = await channelRig();
    const channel = join('a');
    await pass();
    server.endMembership('a', { reason: 'closed' });
    await pass();
    expect(channel.getState()).toMatchObject({ status: 'refused', error: { code: 'channel-refused' } });
    channel.retry();
    await pass();
    expect(channel.getState().status).toBe('joined');
    expect(notices()).toEqual(['unknown a']);
  });

  it('of a protocol that does not say how channels are joined tells what to do', async () => {
    const { join, pass } = await channelRig({}, { protocol: { ...envelopeProtocol, name: 'mine' } });
    const channel = join('a');
    await pass();
    expect(channel.getState()).toMatchObject({ status: 'refused', error: { code: 'invalid-config' } });
    expect(channel.getState().error?.message).toContain('channels');
  });
});

describe('messages to a channel', () => {
  it('come after its join, and carry its name', async () => {
    const { join, pass, sent, server } = await channelRig({ handlers: { add: () => 3 } });
    const channel = join('a');
    expect(channel.send('say', { text: 'hi' })).toBe('sent');
    const sum = channel.request('add', [1, 2]);
    await pass();
    expect(sent()).toEqual(['join a', 'say', 'add']);
    expect(JSON.parse(String(server.received.at(-1)?.raw))).toMatchObject({ event: 'add', channel: 'a' });
    expect(await sum).toBe(3);
  });

  it('that were queued come after it, too', async () => {
    const { join, pass, sent, service, config } = await channelRig({}, { sendQueue: {} }, false);
    const channel = join('a');
    service.connect(config);
    expect(channel.send('say')).toBe('queued');
    await pass();
    expect(sent()).toEqual(['join a', 'say']);
  });
});

describe('a quiet resumed session', () => {
  it('does not hold up what was queued', async () => {
    const { join, pass, sent, server, service } = await channelRig({}, { sendQueue: {}, heartbeat: {} });
    join('a');
    await pass();
    sent();
    server.drop();
    await pass(50);
    service.send('say');
    await pass(200);
    expect(sent().filter((line) => line !== 'ping')).toEqual(['say']);
  });
});
