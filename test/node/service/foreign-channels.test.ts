/** Channels of a server that does not speak the envelope's join: the option `channels` says how it is told. */

import { type ChannelsConfig, type IWebSocketConfig, joinChannel } from 'everwire/core';
import type { FakeServerOptions } from 'everwire/testing';
import { describe, expect, it } from 'vitest';
import { connectedRig, type Rig } from '../../support/fake.ts';

const topics: ChannelsConfig = {
  join: (topic) => ({ event: 'subscribe', data: { topic } }),
  leave: (topic) => ({ event: 'unsubscribe', data: { topic } }),
  of: (event) => event.data?.['topic'],
};

interface TopicRig extends Rig {
  sent(): readonly string[];
}

async function topicRig(
  channels: ChannelsConfig,
  options: FakeServerOptions = {},
  config: Partial<IWebSocketConfig> = {},
): Promise<TopicRig> {
  const quick = { reconnectDelay: 100, reconnectJitter: 0, heartbeat: false } as const;
  const base = await connectedRig(options, { ...quick, ...config, channels });
  let seen = 0;
  return {
    ...base,
    sent() {
      const frames = base.server.received.slice(seen);
      seen = base.server.received.length;
      return frames.map(({ event, data }) => `${event} ${Object.values(Object(data)).join(' ')}`);
    },
  };
}

describe('the option channels', () => {
  it('says how a channel is joined and left, and to which one an event belongs', async () => {
    const { service, server, sent, pass } = await topicRig(topics);
    const got: unknown[] = [];
    service.event$('posted', { channel: 'a' }).subscribe(({ data }) => got.push(data));
    const channel = joinChannel(service, 'a');
    joinChannel(service, 'b');
    await pass();
    expect(sent()).toEqual(['subscribe a', 'subscribe b']);
    expect(channel.getState().status).toBe('joined');
    server.emit('posted', { topic: 'a', n: 1 });
    server.emit('posted', { topic: 'b', n: 2 });
    server.emit('posted', 'no topic');
    await pass();
    expect(got).toEqual([{ topic: 'a', n: 1 }]);
    channel.leave();
    await pass(1_010);
    expect(sent()).toEqual(['unsubscribe a']);
  });

  it('many: one message for several', async () => {
    const many = (names: readonly string[]) => ({ event: 'subscribe', data: names });
    const { service, sent, pass } = await topicRig({ ...topics, many });
    for (const name of ['a', 'b', 'c']) joinChannel(service, name);
    await pass();
    expect(sent()).toEqual(['subscribe a b c']);
    joinChannel(service, 'd');
    await pass();
    expect(sent()).toEqual(['subscribe d']);
  });

  it('answered: joined when it is answered, refused when the answer is an error', async () => {
    const subscribe = (data: unknown): void => {
      if ((data as { topic: string }).topic === 'secret') throw new Error('no');
    };
    const { service, pass } = await topicRig({ ...topics, answered: true }, { handlers: { subscribe } });
    const open = joinChannel(service, 'open');
    const secret = joinChannel(service, 'secret');
    const statuses: string[] = [];
    open.subscribe(() => statuses.push(open.getState().status));
    await pass();
    expect(statuses).toEqual(['joined']);
    expect(secret.getState()).toMatchObject({ status: 'refused', error: { code: 'channel-refused' } });
  });

  it('answered and many: a refusal of all of them is asked about one by one', async () => {
    const subscribe = (data: unknown): void => {
      if (Array.isArray(data) || (data as { topic: string }).topic === 'secret') throw new Error('no');
    };
    const many = (names: readonly string[]) => ({ event: 'subscribe', data: names });
    const rigged = await topicRig({ ...topics, answered: true, many }, { handlers: { subscribe } });
    const open = joinChannel(rigged.service, 'open');
    const secret = joinChannel(rigged.service, 'secret');
    await rigged.pass();
    expect(open.getState().status).toBe('joined');
    expect(secret.getState().status).toBe('refused');
  });

  it('left: the server says that a membership is over', async () => {
    const left = ({ event }: { event: string }): boolean => event === 'kicked';
    const { service, server, pass } = await topicRig({ ...topics, left });
    const channel = joinChannel(service, 'a');
    await pass();
    server.emit('kicked', { topic: 'a' });
    await pass();
    expect(channel.getState().status).toBe('refused');
  });

  it('a new session is told of all channels before what was queued, and before its notice', async () => {
    const { service, server, sent, pass, missed } = await topicRig(
      topics,
      { resume: 'never' },
      { sendQueue: {} },
    );
    joinChannel(service, 'a');
    await pass();
    sent();
    const order: unknown[] = [];
    service.missed$.subscribe(() => order.push(...sent()));
    server.drop();
    await pass(50);
    service.send('hello there', {});
    await pass(200);
    expect([...order, ...sent()].join()).toBe('subscribe a,hello there ');
    expect(missed).toHaveLength(1);
  });

  it('what was sent just before the link broke is sent again in a resumed session, and a notice says so', async () => {
    const { service, server, sent, pass, missed } = await topicRig(topics);
    server.freeze();
    joinChannel(service, 'a');
    await pass();
    sent();
    server.drop();
    await pass(200);
    expect(sent()).toEqual(['subscribe a']);
    // Told as soon as the server has shown which session it is.
    server.emit('posted', { topic: 'a' });
    await pass();
    expect(missed).toEqual([expect.objectContaining({ channel: 'a' })]);
  });

  it('a function `of` that throws is reported, and the event is delivered', async () => {
    const of = (): never => {
      throw new Error('oops');
    };
    const { service, server, pass, events, errors } = await topicRig({ ...topics, of });
    joinChannel(service, 'a');
    await pass();
    server.emit('posted', 1);
    await pass();
    expect(events.at(-1)).toMatchObject({ event: 'posted', data: 1 });
    expect(errors.at(-1)).toMatchObject({ code: 'handler-failed' });
  });

  it('another value is an invalid config', async () => {
    const { service } = await topicRig({ join: 'no' } as never);
    expect(service.store.getState().reason).toBe('invalid-config');
  });
});

describe('a position of the last session', () => {
  it('is asked for in the session after it, and in no later one', async () => {
    const withPlace: ChannelsConfig = {
      ...topics,
      join: (topic, { from }) => ({ event: 'subscribe', data: { topic, from } }),
      answered: true,
    };
    const { service, server, config, pass, sent } = await topicRig(
      withPlace,
      { hello: false, numbered: false, handlers: { subscribe: () => null } },
      { channels: withPlace },
    );
    joinChannel(service, 'a');
    await pass();
    server.sendRaw('{"event":"posted","data":{"topic":"a"},"position":"p1"}');
    await pass();
    sent();
    service.disconnect();
    service.connect({ ...config, channels: withPlace });
    await pass();
    expect(sent()).toEqual(['subscribe a p1']);
    // What was posted in it before this is not asked for.
    joinChannel(service, 'b');
    await pass();
    expect(sent()).toEqual(['subscribe b']);
    server.drop();
    await pass(200);
    expect(sent()).toEqual(['subscribe a', 'subscribe b']);
  });
});
