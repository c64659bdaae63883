/** Breaks during a resync cost one more resync, however many they are, and what is held has a limit. */
import type { IWebSocketConfig, MissedEvents, StandardSchemaV1 } from 'everwire/core';
import { describe, expect, it, vi } from 'vitest';
import { connectedRig, type Rig } from '../../support/fake.ts';

interface Piled extends Rig {
  /** What subscribers saw: the data of events, and the reasons of notices in capitals. */
  readonly log: unknown[];
  readonly fetches: { readonly missed: MissedEvents; done(): void; fail(): void }[];
  /** The server begins a new session, and sends an event in it. */
  restart(data: unknown): Promise<void>;
}

async function piled(more: Partial<IWebSocketConfig> = {}): Promise<Piled> {
  const fetches: Piled['fetches'] = [];
  const resync = (missed: MissedEvents) =>
    new Promise<void>((done, fail) => fetches.push({ missed, done, fail: () => fail(new Error('down')) }));
  const ready = await connectedRig({}, { resync, reconnectDelay: 100, reconnectJitter: 0, ...more });
  const log: unknown[] = [];
  ready.service.missed$.subscribe(({ reason }) => log.push(reason.toUpperCase()));
  ready.service.event$('posted').subscribe(({ data }) => log.push(data));
  return {
    ...ready,
    log,
    fetches,
    async restart(data) {
      ready.server.restart();
      await ready.pass(150);
      ready.server.emit('posted', data);
      await ready.pass();
    },
  };
}

/** 1,000 characters, so that a frame is a little longer than that. */
const kilobyte = (first: string): string => first.padEnd(1_000, '.');

describe('breaks during a resync', () => {
  it('are covered by one more, and every event and notice comes in order', async () => {
    const { log, fetches, restart, pass } = await piled();
    for (const data of ['one', 'two', 'three', 'four']) await restart(data);
    expect(fetches).toHaveLength(1);
    fetches[0]?.done();
    await pass();
    expect(log).toEqual(['NEW-SESSION', 'one', 'NEW-SESSION']);
    expect(fetches).toHaveLength(2);
    fetches[1]?.done();
    await pass();
    expect(log.slice(3)).toEqual(['two', 'NEW-SESSION', 'three', 'NEW-SESSION', 'four']);
    expect(fetches).toHaveLength(2);
    await restart('five');
    expect(fetches).toHaveLength(3);
  });

  it('are told to the second one as one break, from the first session to the last', async () => {
    const { server, fetches, restart, pass } = await piled();
    const ids: unknown[] = [];
    for (const data of ['one', 'two', 'three']) {
      await restart(data);
      ids.push(server.connections[0]?.connectionId);
    }
    fetches[0]?.done();
    await pass();
    expect(fetches[1]?.missed).toEqual({
      reason: 'new-session',
      expected: 2,
      received: 0,
      count: null,
      previousConnectionId: ids[0],
      connectionId: ids[2],
    });
  });

  it('while the second one runs need a third: its data is older than they are', async () => {
    const { log, fetches, restart, pass } = await piled();
    await restart('one');
    await restart('two');
    fetches[0]?.done();
    await pass();
    await restart('three');
    fetches[1]?.done();
    await pass();
    expect(fetches).toHaveLength(3);
    expect(log).toEqual(['NEW-SESSION', 'one', 'NEW-SESSION', 'two', 'NEW-SESSION']);
    fetches[2]?.done();
    await pass();
    expect(log.at(-1)).toBe('three');
  });

  it('are covered by it during its missedEventsJitter too', async () => {
    const { service, config, fetches, restart, pass } = await piled();
    await restart('one');
    service.connect({ ...config, missedEventsJitter: 10_000, random: () => 0.5 });
    await restart('two');
    fetches[0]?.done();
    await pass(1_000);
    await restart('three');
    await restart('four');
    await pass(10_000);
    expect(fetches).toHaveLength(2);
    fetches[1]?.done();
    await pass(30_000);
    expect(fetches).toHaveLength(2);
  });

  it('are covered even if it fails, which is reported once', async () => {
    const { log, errors, fetches, restart, pass } = await piled();
    for (const data of ['one', 'two', 'three']) await restart(data);
    fetches[0]?.fail();
    await pass();
    fetches[1]?.fail();
    await pass();
    expect(errors.map(({ code }) => code)).toEqual(['resync-failed', 'resync-failed']);
    expect(log.filter((one) => one !== 'NEW-SESSION')).toEqual(['one', 'two', 'three']);
    expect(fetches).toHaveLength(2);
  });

  it('are forgotten with their session: the next one fetches for its own', async () => {
    const { service, config, fetches, restart, pass } = await piled();
    for (const data of ['one', 'two', 'three']) await restart(data);
    fetches[0]?.done();
    await pass();
    service.disconnect();
    service.connect(config);
    await pass();
    expect(fetches).toHaveLength(3);
    fetches[2]?.done();
    await pass();
    await restart('four');
    expect(fetches).toHaveLength(4);
  });

  it('call a resync that came during the jitter', async () => {
    const { service, config, restart, pass, fetches } = await piled({
      missedEventsJitter: 10_000,
      random: () => 0.5,
    });
    const newest = vi.fn();
    await restart('one');
    service.connect({ ...config, resync: newest });
    await pass(10_000);
    expect(newest).toHaveBeenCalledOnce();
    expect(fetches).toEqual([]);
  });
});

describe('maxHeldBytes', () => {
  it('is 64 MiB', async () => {
    const { server, log, missed, fetches, restart, pass } = await piled();
    await restart('first');
    const large = 'x'.repeat(4_194_000);
    for (let sent = 0; sent < 16; sent += 1) server.emit('posted', `${sent}${large}`);
    await pass();
    expect(missed).toHaveLength(1);
    server.emit('posted', 'one more'.padEnd(1_000_000));
    await pass();
    fetches[0]?.done();
    await pass();
    expect(missed).toHaveLength(2);
    fetches[1]?.done();
    await pass();
    expect(log.map((one) => String(one).slice(0, 8))).toEqual(['NEW-SESS', 'GAP', 'one more']);
  });

  it('drops what is held when it is reached, with one notice before the next event', async () => {
    const { server, log, missed, fetches, restart, pass } = await piled({ maxHeldBytes: 3_500 });
    await restart('first');
    for (let sent = 1; sent <= 11; sent += 1) server.emit('posted', kilobyte(`${sent}`));
    await pass();
    expect(missed).toHaveLength(1);
    fetches[0]?.done();
    await pass();
    // 'hello', 'first' and 1 to 9 are gone: three at a time, with the hello and the first.
    expect(missed.slice(1)).toMatchObject([{ reason: 'gap', expected: 0, received: 11, count: 11 }]);
    expect(fetches).toHaveLength(2);
    expect(fetches[1]?.missed).toEqual(missed[1]);
    expect(log).toEqual(['NEW-SESSION', 'GAP']);
    fetches[1]?.done();
    await pass();
    expect(log.slice(2).map((one) => String(one).slice(0, 2))).toEqual(['10', '11']);
  });

  it('is reached again while the second resync runs: a third one fetches what was dropped meanwhile', async () => {
    const { server, log, missed, fetches, restart, pass } = await piled({ maxHeldBytes: 2_500 });
    await restart('first');
    for (let sent = 1; sent <= 3; sent += 1) server.emit('posted', kilobyte(`${sent}`));
    await pass();
    fetches[0]?.done();
    await pass();
    for (let sent = 4; sent <= 6; sent += 1) server.emit('posted', kilobyte(`${sent}`));
    await pass();
    fetches[1]?.done();
    await pass();
    expect(fetches).toHaveLength(3);
    fetches[2]?.done();
    await pass();
    expect(missed.map(({ reason }) => reason)).toEqual(['new-session', 'gap', 'gap']);
    expect(log.map((one) => String(one).slice(0, 3))).toEqual(['NEW', 'GAP', 'GAP', '5..', '6..']);
  });

  it('never covers what is dropped after the resync began', async () => {
    const { server, missed, fetches, restart, pass } = await piled({ maxHeldBytes: 2_500 });
    await restart('one');
    await restart('two');
    for (let sent = 1; sent <= 3; sent += 1) server.emit('posted', kilobyte(`${sent}`));
    await pass();
    fetches[0]?.done();
    await pass();
    // The second resync covers what was dropped so far. More is dropped while it runs.
    for (let sent = 4; sent <= 6; sent += 1) server.emit('posted', kilobyte(`${sent}`));
    await pass();
    fetches[1]?.done();
    await pass();
    expect(fetches).toHaveLength(3);
    fetches[2]?.done();
    await pass();
    expect(missed.map(({ reason }) => reason)).toEqual(['new-session', 'new-session', 'gap']);
  });

  it('drops an event that is longer than all that may be held, and no session id', async () => {
    const { server, service, log, missed, fetches, restart, pass } = await piled({ maxHeldBytes: 900 });
    await restart('one');
    await restart('two');
    server.emit('posted', kilobyte('large'));
    server.emit('posted', 'small');
    await pass();
    fetches[0]?.done();
    await pass();
    fetches[1]?.done();
    await pass();
    expect(log).toEqual(['NEW-SESSION', 'NEW-SESSION', 'GAP', 'small']);
    expect(missed[2]).toMatchObject({ reason: 'gap', expected: 0, count: 3, received: 3 });
    expect(service.store.getState().connectionId).toBe(server.connections[0]?.connectionId);
    expect(service.store.getState().lastEventId).toBe('3');
  });

  it('counts events that were released no more', async () => {
    const { server, missed, fetches, restart, pass } = await piled({ maxHeldBytes: 2_500 });
    for (let round = 0; round < 5; round += 1) {
      await restart('first');
      for (let sent = 1; sent <= 2; sent += 1) server.emit('posted', kilobyte(`${sent}`));
      await pass();
      fetches[round]?.done();
      await pass();
    }
    expect(missed.map(({ reason }) => reason)).toEqual(Array(5).fill('new-session'));
  });

  it('counts for events behind an async schema, with a notice that has no resync', async () => {
    const slow: StandardSchemaV1 = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) => new Promise((resolve) => setTimeout(() => resolve({ value }), 100)),
      },
    };
    const { server, log, missed, pass } = await piled({
      maxHeldBytes: 2_500,
      resync: undefined,
      schemas: { posted: slow },
    });
    for (let sent = 1; sent <= 4; sent += 1) server.emit('posted', kilobyte(`${sent}`));
    await pass(1_000);
    expect(log.map((one) => String(one).slice(0, 2))).toEqual(['1.', 'GA', '4.']);
    expect(missed).toMatchObject([{ reason: 'gap', expected: 2, received: 4, count: 2 }]);
  });

  it('is logged', async () => {
    const warn = vi.fn();
    const quiet = (): void => undefined;
    const { server, restart, pass } = await piled({
      maxHeldBytes: 1_500,
      logger: { debug: quiet, info: quiet, warn, error: quiet },
    });
    await restart('first');
    for (let sent = 1; sent <= 5; sent += 1) server.emit('posted', kilobyte(`${sent}`));
    await pass();
    expect(warn.mock.calls).toEqual([['Held events were dropped: they were more than maxHeldBytes.', {}]]);
  });
});
