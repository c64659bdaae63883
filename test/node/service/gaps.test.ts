/** A gap is resumed where that is possible, notified where it is not, and never causes a loop. */
import { createWebSocketService } from 'everwire/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectedRig, type Rig, rig } from '../../support/fake.ts';

const hello = (id: string): string => JSON.stringify({ event: 'hello', data: { connection_id: id }, seq: 0 });
const event = (seq: number, data: unknown = seq): string => JSON.stringify({ event: 'posted', data, seq });

const data = ({ events }: Rig): unknown[] =>
  events.filter(({ event: name }) => name !== 'hello').map((one) => one.data);

describe('events lost on the way', () => {
  it('are requested again by a resume, without a notice', async () => {
    const ready = await connectedRig({ resume: 'takeover' });
    const { server, service, missed, statuses, pass } = ready;
    server.emit('posted', 1);
    server.lose(2);
    for (const number of [2, 3, 4, 5]) server.emit('posted', number);
    await pass(20);
    expect(data(ready)).toEqual([1, 2, 3, 4, 5]);
    expect(missed).toEqual([]);
    expect(service.store.getState()).toMatchObject({ status: 'connected', lastClose: { code: 4001 } });
    expect(statuses.slice(2)).toEqual(['connected', 'reconnecting', 'connected']);
    expect(server.handshakes.map(({ resume }) => resume)).toEqual([
      null,
      { connectionId: server.connections[0]?.connectionId, sequenceNumber: 2 },
    ]);
  });

  it('cause one new-session notice if the server no longer has them', async () => {
    const ready = await connectedRig({ resume: 'takeover' });
    const { server, missed, pass } = ready;
    server.emit('posted', 1);
    server.skip(3);
    server.emit('posted', 2);
    await pass(20);
    expect(server.attempts).toBe(2);
    server.emit('posted', 3);
    await pass(20);
    expect(data(ready)).toEqual([1, 3]);
    expect(missed).toMatchObject([{ reason: 'new-session', expected: 2, received: 0, count: null }]);
  });

  it('end the session after two resumes without progress, so that a wrong server cannot drive a loop', async () => {
    const ready = await connectedRig({ resume: 'always' });
    const { server, missed, pass } = ready;
    server.emit('posted', 1);
    server.skip(3);
    server.emit('posted', 2);
    await pass(60_000);
    expect(server.handshakes.map(({ resume }) => resume?.sequenceNumber ?? null)).toEqual([null, 2, 2, null]);
    expect(missed).toMatchObject([{ reason: 'new-session' }]);
    server.emit('posted', 3);
    await pass();
    expect(data(ready)).toEqual([1, 3]);
    expect(ready.service.store.getState().connectionId).toBe(server.connections.at(-1)?.connectionId);
  });

  it('cause no loop if every session has a gap', async () => {
    const { server, service, pass } = await connectedRig(
      { resume: 'always' },
      { reconnectAttempts: Infinity },
    );
    server.onChange(() => {
      for (const connection of server.connections) {
        if (connection.nextSeq === 1) {
          server.skip();
          connection.emit('posted');
        }
      }
    });
    server.restart();
    await pass(60_000);
    // Three at network speed, then one in 3 s: 60 / 3 and a few.
    expect(server.attempts).toBeLessThan(30);
    expect(service.store.getState().status).not.toBe('disconnected');
  });
});

describe('a server that closes every resumed link', () => {
  it('gets a new session after the second close', async () => {
    const { server, missed, service, pass } = await connectedRig();
    server.onChange(() => {
      for (const connection of server.connections)
        if (connection.resumed) connection.close(4404, 'unknown session');
    });
    server.drop();
    await pass(20_000);
    expect(server.handshakes.map(({ resume }) => resume !== null)).toEqual([false, true, true, false]);
    expect(missed).toMatchObject([{ reason: 'new-session', expected: 1 }]);
    expect(service.isConnected()).toBe(true);
  });

  it('keeps its session if it closes with a code for overload', async () => {
    const { server, missed, service, pass } = await connectedRig();
    let times = 0;
    server.onChange(() => {
      for (const connection of server.connections) {
        if (!connection.resumed || times === 4) continue;
        times += 1;
        connection.close(1013, 'try again later');
      }
    });
    server.drop();
    await pass(30_000);
    expect(times).toBe(4);
    expect(service.isConnected()).toBe(true);
    expect(missed).toEqual([]);
  });
});

describe('a session without subscribers', () => {
  it('is tracked and resumed like any other', async () => {
    const { server, config, pass } = rig();
    const service = createWebSocketService();
    onTestFinished(() => service.dispose());
    service.connect(config);
    await pass();
    expect(service.store.getState().connectionId).toBe(server.connections[0]?.connectionId);
    server.emit('posted', 1);
    await pass();
    for (const _ of [1, 2, 3]) {
      server.drop();
      await pass(4_000);
    }
    server.restart();
    await pass(4_000);
    expect(server.handshakes.map(({ resume }) => resume?.sequenceNumber)).toEqual([undefined, 2, 2, 2, 2]);
    expect(server.attempts).toBe(5);
    expect(service.store.getState()).toMatchObject({
      status: 'connected',
      connectionId: server.connections.at(-1)?.connectionId,
      lastEventId: '0',
    });
  });
});

describe('the resume point', () => {
  it('is never a known id with 0, nor an id without a number', async () => {
    const { server, pass } = await connectedRig({ hello: false, numbered: false });
    server.sendRaw(JSON.stringify({ event: 'hello', data: { connection_id: 'a' } }));
    await pass();
    server.drop();
    await pass(4_000);
    expect(server.handshakes.map(({ resume }) => resume)).toEqual([null, null]);
  });

  it('is the exact sequence, not the number committed to the store', async () => {
    const { server, pass } = await connectedRig();
    for (let count = 0; count < 100; count += 1) server.emit('posted', count);
    // Cut in the same task in which the client received them.
    server.onMessage(() => {});
    await pass(1);
    server.drop();
    await pass(4_000);
    expect(server.handshakes.at(-1)?.resume?.sequenceNumber).toBe(101);
  });

  it("is discarded with the user's session", async () => {
    const { server, service, config, pass } = await connectedRig();
    service.connect({ ...config, token: 'tok-other' });
    await pass();
    expect(server.handshakes.map(({ resume }) => resume)).toEqual([null, null]);
  });
});

describe('frames behind a gap', () => {
  it('are ignored: the link is replaced at the first missing number', async () => {
    const ready = await connectedRig({ hello: false, numbered: false, resume: 'never' });
    ready.server.sendRaw(hello('a'));
    for (const seq of [1, 5, 2, 3]) ready.server.sendRaw(event(seq));
    await ready.pass();
    expect(data(ready)).toEqual([1]);
  });
});

describe('a server that greets every link', () => {
  it('is resumed without a notice and without duplicates', async () => {
    const ready = await connectedRig({ hello: false, numbered: false, resume: 'always' });
    const { server, missed, pass } = ready;
    for (let link = 0; link < 4; link += 1) {
      server.sendRaw(hello('a'));
      server.sendRaw(event(link + 1));
      await pass();
      server.drop();
      await pass(3_010);
    }
    expect(data(ready)).toEqual([1, 2, 3, 4]);
    expect(missed).toEqual([]);
    expect(server.attempts).toBe(5);
  });

  it('causes a notice when its numbers start again', async () => {
    const ready = await connectedRig({ hello: false, numbered: false, resume: 'always' });
    const { server, events, missed, pass } = ready;
    for (const frame of [hello('a'), event(1), event(2)]) server.sendRaw(frame);
    await pass();
    server.drop();
    await pass(3_010);
    for (const frame of [hello('a'), event(1, 'new 1'), event(2, 'new 2')]) server.sendRaw(frame);
    await pass();
    expect(data(ready)).toEqual([1, 2, 'new 1', 'new 2']);
    expect(events.map(({ event: name }) => name)).toEqual([
      'hello',
      'posted',
      'posted',
      'hello',
      'posted',
      'posted',
    ]);
    expect(missed).toMatchObject([{ reason: 'sequence-reset', expected: 3, received: 0 }]);
  });
});

describe('a hello that cannot be decoded', () => {
  it('after a loss counts as a new session: one notice, and its events are not dropped as old', async () => {
    const ready = await connectedRig({ hello: false, numbered: false, resume: 'always' });
    const { server, missed, pass } = ready;
    server.sendRaw(hello('a'));
    for (const seq of [1, 2, 3]) server.sendRaw(event(seq));
    await pass();
    server.drop();
    await pass(3_010);
    server.sendRaw(JSON.stringify({ event: 'hello', data: { connection_id: 7 }, seq: 0 }));
    for (const seq of [1, 2]) server.sendRaw(event(seq, `new ${seq}`));
    await pass();
    expect(data(ready)).toEqual([1, 2, 3, 'new 1', 'new 2']);
    expect(missed).toMatchObject([{ reason: 'new-session', expected: 4, received: 1 }]);
  });

  it('does not hide one that could be read, and after which the numbers start again', async () => {
    const ready = await connectedRig({ hello: false, numbered: false, resume: 'always' });
    const { server, events, missed, pass } = ready;
    for (const frame of [hello('a'), event(1)]) server.sendRaw(frame);
    await pass();
    server.drop();
    await pass(3_010);
    server.sendRaw(hello('a'));
    server.sendRaw(JSON.stringify({ event: 'hello', data: { connection_id: 7 }, seq: 0 }));
    server.sendRaw(event(1, 'new 1'));
    await pass();
    expect(events.map(({ event: name }) => name)).toEqual(['hello', 'posted', 'hello', 'posted']);
    expect(data(ready)).toEqual([1, 'new 1']);
    expect(missed).toMatchObject([{ reason: 'sequence-reset', connectionId: 'a' }]);
  });

  it('in the middle of a session changes nothing', async () => {
    const ready = await connectedRig({ hello: false, numbered: false });
    const { server, missed, errors, pass } = ready;
    for (const frame of [hello('a'), event(1)]) server.sendRaw(frame);
    server.sendRaw(JSON.stringify({ event: 'hello', data: { connection_id: 7 }, seq: 0 }));
    server.sendRaw(event(2));
    await pass();
    expect(data(ready)).toEqual([1, 2]);
    expect(missed).toEqual([]);
    expect(errors).toMatchObject([{ code: 'malformed-frame', details: { reason: 'bad-hello' } }]);
  });
});

describe("an app's event that is called hello, and has no id,", () => {
  const greetings = ({ events }: Rig): unknown[] =>
    events.filter(({ event: name }) => name === 'hello').map((one) => one.data);

  it.each([true, false])('is an event like any other after a resume (numbered: %s)', async (isNumbered) => {
    const ready = await connectedRig();
    const { server, service, missed, pass } = ready;
    const { connectionId } = service.store.getState();
    server.emit('posted', 1);
    await pass();
    server.drop();
    await pass(4_000);
    if (isNumbered) server.emit('hello', { text: 'hi' });
    else server.sendRaw('{"event":"hello","data":{"text":"hi"}}');
    server.emit('posted', 2);
    await pass(50);
    expect(greetings(ready).slice(1)).toEqual([{ text: 'hi' }]);
    expect(data(ready)).toEqual([1, 2]);
    expect(missed).toEqual([]);
    expect(service.store.getState().connectionId).toBe(connectionId);
    server.drop();
    await pass(4_000);
    expect(server.handshakes.at(-1)).toMatchObject({ outcome: 'resumed', resume: { connectionId } });
  });

  it('is one too among events that are replayed', async () => {
    const ready = await connectedRig();
    const { server, missed, pass } = ready;
    server.emit('posted', 1);
    await pass();
    server.drop();
    server.emit('hello', null);
    server.emit('posted', 2);
    await pass(4_000);
    expect(greetings(ready)).toHaveLength(2);
    expect(data(ready)).toEqual([1, 2]);
    expect(missed).toEqual([]);
  });

  it.each([
    ['numbered', '{"event":"hello","data":{},"seq":0}'],
    ['not numbered', '{"event":"hello","data":{}}'],
  ])('greets a session without an id where the numbers start again after it (%s)', async (_, greeting) => {
    const ready = await connectedRig({ hello: false, numbered: false });
    const { server, service, missed, pass } = ready;
    server.sendRaw(hello('first'));
    for (const number of [1, 2, 3]) server.sendRaw(event(number));
    await pass();
    server.drop();
    await pass(4_000);
    server.sendRaw(greeting);
    for (const number of [1, 2]) server.sendRaw(event(number, `new ${number}`));
    await pass();
    expect(data(ready)).toEqual([1, 2, 3, 'new 1', 'new 2']);
    expect(greetings(ready)).toHaveLength(2);
    expect(missed).toMatchObject([
      { reason: 'new-session', previousConnectionId: 'first', connectionId: null },
    ]);
    server.drop();
    await pass(4_000);
    expect(server.handshakes.at(-1)?.resume).toBeNull();
    expect(service.store.getState().connectionId).toBeNull();
  });
});
