/** Messages are sent at most once and in order, or reported as lost. In virtual time. */
import { envelopeProtocol, type Protocol } from 'everwire/core';
import { describe, expect, it, vi } from 'vitest';
import { connectedRig, rig } from '../../support/fake.ts';

/** The error code with which a promise rejected. */
function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'resolved',
    (error: { code: unknown }) => error.code,
  );
}

describe('send', () => {
  it('returns sent, and numbers messages from 1', async () => {
    const { server, service, pass } = await connectedRig();
    expect(service.send('a', { x: 1 })).toBe('sent');
    expect(service.send('b')).toBe('sent');
    await pass();
    expect(server.received.map(({ raw }) => raw)).toEqual([
      '{"event":"a","data":{"x":1},"seq":1}',
      '{"event":"b","seq":2}',
    ]);
  });

  it('returns refused before connecting, while down, and after disconnecting', async () => {
    const { server, service, config, pass } = rig();
    expect(service.send('a')).toBe('refused');
    service.connect(config);
    expect(service.send('a')).toBe('refused');
    await pass();
    server.drop();
    await pass();
    expect(service.send('a')).toBe('refused');
    await pass(3010);
    service.disconnect();
    expect(service.send('a')).toBe('refused');
    await pass();
    expect(server.received).toEqual([]);
  });

  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  it.each([
    ['a circle', circular],
    ['a BigInt', { n: 1n }],
    ['a function', () => {}],
    ['a symbol', Symbol('s')],
    [
      'an object that throws in toJSON',
      {
        toJSON: () => {
          throw new Error('no');
        },
      },
    ],
  ])('refuses %s, and reports why', async (_, data) => {
    const { server, service, errors, pass } = await connectedRig();
    expect(service.send('a', data)).toBe('refused');
    expect(errors.at(-1)).toMatchObject({
      code: 'not-serializable',
      message: expect.stringContaining('"a"'),
    });
    expect(await codeOf(service.request('a', data))).toBe('not-serializable');
    expect(service.send('b')).toBe('sent');
    await pass();
    expect(server.received).toHaveLength(1);
  });

  it.each(['', undefined, 5])('refuses a message without a name: %o', async (name) => {
    const { service, errors } = await connectedRig();
    expect(service.send(name as string)).toBe('refused');
    expect(errors.at(-1)?.code).toBe('invalid-argument');
  });
});

describe('sendQueue', () => {
  it('queues messages while down, and sends them in order before newer ones', async () => {
    const { server, service, config, pass } = rig({}, { sendQueue: {} });
    service.connect(config);
    expect(service.send('a', 1)).toBe('queued');
    expect(service.send('a', 2)).toBe('queued');
    service.store.subscribe(({ status }, before) => {
      if (status === 'connected' && before.status !== 'connected') service.send('a', 3);
    });
    await pass();
    service.send('a', 4);
    await pass();
    expect(server.received.map(({ data }) => data)).toEqual([1, 2, 3, 4]);
  });

  it('sends nothing before the authentication', async () => {
    const { server, service, config, pass } = rig({}, { sendQueue: {}, auth: 'message' });
    service.connect(config);
    service.send('a', 1);
    await pass();
    expect(server.received.map(({ event }) => event)).toEqual(['authenticate', 'a']);
  });

  it('drops the oldest message when it is full, and reports it', async () => {
    const { server, service, config, errors, pass } = rig({}, { sendQueue: { limit: 2 } });
    service.connect(config);
    for (const data of [1, 2, 3]) service.send('a', data);
    expect(errors).toMatchObject([{ code: 'message-dropped', details: { event: 'a', reason: 'full' } }]);
    await pass();
    expect(server.received.map(({ data }) => data)).toEqual([2, 3]);
  });

  it('reports each message that expires, also while a handler of the first report sends', async () => {
    const { server, service, errors, pass } = await connectedRig({}, { sendQueue: { ttl: 1000 } });
    server.drop();
    await pass();
    service.send('a');
    service.send('b');
    service.errors$.subscribe(({ details }) => details['event'] === 'a' && service.send('told'));
    await pass(1010);
    expect(errors.map(({ details }) => details['event'])).toEqual(['a', 'b']);
  });

  it('drops a message after its ttl, and reports it', async () => {
    const { server, service, errors, pass } = await connectedRig({}, { sendQueue: { ttl: 1000 } });
    server.drop();
    await pass();
    service.send('typing');
    await pass(2500);
    service.send('posted');
    await pass(1000);
    expect(errors).toMatchObject([
      { code: 'message-dropped', details: { event: 'typing', reason: 'expired' } },
    ]);
    expect(server.received.map(({ event }) => event)).toEqual(['posted']);
  });

  it('is dropped at the end of the session, and reported', async () => {
    const { server, service, config, errors, pass } = await connectedRig({}, { sendQueue: {} });
    server.drop();
    await pass();
    service.send('a');
    service.connect({ ...config, token: 'someone-else' });
    await pass();
    expect(errors).toMatchObject([{ code: 'message-dropped', details: { reason: 'disconnected' } }]);
    expect(server.received).toEqual([]);
  });
});

describe('request', () => {
  it('resolves each request with its own reply', async () => {
    const { server, service, pass } = await connectedRig({ handlers: { double: (n) => Number(n) * 2 } });
    const answers = Promise.all([service.request('double', 2), service.request('double', 21)]);
    await pass();
    expect(await answers).toEqual([4, 42]);
    server.emit('still here');
  });

  it('rejects with the error of the server', async () => {
    const { service, pass } = await connectedRig({
      handlers: {
        fail: () => {
          throw Object.assign(new Error('no such room'), { id: 'room.missing' });
        },
      },
    });
    const answer = service.request('fail').catch((error: unknown) => error);
    await pass();
    expect(await answer).toMatchObject({
      code: 'request-failed',
      message: 'The server refused "fail": no such room',
      details: { server: { id: 'room.missing' } },
    });
  });

  it('rejects when no reply arrives in time, and ignores a late one', async () => {
    const { service, pass } = await connectedRig({ latencyMs: 300, handlers: { slow: () => 1 } }, {});
    await pass(1000);
    const code = codeOf(service.request('slow', null, { timeout: 500 }));
    await pass(500);
    expect(await code).toBe('request-timeout');
    await pass(1000);
    const byDefault = codeOf(service.request('never'));
    await pass(10_000);
    expect(await byDefault).toBe('request-timeout');
  });

  it('rejects when it is aborted before or after it was sent', async () => {
    const { server, service, pass } = await connectedRig();
    expect(await codeOf(service.request('a', null, { signal: AbortSignal.abort() }))).toBe('request-aborted');
    const controller = new AbortController();
    const code = codeOf(service.request('b', null, { signal: controller.signal }));
    controller.abort();
    expect(await code).toBe('request-aborted');
    await pass();
    expect(server.received.map(({ event }) => event)).toEqual(['b']);
  });

  it('rejects when the link is lost, before the next socket can open', async () => {
    const { server, service, pass } = await connectedRig();
    const code = codeOf(service.request('a'));
    await pass();
    server.drop();
    await pass(0);
    expect(await code).toBe('connection-lost');
    expect(server.socketsConstructed).toBe(1);
  });

  it.each(['disconnect', 'reconnect', 'dispose'] as const)('rejects on %s()', async (verb) => {
    const { service } = await connectedRig();
    const code = codeOf(service.request('a'));
    await Promise.resolve();
    service[verb]();
    expect(await code).toBe('connection-lost');
  });

  it('rejects at once when there is no connection', async () => {
    const { service } = rig();
    expect(await codeOf(service.request('a'))).toBe('not-connected');
  });

  it.each([0, -1, Number.NaN, Infinity])('rejects the invalid timeout %d', async (timeout) => {
    const { service } = await connectedRig();
    expect(await codeOf(service.request('a', null, { timeout }))).toBe('invalid-argument');
  });

  it('never uses an id twice within a session, over any number of links', async () => {
    const { server, service, pass } = await connectedRig();
    for (let round = 0; round < 3; round += 1) {
      service.send('a');
      service.request('b').catch(() => {});
      await pass();
      server.drop();
      await pass(3010);
    }
    const ids = server.received.map(({ seq }) => seq);
    expect(ids).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('numbers on the wire', () => {
  it('grow even if messages were queued while others were sent', async () => {
    const { server, service, config, pass } = rig({}, { auth: 'message', sendQueue: {} });
    service.connect(config);
    for (const name of ['a', 'b']) service.send(name);
    await pass(1_500);
    server.drop();
    await pass();
    service.send('c');
    await pass(5_000);
    service.send('d');
    await pass();
    const seqs = server.received.map(({ seq }) => Number(seq));
    expect(seqs).toEqual([...seqs].sort((one, other) => one - other));
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(server.received.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['authenticate', 'a', 'b', 'c', 'd']),
    );
  });

  it('belong to the data at the time of the call', async () => {
    const { server, service, pass } = await connectedRig({}, { sendQueue: {} });
    server.drop();
    await pass();
    const draft = { text: 'first' };
    service.send('say', draft);
    draft.text = 'changed since';
    await pass(4_000);
    expect(server.received.find(({ event }) => event === 'say')?.data).toEqual({ text: 'first' });
  });
});

describe('a link that was closed because a message was too large', () => {
  it('rejects the largest request with too-large, and the others with connection-lost', async () => {
    const { server, service, pass } = await connectedRig();
    for (const name of ['small', 'large']) server.handle(name, () => new Promise(() => {}));
    const small = codeOf(service.request('small'));
    const large = codeOf(service.request('large', 'x'.repeat(1000)));
    await pass();
    server.close(1009);
    await pass();
    expect([await small, await large]).toEqual(['connection-lost', 'too-large']);
    await pass(4_000);
    expect(service.isConnected()).toBe(true);
    expect(server.received.filter(({ event }) => event === 'large')).toHaveLength(1);
  });
});

describe('a link that is open but not yet connected', () => {
  it('sends no message of the user before authentication', async () => {
    const protocol: Protocol = { ...envelopeProtocol, name: 'first frame', connectedOn: 'first-frame' };
    const { server, service, pass } = await connectedRig({ hello: false }, { protocol, sendQueue: {} });
    expect(server.socketCount).toBe(1);
    expect(service.store.getState().status).toBe('connecting');
    expect(service.isConnected()).toBe(false);
    expect(service.send('a', 1)).toBe('queued');
    const answer = codeOf(service.request('b'));
    await pass();
    expect(server.received).toEqual([]);
    server.handle('b', () => 'an answer');
    server.emit('welcome');
    await pass();
    expect(server.received.map(({ event }) => event)).toEqual(['a', 'b']);
    expect(await answer).toBe('resolved');
  });
});

describe('a socket that is closing', () => {
  it('sends nothing more: a message is queued for the next link, or refused', async () => {
    const { server, service, pass } = await connectedRig({}, { sendQueue: {} });
    // A browser's readyState is CLOSING before it is CLOSED.
    const sockets: WebSocket[] = [];
    class Watched extends server.WebSocket {
      constructor(url: string, protocols?: string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    }
    service.connect({ url: server.url, token: 'tok-2', WebSocket: Watched, sendQueue: {}, random: () => 0 });
    await pass();
    sockets[0]?.close(4000);
    expect(service.isConnected()).toBe(true);
    expect(service.send('a', 1)).toBe('queued');
    expect(service.send('a', 2)).toBe('queued');
    await pass(3020);
    expect(server.received.map(({ data }) => data)).toEqual([1, 2]);
  });
});

describe('a very long queue', () => {
  it('holds 20,000 messages and sends every one in order', async () => {
    const { server, service, config, pass } = rig({}, { sendQueue: { limit: Infinity } });
    service.connect(config);
    for (let count = 0; count < 20_000; count += 1) service.send('a', count);
    const heard: unknown[] = [];
    server.onMessage(({ data }) => heard.push(data));
    await pass(100);
    expect(heard).toEqual(Array.from({ length: 20_000 }, (_, index) => index));
  });
});

describe('a queue while the clock is changed', () => {
  it.each([-3_600_000, 3_600_000])('by %d ms keeps no message longer than its ttl', async (jumpMs) => {
    const { server, service, errors, pass } = await connectedRig(
      {},
      { sendQueue: { ttl: 5_000 }, reconnectDelay: 60_000 },
    );
    server.drop();
    await pass();
    expect(service.send('a')).toBe('queued');
    vi.setSystemTime(Date.now() + jumpMs);
    await pass(5_001);
    expect(errors).toMatchObject([{ code: 'message-dropped', details: { reason: 'expired' } }]);
    await pass(60_000);
    expect(server.received.map(({ event }) => event)).not.toContain('a');
  });

  it('stays in order for a handler that sends when a drop is reported', async () => {
    const { server, service, pass } = await connectedRig({}, { sendQueue: { limit: 2 } });
    server.drop();
    await pass();
    service.errors$.subscribe(({ details }) => details['event'] === 'a' && service.send('told'));
    for (const name of ['a', 'b', 'c']) service.send(name);
    await pass(4_000);
    expect(server.received.map(({ event }) => event).filter((event) => event !== 'ping')).toEqual([
      'c',
      'told',
    ]);
  });
});
