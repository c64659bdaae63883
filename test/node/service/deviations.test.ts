/** Each line of docs/deviations.md is still true: one test for each deviation from the promise. */
import { map } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { connectedRig, type Rig, rig } from '../../support/fake.ts';

const hello = (id: string, seq = 0): string =>
  JSON.stringify({ event: 'hello', data: { connection_id: id }, seq });
const posted = (seq: number | undefined, data: unknown): string =>
  JSON.stringify({ event: 'posted', data, seq });

const heard = ({ events }: Rig): unknown[] =>
  events.filter(({ event }) => event === 'posted').map(({ data }) => data);

/** The server sends only what the test sends. */
const byHand = { hello: false, numbered: false, resume: 'always' } as const;

describe('told, though nothing is missing', () => {
  it('a server without ids, after each new link', async () => {
    const ready = await connectedRig(byHand);
    ready.server.sendRaw(posted(1, 'one'));
    await ready.pass();
    ready.server.drop();
    await ready.pass(3_010);
    expect(ready.missed).toMatchObject([{ reason: 'unknown' }]);
  });

  it('a network that breaks five links in a row before any frame: the session is given up', async () => {
    const ready = await connectedRig();
    for (let times = 0; times < 5; times += 1) {
      ready.server.drop();
      await ready.pass(3_020);
    }
    ready.server.drop();
    await ready.pass(3_020);
    expect(ready.missed).toMatchObject([{ reason: 'new-session' }]);
  });
});

describe('not told, though something may be missing', () => {
  it('a server that restarts its numbers with the same id, without a hello', async () => {
    const ready = await connectedRig(byHand);
    ready.server.sendRaw(hello('a'));
    for (const seq of [1, 2, 3]) ready.server.sendRaw(posted(seq, `first ${seq}`));
    for (const seq of [1, 2]) ready.server.sendRaw(posted(seq, `again ${seq}`));
    await ready.pass();
    expect(heard(ready)).toEqual(['first 1', 'first 2', 'first 3']);
    expect(ready.missed).toEqual([]);
  });

  it('a hello of a new session that is not valid JSON', async () => {
    const ready = await connectedRig(byHand);
    ready.server.sendRaw(hello('a'));
    for (const seq of [1, 2]) ready.server.sendRaw(posted(seq, `first ${seq}`));
    await ready.pass();
    ready.server.drop();
    await ready.pass(3_010);
    ready.server.sendRaw('{"event":"hello","data":{"connection_id":"b"},');
    ready.server.sendRaw(posted(1, 'second 1'));
    await ready.pass();
    expect(heard(ready)).toEqual(['first 1', 'first 2']);
    expect(ready.missed).toEqual([]);
  });

  it('a server without numbers that loses an event while the link stays open', async () => {
    const ready = await connectedRig(byHand);
    ready.server.sendRaw(posted(undefined, 'one'));
    ready.server.sendRaw(posted(undefined, 'three'));
    await ready.pass();
    expect(heard(ready)).toEqual(['one', 'three']);
    expect(ready.missed).toEqual([]);
  });
});

describe('told late', () => {
  it('a new session whose server sends an event without a number before its hello', async () => {
    const ready = await connectedRig(byHand);
    const order: string[] = [];
    ready.service.events$.subscribe(({ event }) => order.push(event));
    ready.service.missed$.subscribe(({ reason }) => order.push(reason));
    ready.server.sendRaw(hello('a'));
    await ready.pass();
    ready.server.drop();
    await ready.pass(3_010);
    ready.server.sendRaw(posted(undefined, 'early'));
    ready.server.sendRaw(hello('b'));
    await ready.pass();
    expect(order).toEqual(['hello', 'posted', 'new-session', 'hello']);
  });

  it('a dead link to a server that answers no pings, until the system notices', async () => {
    const ready = await connectedRig({ pong: false });
    ready.server.handle('ping', () => new Promise(() => {}));
    ready.server.freeze();
    await ready.pass(600_000);
    expect(ready.service.store.getState().status).toBe('connected');
  });
});

describe('said too early', () => {
  it('connected, if the token is in the first message and is then refused', async () => {
    const { server, service, config, statuses, pass } = rig({ token: 'right' });
    service.connect({ ...config, token: 'wrong-token', auth: 'message' });
    await pass(100);
    expect(statuses).toEqual(['disconnected', 'connecting', 'connected', 'disconnected']);
    expect(server.attempts).toBe(1);
  });

  it('sent, for a message on a link that is already dead', async () => {
    const { server, service, pass } = await connectedRig();
    server.freeze();
    expect(service.send('a')).toBe('sent');
    server.drop();
    await pass(10_000);
    expect(server.received.filter(({ event }) => event === 'a')).toEqual([]);
  });
});

describe('reported elsewhere', () => {
  it('an error that is thrown behind an operator of RxJS', async () => {
    const { server, service, errors, pass } = await connectedRig();
    const uncaught: unknown[] = [];
    const { config } = await import('rxjs');
    config.onUnhandledError = (error) => uncaught.push(error);
    service.events$.pipe(map((event) => event)).subscribe(() => {
      throw new Error('behind an operator');
    });
    server.emit('posted');
    await pass();
    await vi.advanceTimersByTimeAsync(1);
    config.onUnhandledError = null;
    expect(uncaught).toHaveLength(1);
    expect(errors).toEqual([]);
  });
});
