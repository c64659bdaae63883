/** What is asked for before there is a link waits for it: requests, `whenConnected()` and `drained()`. In virtual time. */
import { describe, expect, it, vi } from 'vitest';
import { connectedRig, rig } from '../../support/fake.ts';

/** How a promise ended: `pending` until then. */
function outcomeOf(promise: Promise<unknown>): { now(): unknown } {
  let outcome: unknown = 'pending';
  promise.then(
    (value) => {
      outcome = value;
    },
    (error: { code: unknown }) => {
      outcome = error.code;
    },
  );
  return { now: () => outcome };
}

describe('a request before there is a link', () => {
  it('waits for the first one, is sent once, and in order with queued messages', async () => {
    const { server, service, config, pass } = rig(
      { handlers: { b: (data) => data } },
      { sendQueue: {}, auth: 'message' },
    );
    service.connect(config);
    service.send('a');
    const answer = outcomeOf(service.request('b', 'an echo'));
    service.send('c');
    await pass();
    expect(answer.now()).toBe('an echo');
    expect(server.received.map(({ event }) => event)).toEqual(['authenticate', 'a', 'b', 'c']);
    server.drop();
    await pass(4_000);
    expect(server.received.filter(({ event }) => event === 'b')).toHaveLength(1);
  });

  it.each([
    ['user', { identity: 'b' }],
    ['server', { url: 'ws://other.everwire.test/ws' }],
  ])('is not sent for another %s, nor is what was queued', async (_, other) => {
    const { server, service, config, pass } = rig({}, { sendQueue: {}, identity: 'a' });
    service.connect({ ...config, token: '' });
    service.send('note', 'of a');
    const answer = outcomeOf(service.request('ask', 'of a'));
    service.connect({ ...config, token: 'token-of-b', ...other });
    await pass();
    expect(answer.now()).toBe('not-connected');
    expect(server.received).toEqual([]);
  });

  it('is not sent where it was aborted before a command of the same handler has run', async () => {
    const { server, service, pass } = await connectedRig({ handlers: { buy: () => 1 } });
    const controller = new AbortController();
    let answer: { now(): unknown } | undefined;
    service.event$('go').subscribe(() => {
      service.reconnect();
      answer = outcomeOf(service.request('buy', 1, { signal: controller.signal }));
      controller.abort();
    });
    server.emit('go');
    await pass(10_000);
    expect(answer?.now()).toBe('request-aborted');
    expect(server.received.filter(({ event }) => event === 'buy')).toEqual([]);
  });

  it('waits for the next link after a loss, without sendQueue too', async () => {
    const { server, service, pass } = await connectedRig({ handlers: { a: () => 1 } });
    server.drop();
    await pass();
    const answer = outcomeOf(service.request('a'));
    await pass(2_900);
    expect(answer.now()).toBe('pending');
    await pass(200);
    expect(answer.now()).toBe(1);
  });

  it('is sent with the data of the call', async () => {
    const { service, config, pass } = rig({ handlers: { echo: (data) => data } });
    service.connect(config);
    const draft = { text: 'first' };
    const answer = outcomeOf(service.request('echo', draft));
    draft.text = 'changed since';
    await pass();
    expect(answer.now()).toEqual({ text: 'first' });
  });

  it('has one timeout for the wait and the reply', async () => {
    const { server, service, config, pass } = rig({ handlers: { slow: () => new Promise(() => {}) } });
    server.refuse(1);
    service.connect(config);
    const answer = outcomeOf(service.request('slow', null, { timeout: 4_000 }));
    await pass(3_990);
    expect(server.received.map(({ event }) => event)).toEqual(['slow']);
    expect(answer.now()).toBe('pending');
    await pass(10);
    expect(answer.now()).toBe('request-timeout');
  });

  it('is never sent after its timeout or its abort', async () => {
    const { server, service, config, pass } = rig();
    server.refuse(1);
    service.connect(config);
    const controller = new AbortController();
    const late = service.request('late', null, { timeout: 1_000 }).catch((error: unknown) => error);
    const aborted = outcomeOf(service.request('aborted', null, { signal: controller.signal }));
    await pass(500);
    controller.abort();
    await pass(5_000);
    expect(await late).toMatchObject({
      code: 'request-timeout',
      message: expect.stringContaining('was not sent'),
    });
    expect(aborted.now()).toBe('request-aborted');
    expect(service.isConnected()).toBe(true);
    expect(server.received.map(({ event }) => event)).not.toContain('late');
    expect(server.received.map(({ event }) => event)).not.toContain('aborted');
  });

  it.each([
    ['disconnect()', (r: ReturnType<typeof rig>) => r.service.disconnect()],
    ['another user', (r: ReturnType<typeof rig>) => r.service.connect({ ...r.config, token: 'of-ben' })],
    [
      'an invalid config',
      (r: ReturnType<typeof rig>) => r.service.connect({ ...r.config, connectTimeout: -1 }),
    ],
    ['dispose()', (r: ReturnType<typeof rig>) => r.service.dispose()],
  ])('rejects at once with %s, and is not sent later', async (_, end) => {
    const ready = rig();
    const { server, service, config, pass } = ready;
    server.stall();
    service.connect(config);
    const answer = outcomeOf(service.request('a'));
    await pass();
    end(ready);
    await pass(0);
    expect(answer.now()).toBe('not-connected');
    server.stall(false);
    await pass(20_000);
    expect(server.received.map(({ event }) => event)).not.toContain('a');
  });

  it('rejects when the attempts are given up', async () => {
    const { server, service, config, pass } = rig({}, { reconnectAttempts: 1 });
    server.refuse();
    service.connect(config);
    const answer = outcomeOf(service.request('a', null, { timeout: 60_000 }));
    await pass(4_000);
    expect(service.store.getState().reason).toBe('attempts-exhausted');
    expect(answer.now()).toBe('not-connected');
  });

  it('waits for a token that comes later, from the first connect()', async () => {
    const { service, config, pass } = rig({ handlers: { a: () => 1 } });
    service.connect({ ...config, token: '' });
    const answer = outcomeOf(service.request('a'));
    await pass(1_000);
    expect(answer.now()).toBe('pending');
    service.connect(config);
    await pass();
    expect(answer.now()).toBe(1);
  });

  it('works right after connect() inside of a handler', async () => {
    const { service, config, pass } = await connectedRig({ handlers: { a: () => 1 } });
    const answers: { now(): unknown }[] = [];
    service.store.subscribe(({ status }) => {
      if (status !== 'disconnected') return;
      service.connect(config);
      answers.push(outcomeOf(service.request('a')), outcomeOf(service.whenConnected()));
    });
    service.disconnect();
    await pass(50);
    expect(answers.map((answer) => answer.now())).toEqual([1, undefined]);
  });

  it('rejects before it waits if its data can not be sent', async () => {
    const { service, config } = rig();
    service.connect(config);
    await expect(service.request('a', 1n)).rejects.toMatchObject({ code: 'not-serializable' });
    await expect(service.request('')).rejects.toMatchObject({ code: 'invalid-argument' });
    service.disconnect();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('what a handler sends right after connect() or reconnect()', () => {
  /** Calls `act` in a handler, and returns what it returned. */
  async function inHandler<Result>(ready: ReturnType<typeof rig>, act: () => Result): Promise<Result> {
    const results: Result[] = [];
    const subscription = ready.service.event$('go').subscribe(() => results.push(act()));
    ready.server.emit('go');
    await ready.pass(50);
    subscription.unsubscribe();
    const [result] = results;
    if (result === undefined) throw new Error('The handler was not called.');
    return result;
  }

  it('is queued like what is sent while connecting, and keeps its order', async () => {
    const ready = await connectedRig({ handlers: { b: () => 1 } }, { sendQueue: {} });
    const { server, service, config, errors } = ready;
    const draft = { text: 'first' };
    const results = await inHandler(ready, () => {
      service.connect({ ...config, token: 'of-ben' });
      const answer = outcomeOf(service.request('b', draft));
      const sent = [service.send('a', draft), service.send('c')];
      draft.text = 'changed since';
      return { sent, answer };
    });
    expect(results.sent).toEqual(['queued', 'queued']);
    expect(results.answer.now()).toBe(1);
    expect(server.received.map(({ event, data }) => [event, data])).toEqual([
      ['b', { text: 'first' }],
      ['a', { text: 'first' }],
      ['c', undefined],
    ]);
    expect(errors).toEqual([]);
  });

  it('is queued after reconnect() too, and sent once', async () => {
    const ready = await connectedRig({}, { sendQueue: {} });
    const result = await inHandler(ready, () => {
      ready.service.reconnect();
      return ready.service.send('a');
    });
    expect(result).toBe('queued');
    expect(ready.server.received.map(({ event }) => event)).toEqual(['a']);
  });

  it('comes before what a listener of the new status sends', async () => {
    const ready = await connectedRig({}, { sendQueue: {} });
    const { server, service, config } = ready;
    service.store.subscribe(({ status }, before) => {
      if (status !== before.status && status === 'connecting') service.send('b');
    });
    await inHandler(ready, () => {
      service.connect({ ...config, token: 'of-ben' });
      return service.send('a');
    });
    expect(server.received.map(({ event }) => event)).toEqual(['a', 'b']);
  });

  it('is refused without sendQueue, and after disconnect()', async () => {
    const ready = await connectedRig();
    const { server, service, config, errors } = ready;
    const results = await inHandler(ready, () => {
      service.connect({ ...config, token: 'of-ben' });
      const sent = service.send('a');
      service.connect({ ...config, token: 'of-ben', sendQueue: {} });
      service.disconnect();
      return [sent, service.send('b')];
    });
    expect(results).toEqual(['refused', 'refused']);
    expect(server.received).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('is reported once if the handler disconnects after it, or connects to nothing', async () => {
    for (const end of ['disconnect', 'a bad config'] as const) {
      const ready = await connectedRig({}, { sendQueue: {} });
      const { server, service, config, errors } = ready;
      const result = await inHandler(ready, () => {
        service.connect(end === 'disconnect' ? config : { ...config, connectTimeout: -1 });
        const sent = service.send('a');
        if (end === 'disconnect') service.disconnect();
        return sent;
      });
      expect(result).toBe('queued');
      expect(errors.filter(({ code }) => code === 'message-dropped')).toMatchObject([
        { details: { event: 'a', reason: 'disconnected' } },
      ]);
      expect(server.received).toEqual([]);
    }
  });

  it('is refused at once if it can not be sent', async () => {
    const ready = await connectedRig({}, { sendQueue: {} });
    const { service, config, errors } = ready;
    const results = await inHandler(ready, () => {
      service.connect({ ...config, token: 'of-ben' });
      return [service.send(''), service.send('a', () => 1)];
    });
    expect(results).toEqual(['refused', 'refused']);
    expect(errors.map(({ code }) => code)).toEqual(['invalid-argument', 'not-serializable']);
  });
});

describe('whenConnected()', () => {
  it('resolves now if connected, else as soon as the status is connected', async () => {
    const { server, service, config, pass } = rig();
    service.connect(config);
    let statusThen: string | undefined;
    void service.whenConnected().then(() => {
      statusThen = service.store.getState().status;
    });
    await pass();
    expect(statusThen).toBe('connected');
    expect(service.send('a')).toBe('sent');
    await service.whenConnected();
    server.drop();
    await pass();
    const again = outcomeOf(service.whenConnected());
    await pass(2_000);
    expect(again.now()).toBe('pending');
    await pass(2_000);
    expect(again.now()).toBeUndefined();
  });

  it('rejects at once if no connection is wanted', async () => {
    const { service, config, pass } = rig();
    await expect(service.whenConnected()).rejects.toMatchObject({ code: 'not-connected' });
    service.connect(config);
    const waiting = outcomeOf(service.whenConnected());
    service.disconnect();
    await pass(0);
    expect(waiting.now()).toBe('not-connected');
  });

  it('rejects with the cause when the attempts are given up', async () => {
    const { server, service, config, pass } = rig({}, { reconnectAttempts: 0 });
    server.refuse();
    service.connect(config);
    const failed = service.whenConnected().catch((error: unknown) => error);
    await pass(1_000);
    expect(await failed).toMatchObject({ code: 'not-connected', cause: { code: 'attempts-exhausted' } });
  });

  it('rejects after its timeout and on abort, and goes on without them', async () => {
    const { server, service, config, pass } = rig();
    server.stall();
    service.connect(config);
    const controller = new AbortController();
    const { signal } = controller;
    const late = outcomeOf(service.whenConnected({ timeout: 1_000 }));
    const aborted = outcomeOf(service.whenConnected({ signal }));
    await pass(999);
    expect([late.now(), aborted.now()]).toEqual(['pending', 'pending']);
    controller.abort();
    await pass(1);
    expect([late.now(), aborted.now()]).toEqual(['connect-timeout', 'wait-aborted']);
    expect(service.store.getState().status).toBe('connecting');
    await expect(service.whenConnected({ signal })).rejects.toMatchObject({ code: 'wait-aborted' });
    await expect(service.whenConnected({ timeout: -1 })).rejects.toMatchObject({ code: 'invalid-argument' });
    service.disconnect();
    await pass(15_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits through another user', async () => {
    const { server, service, config, pass } = rig();
    server.stall();
    service.connect(config);
    const waiting = outcomeOf(service.whenConnected());
    await pass();
    server.stall(false);
    service.connect({ ...config, token: 'of-ben' });
    await pass();
    expect(waiting.now()).toBeUndefined();
  });
});

describe('drained()', () => {
  const kilobyte = 'x'.repeat(1_000);

  it('resolves when the buffer of the socket is empty, and at once if nothing waits', async () => {
    const { service, pass } = await connectedRig({ drainBytesPerMs: 10 });
    await service.drained();
    service.send('a', kilobyte);
    const drained = outcomeOf(service.drained());
    await pass(90);
    expect(drained.now()).toBe('pending');
    await pass(40);
    expect(drained.now()).toBeUndefined();
  });

  it('lets every chunk of a large upload arrive, in order, over a slow line', async () => {
    const { server, service, errors, pass } = await connectedRig({ drainBytesPerMs: 1_000 });
    const chunk = 'x'.repeat(1_000_000);
    const upload = async (): Promise<string> => {
      for (let index = 0; index < 20; index += 1) {
        if (service.send('chunk', { index, chunk }) !== 'sent') return `stopped at ${index}`;
        await service.drained();
      }
      return 'done';
    };
    const result = outcomeOf(upload());
    await pass(25_000);
    expect(result.now()).toBe('done');
    const indexes = server.received.filter(({ event }) => event === 'chunk').map(({ data }) => data);
    expect(indexes.map((data) => (data as { index: number }).index)).toEqual(
      Array.from({ length: 20 }, (_, index) => index),
    );
    expect(errors).toEqual([]);
  });

  it('waits for the queue: for the link, and then for what was queued', async () => {
    const { server, service, config, pass } = rig({ drainBytesPerMs: 10 }, { sendQueue: {} });
    service.connect(config);
    service.send('a', kilobyte);
    const drained = outcomeOf(service.drained());
    await pass(50);
    expect(drained.now()).toBe('pending');
    await pass(200);
    expect(drained.now()).toBeUndefined();
    expect(server.received.map(({ event }) => event)).toEqual(['a']);
  });

  it('rejects if the link is lost before, if the queue is dropped, and on abort', async () => {
    const { server, service, pass } = await connectedRig({ drainBytesPerMs: 1 }, { sendQueue: {} });
    service.send('a', kilobyte);
    const controller = new AbortController();
    const aborted = outcomeOf(service.drained({ signal: controller.signal }));
    const lost = outcomeOf(service.drained());
    await pass(50);
    controller.abort();
    await pass(0);
    expect([aborted.now(), lost.now()]).toEqual(['wait-aborted', 'pending']);
    server.drop();
    await pass(20);
    expect(lost.now()).toBe('connection-lost');
    service.send('b');
    const dropped = outcomeOf(service.drained());
    service.disconnect();
    await pass(0);
    expect(dropped.now()).toBe('not-connected');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a queue that is full', () => {
  it('refuses the new message over a slow link, so that there is no hole behind what was queued', async () => {
    const { server, service, errors, pass } = await connectedRig(
      { drainBytesPerMs: 10_000 },
      { sendQueue: { limit: 5 } },
    );
    const chunk = 'x'.repeat(1_000_000);
    const results = Array.from({ length: 20 }, (_, index) => service.send('chunk', { index, chunk }));
    expect(new Set(results)).toEqual(new Set(['sent', 'queued', 'refused']));
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['send-buffer-full']));
    await pass(10_000);
    const accepted = results.filter((result) => result !== 'refused').length;
    const arrived = server.received.filter(({ event }) => event === 'chunk').map(({ data }) => data);
    expect(arrived.map((data) => (data as { index: number }).index)).toEqual(
      Array.from({ length: accepted }, (_, index) => index),
    );
  });
});
