/** useWsSend and useWsRequest return stable functions that report what became of each message and request. */

import { useWsRequest, useWsSend, type WebSocketServiceError } from 'everwire';
import { describe, expect, it } from 'vitest';
import { createProbe, setUpStage, Wire, type WireProps } from '../support/stage.tsx';

const stage = setUpStage();

function showBoth(props: Partial<WireProps> = {}) {
  const send = createProbe(() => useWsSend());
  const request = createProbe(() => useWsRequest());
  const tree = () => (
    <Wire to={stage.server} {...props}>
      <send.Probe />
      <request.Probe />
    </Wire>
  );
  const page = stage.mount(tree());
  if (send.last === undefined || request.last === undefined) throw new Error('Nothing was rendered.');
  return { page, tree, send, request, sendIt: send.last, ask: request.last };
}

/** The code that a promise rejected with, or the value that it resolved with; `pending` until then. */
function outcomeOf(promise: Promise<unknown>): { readonly now: () => unknown } {
  let outcome: unknown = 'pending';
  promise.then(
    (data) => {
      outcome = data;
    },
    (error: WebSocketServiceError) => {
      outcome = error.code;
    },
  );
  return { now: () => outcome };
}

describe('useWsSend and useWsRequest', () => {
  it('return the same functions in every render, and never render by themselves', async () => {
    const { page, tree, send, request } = showBoth();
    await stage.pass();
    stage.server.emit('tick');
    stage.server.drop();
    await stage.pass(5_000);
    expect([send.renders, request.renders]).toEqual([1, 1]);
    page.rerender(tree());
    expect(new Set(send.values).size).toBe(1);
    expect(new Set(request.values).size).toBe(1);
  });

  it('still return the same functions for a new session', async () => {
    const send = createProbe(() => useWsSend());
    const tree = (token: string) => (
      <Wire to={stage.server} token={token}>
        <send.Probe />
      </Wire>
    );
    const page = stage.mount(tree('token-of-ann'));
    await stage.pass();
    page.rerender(tree('token-of-ben'));
    await stage.pass();
    expect(new Set(send.values).size).toBe(1);
    expect(send.last?.('typing')).toBe('sent');
  });
});

describe('useWsSend', () => {
  it('sends once connected, and refuses before', async () => {
    const { sendIt } = showBoth();
    expect(sendIt('typing', { room: 'a' })).toBe('refused');
    await stage.pass();
    expect(sendIt('typing', { room: 'b' })).toBe('sent');
    await stage.pass();
    expect(stage.server.received.map(({ event, data }) => [event, data])).toEqual([
      ['typing', { room: 'b' }],
    ]);
  });

  it('queues messages while the link is down, if sendQueue is on', async () => {
    const { sendIt } = showBoth({ sendQueue: {} });
    expect(sendIt('one')).toBe('queued');
    expect(sendIt('two')).toBe('queued');
    await stage.pass();
    expect(stage.server.received.map(({ event }) => event)).toEqual(['one', 'two']);
    stage.server.drop();
    await stage.pass();
    expect(sendIt('three')).toBe('queued');
    await stage.pass(5_000);
    expect(sendIt('four')).toBe('sent');
    await stage.pass();
    const said = stage.server.received.map(({ event }) => event).filter((event) => event !== 'ping');
    expect(said).toEqual(['one', 'two', 'three', 'four']);
  });

  it('reports queued messages that are dropped on unmount', async () => {
    const codes: string[] = [];
    const { page, sendIt } = showBoth({ sendQueue: {}, onError: ({ code }) => codes.push(code) });
    await stage.pass();
    stage.server.drop();
    await stage.pass();
    sendIt('three');
    page.rerender(<Wire to={stage.server} enabled={false} onError={({ code }) => codes.push(code)} />);
    await stage.pass();
    expect(codes).toEqual(['message-dropped']);
  });
});

describe('useWsRequest', () => {
  it('resolves with the reply', async () => {
    stage.server.handle('add', (data) => (data as number[]).reduce((sum, n) => sum + n, 0));
    const { ask } = showBoth();
    await stage.pass();
    const answer = outcomeOf(ask('add', [1, 2, 3]));
    await stage.pass();
    expect(answer.now()).toBe(6);
  });

  it('rejects with the error of the server', async () => {
    stage.server.handle('add', () => {
      throw Object.assign(new Error('not today'), { id: 'closed' });
    });
    const { ask } = showBoth();
    await stage.pass();
    const failure = ask('add').catch((error: unknown) => error);
    await stage.pass();
    expect(await failure).toMatchObject({
      code: 'request-failed',
      message: expect.stringContaining('not today'),
      details: { server: { id: 'closed', message: 'not today' } },
    });
  });

  it('waits for a connection that is being opened, and rejects at once if none is wanted', async () => {
    stage.server.handle('add', () => 6);
    const { ask } = showBoth();
    const answer = outcomeOf(ask('add'));
    await stage.pass();
    expect(answer.now()).toBe(6);
    const { ask: disabled } = showBoth({ enabled: false });
    await expect(disabled('add')).rejects.toMatchObject({ code: 'not-connected' });
  });

  it.each([
    ['the timeout', 'request-timeout', {}, () => stage.pass(10_000)],
    ['a timeout of its own', 'request-timeout', { timeout: 200 }, () => stage.pass(200)],
    ['the loss of the link', 'connection-lost', {}, () => stage.server.drop()],
  ] as const)('rejects after %s', async (_, code, options, meanwhile) => {
    stage.server.handle('wait', () => new Promise(() => undefined));
    const { ask } = showBoth();
    await stage.pass();
    const answer = outcomeOf(ask('wait', null, options));
    await stage.pass();
    expect(answer.now()).toBe('pending');
    await meanwhile();
    await stage.pass(10);
    expect(answer.now()).toBe(code);
  });

  it('rejects when its signal is aborted, and removes its listener', async () => {
    stage.server.handle('wait', () => new Promise(() => undefined));
    const { ask } = showBoth();
    await stage.pass();
    const controller = new AbortController();
    const answer = outcomeOf(ask('wait', null, { signal: controller.signal }));
    controller.abort();
    await stage.pass(0);
    expect(answer.now()).toBe('request-aborted');
  });

  it('rejects when the provider unmounts', async () => {
    stage.server.handle('wait', () => new Promise(() => undefined));
    const { ask, page } = showBoth();
    await stage.pass();
    const answer = outcomeOf(ask('wait'));
    page.unmount();
    await stage.pass();
    expect(answer.now()).toBe('connection-lost');
  });

  it.each(['1234', 'true', 'null', 'status'])(
    'settles a failure whose text contains the token, even one as plain as %s',
    async (token) => {
      stage.server.handle('add', () => {
        throw Object.assign(new Error(`no: ${token}`), { id: '1234 true null status' });
      });
      const { ask } = showBoth({ token });
      await stage.pass();
      stage.server.onMessage(({ seq }) =>
        stage.server.sendRaw(
          `{"seq_reply":${seq},"status":"FAIL","error":{"code":12345,"ok":true,"more":null,"status":"x"}}`,
        ),
      );
      const answer = outcomeOf(ask('sub'));
      await stage.pass();
      expect(answer.now()).toBe('request-failed');
    },
  );
});
