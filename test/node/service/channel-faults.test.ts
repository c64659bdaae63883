/** Channels of servers and apps that do what they should not: late answers, short refusals, odd names, functions that throw. */

import {
  type ChannelsConfig,
  createEnvelopeProtocol,
  type IWebSocketConfig,
  joinChannel,
} from 'everwire/core';
import type { FakeServer, FakeServerOptions, ReceivedFrame } from 'everwire/testing';
import { describe, expect, it } from 'vitest';
import { connectedRig, type Rig } from '../../support/fake.ts';

const quick = { reconnectDelay: 100, reconnectJitter: 0, heartbeat: false } as const;

const start = (options: FakeServerOptions = {}, more: Partial<IWebSocketConfig> = {}): Promise<Rig> =>
  connectedRig(options, { ...quick, ...more });

const topics: ChannelsConfig = {
  join: (topic) => ({ event: 'subscribe', data: { topic } }),
  leave: (topic) => ({ event: 'unsubscribe', data: { topic } }),
  of: (event) => event.data?.['topic'],
};

const namesIn = ({ data }: ReceivedFrame): readonly unknown[] => {
  const { channels = [] } = Object(data) as { channels?: readonly { name?: string }[] };
  return channels.map((one) => one.name ?? one);
};

const joinsOf = (server: FakeServer): readonly (readonly unknown[])[] =>
  server.received.filter(({ event }) => event === 'join').map(namesIn);

/** Answers each join with FAIL instead of a decision, until the returned function is called. */
function refuseMessages(server: FakeServer, id: string): () => void {
  server.handleJoin(() => new Promise(() => undefined));
  const stop = server.onMessage(({ event, seq }) => {
    if (event !== 'join') return;
    server.sendRaw(JSON.stringify({ seq_reply: seq, status: 'FAIL', error: { id, message: 'not now' } }));
  });
  return () => {
    stop();
    server.handleJoin(() => true);
  };
}

describe('an answer that comes after requestTimeout', () => {
  it('counts: the channel is joined, with the past events', async () => {
    const { service, server, pass, events } = await start({ positions: true }, { requestTimeout: 1_000 });
    server.publish('a', 'posted', 'past');
    let grant: (verdict: boolean) => void = () => undefined;
    server.handleJoin(
      () =>
        new Promise((resolve) => {
          grant = resolve;
        }),
    );
    const channel = joinChannel(service, 'a', { from: 'start' });
    await pass(1_100);
    expect(channel.getState()).toMatchObject({ status: 'refused', error: { code: 'request-timeout' } });
    grant(true);
    await pass();
    expect(channel.getState()).toEqual({ status: 'joined', error: null });
    expect(events.filter(({ event }) => event === 'posted').map(({ data }) => data)).toEqual(['past']);
  });

  it('counts not if it is to an older question', async () => {
    const { service, server, pass } = await start({}, { requestTimeout: 1_000 });
    const grants: ((verdict: boolean) => void)[] = [];
    server.handleJoin(() => new Promise((resolve) => void grants.push(resolve)));
    const channel = joinChannel(service, 'a');
    await pass(1_100);
    channel.retry();
    await pass();
    grants[0]?.(false);
    await pass();
    expect(channel.getState().status).toBe('joining');
    grants[1]?.(true);
    await pass();
    expect(channel.getState().status).toBe('joined');
  });
});

describe('a server that can not decide now', () => {
  it.each(['too-many-messages', 'busy', 'unavailable'])('%s: is asked again, until it can', async (id) => {
    const { service, server, pass, errors } = await start();
    const allow = refuseMessages(server, id);
    const channel = joinChannel(service, 'a');
    await pass(500);
    expect(channel.getState()).toEqual({ status: 'joining', error: null });
    await pass(60_000);
    const asked = joinsOf(server).length;
    // Later each time.
    expect(asked).toBeGreaterThan(3);
    expect(asked).toBeLessThan(9);
    expect(channel.getState().status).toBe('joining');
    allow();
    await pass(60_000);
    expect(channel.getState().status).toBe('joined');
    expect(server.members('a')).toHaveLength(1);
    expect(errors).toEqual([]);
  });

  it('the notice of a lost session waits for the channel, as for any other', async () => {
    const { service, server, pass, missed } = await start({ resume: 'never' });
    const channel = joinChannel(service, 'a');
    await pass();
    const allow = refuseMessages(server, 'unavailable');
    server.drop();
    await pass(500);
    expect(missed).toEqual([]);
    allow();
    await pass(3_000);
    expect(missed).toEqual([expect.objectContaining({ reason: 'new-session' })]);
    expect(channel.getState().status).toBe('joined');
  });

  it('is told to leave a channel that is not wanted any more, and is not asked again', async () => {
    const { service, server, pass } = await start();
    refuseMessages(server, 'busy');
    joinChannel(service, 'a').leave();
    const channel = joinChannel(service, 'a');
    await pass();
    channel.leave();
    await pass(60_000);
    expect(joinsOf(server).length).toBeLessThan(3);
    expect(server.received.at(-1)).toMatchObject({ event: 'leave' });
  });

  it('another refusal of the whole message is one of each channel', async () => {
    const { service, server, pass } = await start();
    refuseMessages(server, 'unknown');
    const channel = joinChannel(service, 'a');
    await pass(60_000);
    expect(channel.getState()).toMatchObject({ status: 'refused', error: { code: 'channel-refused' } });
    expect(joinsOf(server)).toHaveLength(1);
  });

  it.each(['failed', 'timeout', 'unavailable'])(
    '%s, of one channel of several: that one is asked for again, later each time',
    async (id) => {
      const { service, server, pass, errors } = await start();
      let verdict: 'fails' | 'lets in' = 'fails';
      server.handleJoin((name) => {
        if (name === 'closed') throw Object.assign(new Error('no'), { id: 'forbidden' });
        if (name === 'a' && verdict === 'fails') throw Object.assign(new Error('not now'), { id });
        return true;
      });
      const [a, closed] = ['a', 'closed', 'open'].map((name) => joinChannel(service, name));
      await pass(500);
      expect(a?.getState()).toEqual({ status: 'joining', error: null });
      // Another one that can be joined makes it no more urgent.
      for (let n = 0; n < 60; n += 1) {
        joinChannel(service, `other:${n}`);
        await pass(1_000);
      }
      const asked = joinsOf(server).filter((names) => names.includes('a')).length;
      expect(asked).toBeGreaterThan(3);
      expect(asked).toBeLessThan(9);
      expect(joinsOf(server).filter((names) => names.includes('closed'))).toHaveLength(1);
      expect(closed?.getState()).toMatchObject({ status: 'refused', error: { code: 'channel-refused' } });
      verdict = 'lets in';
      await pass(60_000);
      expect(a?.getState().status).toBe('joined');
      expect(errors).toEqual([]);
      // The next trouble is a new one.
      verdict = 'fails';
      server.endMembership('a');
      await pass();
      a?.retry();
      await pass(500);
      verdict = 'lets in';
      await pass(2_000);
      expect(a?.getState().status).toBe('joined');
    },
  );

  it('and one channel that is not wanted any more: is not asked about it again', async () => {
    const { service, server, pass } = await start();
    server.handleJoin(() => {
      throw Object.assign(new Error('not now'), { id: 'failed' });
    });
    const channel = joinChannel(service, 'a');
    await pass(500);
    channel.leave();
    await pass(60_000);
    expect(joinsOf(server).length).toBeLessThan(3);
    expect(server.received.at(-1)).toMatchObject({ event: 'leave' });
  });

  it('leaves no timer behind', async () => {
    const { service, server, pass } = await start();
    refuseMessages(server, 'busy');
    joinChannel(service, 'a');
    await pass();
    service.disconnect();
    const asked = joinsOf(server).length;
    await pass(60_000);
    expect(joinsOf(server)).toHaveLength(asked);
  });
});

describe('a place in the past', () => {
  it('that one component asks for does not refuse the channels of the others', async () => {
    const { service, server, pass } = await start();
    joinChannel(service, 'a', { from: { last: 5_000 } });
    joinChannel(service, 'b');
    await pass();
    expect(server.received.at(-1)?.data).toEqual({
      channels: [{ name: 'a', last: 1_000 }, { name: 'b' }],
    });
  });

  it('counts anew for a component that comes while the channel is being left', async () => {
    const { service, server, pass } = await start();
    server.delay(200);
    const channel = joinChannel(service, 'a', { from: { last: 1 } });
    await pass(500);
    channel.leave();
    await pass(1_010);
    joinChannel(service, 'a', { from: { last: 2 } });
    await pass(500);
    expect(server.received.at(-1)?.data).toEqual({ channels: [{ name: 'a', last: 2 }] });
  });
});

describe('a name', () => {
  it('that is too long for one frame is refused, and ends no link', async () => {
    const { service, server, pass, statuses } = await start();
    const long = joinChannel(service, '😀'.repeat(20_000));
    const other = joinChannel(service, 'a');
    await pass();
    expect(long.getState()).toMatchObject({ status: 'refused', error: { code: 'too-large' } });
    expect(other.getState().status).toBe('joined');
    expect(joinsOf(server)).toEqual([['a']]);
    expect(statuses.at(-1)).toBe('connected');
  });
});

describe('the envelope with options', () => {
  it.each(['none', 'text'] as const)('heartbeat %s: has channels as well', async (heartbeat) => {
    const { service, pass } = await start({}, { protocol: createEnvelopeProtocol({ heartbeat }) });
    const channel = joinChannel(service, 'a');
    await pass();
    expect(channel.getState()).toEqual({ status: 'joined', error: null });
  });
});

describe('a function of the option channels', () => {
  const throws = (): never => {
    throw new Error('broken');
  };

  it('join: that throws refuses its channel, and no other', async () => {
    const join: ChannelsConfig['join'] = (name, at) => (name === 'bad' ? throws() : topics.join(name, at));
    const { service, server, pass, errors } = await start({}, { channels: { ...topics, join } });
    const bad = joinChannel(service, 'bad');
    const good = joinChannel(service, 'good');
    await pass();
    expect(good.getState().status).toBe('joined');
    expect(server.received.at(-1)?.data).toEqual({ topic: 'good' });
    expect(bad.getState()).toMatchObject({ status: 'refused', error: { code: 'handler-failed' } });
    expect(bad.getState().error?.message).toContain('channels.join');
    expect(errors).toHaveLength(1);
  });

  it.each([undefined, null, 7, {}, { event: '' }])(
    'join: that returns %s refuses it, too',
    async (nonsense) => {
      const join = (() => nonsense) as unknown as ChannelsConfig['join'];
      const { service, pass, errors } = await start({}, { channels: { ...topics, join } });
      const channel = joinChannel(service, 'a');
      await pass();
      expect(channel.getState().status).toBe('refused');
      expect(errors).toHaveLength(1);
    },
  );

  it('leave: that throws is reported, and keeps no other channel from being left', async () => {
    const leave: ChannelsConfig['leave'] = (name) => (name === 'bad' ? throws() : topics.leave(name));
    const { service, server, pass, errors } = await start({}, { channels: { ...topics, leave } });
    const both = ['bad', 'good'].map((name) => joinChannel(service, name));
    await pass();
    for (const one of both) one.leave();
    await pass(1_010);
    expect(server.received.at(-1)).toMatchObject({ event: 'unsubscribe', data: { topic: 'good' } });
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('channels.leave')]);
  });

  it('many: that throws refuses its channels, and says which function it was', async () => {
    const { service, server, pass, errors } = await start({}, { channels: { ...topics, many: throws } });
    const channel = joinChannel(service, 'a');
    joinChannel(service, 'b');
    await pass();
    expect(server.received).toEqual([]);
    expect(channel.getState().status).toBe('refused');
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('channels.many')]);
  });

  it('left: that throws is reported, and the event is delivered', async () => {
    const { service, server, pass, errors, events } = await start(
      {},
      { channels: { ...topics, left: throws } },
    );
    const channel = joinChannel(service, 'a');
    await pass();
    server.emit('posted', { topic: 'a' });
    server.emit('posted', { topic: 'a' });
    await pass();
    expect(events.filter(({ event }) => event === 'posted')).toHaveLength(2);
    expect(channel.getState().status).toBe('joined');
    expect(errors[0]?.message).toContain('channels.left');
  });

  it('answered and many: a channel that was left meanwhile is not asked for alone', async () => {
    let refuse: (error: Error) => void = () => undefined;
    const subscribe = (data: unknown): unknown =>
      Array.isArray(data)
        ? new Promise((_, reject) => {
            refuse = reject;
          })
        : null;
    const many = (names: readonly string[]) => ({ event: 'subscribe', data: names });
    const channels = { ...topics, answered: true, many };
    const { service, server, pass } = await start({ handlers: { subscribe, other: () => 1 } }, { channels });
    joinChannel(service, 'a');
    const gone = joinChannel(service, 'b');
    await pass();
    gone.leave();
    await pass(1_010);
    void service.request('other');
    await pass();
    refuse(new Error('not together'));
    await pass();
    expect(server.received.filter(({ event }) => event === 'subscribe').map(({ data }) => data)).toEqual([
      ['a', 'b'],
      { topic: 'a' },
    ]);
  });
});

describe('a subscriber of a channel that throws', () => {
  it('keeps no other channel from being joined, and no other subscriber from being called', async () => {
    const { service, pass, errors } = await start();
    const [a, b] = [joinChannel(service, 'a'), joinChannel(service, 'b')];
    const seen: string[] = [];
    a.subscribe(() => {
      throw new Error('app');
    });
    a.subscribe(() => seen.push(a.getState().status));
    await pass(100);
    expect([a.getState().status, b.getState().status]).toEqual(['joined', 'joined']);
    expect(seen).toEqual(['joined']);
    expect(errors.map(({ code }) => code)).toEqual(['handler-failed']);
  });

  it('changes nothing about what is sent on the next link, and before what', async () => {
    const { service, server, pass } = await start({ resume: 'never' }, { sendQueue: {} });
    server.drop();
    await pass(20);
    const [a, b] = [joinChannel(service, 'a'), joinChannel(service, 'b')];
    a.subscribe(() => {
      throw new Error('app');
    });
    service.send('queued', 1);
    await pass(500);
    expect([a.getState().status, b.getState().status]).toEqual(['joined', 'joined']);
    expect(server.received.map(({ event }) => event)).toEqual(['join', 'queued']);
  });

  it('may be async: a rejection is reported', async () => {
    const { service, pass, errors } = await start();
    const rejects: () => unknown = () => Promise.reject(new Error('app'));
    joinChannel(service, 'a').subscribe(rejects as () => void);
    await pass(100);
    expect(errors.map(({ code }) => code)).toEqual(['handler-failed']);
  });
});
