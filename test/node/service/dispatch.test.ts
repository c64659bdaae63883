/** Every event reaches every subscriber once, in order, even when a handler throws. In virtual time. */
import type { IWebSocketEvent } from 'everwire/core';
import { map } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { connectedRig } from '../../support/fake.ts';

describe('event$', () => {
  it('emits the events of one name, or of several, in order', async () => {
    const { server, service, pass } = await connectedRig();
    const one: unknown[] = [];
    const both: string[] = [];
    service.event$('a').subscribe(({ data }) => one.push(data));
    service.event$(['a', 'b', 'a']).subscribe(({ event, data }) => both.push(`${event}${data}`));
    for (const [name, data] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['a', 4],
    ] as const)
      server.emit(name, data);
    await pass();
    expect(one).toEqual([1, 4]);
    expect(both).toEqual(['a1', 'b2', 'a4']);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'accepts %s as a name',
    async (name) => {
      const { server, service, pass } = await connectedRig();
      const got: unknown[] = [];
      service.event$(name).subscribe(({ data }) => got.push(data));
      server.emit(name, 1);
      server.emit('other', 2);
      await pass();
      expect(got).toEqual([1]);
      expect(service.store.getState().lastEvents.get(name)?.data).toBe(1);
    },
  );

  it.each([[''], [[]], [['a', '']], [undefined], [5]])(
    'throws a typed error for %o, which is not a name',
    async (name) => {
      const { service } = await connectedRig();
      if (Array.isArray(name) && name.length === 0)
        return void expect(() => service.event$([])).not.toThrow();
      expect(() => service.event$(name as string)).toThrow(
        expect.objectContaining({ code: 'invalid-argument' }),
      );
    },
  );

  it('delivers a burst of 10,000 in order to a handler', async () => {
    const { server, service, pass } = await connectedRig();
    const seqs: number[] = [];
    service.event$('tick').subscribe(({ seq }) => seqs.push(seq));
    for (let count = 0; count < 10_000; count += 1) server.emit('tick', count);
    await pass(100);
    expect(seqs).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 1));
  });
});

describe('a handler that throws', () => {
  it('is reported, and the other handlers and the next event are not affected', async () => {
    const { server, service, errors, pass } = await connectedRig();
    const others: unknown[] = [];
    service.event$('a').subscribe(() => {
      throw new Error('handler broke');
    });
    service.event$('a').subscribe({
      next: () => {
        throw new Error('observer broke');
      },
    });
    service.events$.subscribe(() => {
      throw new Error('all broke');
    });
    service.event$('a').subscribe(({ data }) => others.push(data));
    server.emit('a', 1);
    server.emit('a', 2);
    await pass();
    expect(others).toEqual([1, 2]);
    expect(errors).toHaveLength(6);
    expect(errors[0]).toMatchObject({
      code: 'handler-failed',
      message: expect.stringContaining('all broke'),
    });
    expect(errors[1]).toMatchObject({
      message: 'A handler of "a" threw: handler broke',
      cause: expect.any(Error),
    });
  });

  it('may be a subscriber of missed$ or of the store', async () => {
    const { server, service, errors, events, pass } = await connectedRig({ hello: false });
    service.missed$.subscribe(() => {
      throw new Error('missed broke');
    });
    service.store.subscribe(() => {
      throw new Error('store broke');
    });
    server.skip();
    server.emit('a', 1);
    await pass();
    server.drop();
    await pass(3010);
    expect(events.at(-1)?.data).toBe(1);
    expect(service.isConnected()).toBe(true);
    expect(errors.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        'A handler of missed events threw: missed broke',
        'A subscriber of the store threw: store broke',
      ]),
    );
  });

  it('may be a subscriber of the store whose promise rejects', async () => {
    const { server, service, errors, pass } = await connectedRig();
    service.store.subscribe(() => Promise.reject(new Error('store broke')) as never);
    server.emit('a', 1);
    await pass();
    expect(errors).toMatchObject([
      { code: 'handler-failed', message: 'A subscriber of the store threw: store broke' },
    ]);
  });
});

describe('a handler that acts', () => {
  it('may subscribe: the new subscriber starts with the next event', async () => {
    const { server, service, pass } = await connectedRig();
    const late: unknown[] = [];
    let isFirst = true;
    service.events$.subscribe(({ event }) => {
      if (event !== 'a' || !isFirst) return;
      isFirst = false;
      service.event$('a').subscribe(({ data }) => late.push(data));
    });
    server.emit('a', 1);
    server.emit('a', 2);
    await pass();
    expect(late).toEqual([2]);
  });

  it('may unsubscribe another handler, which receives nothing more', async () => {
    const { server, service, pass } = await connectedRig();
    const heard: unknown[] = [];
    service.event$('a').subscribe(() => second.unsubscribe());
    const second = service.event$('a').subscribe(({ data }) => heard.push(data));
    server.emit('a', 1);
    await pass();
    expect(heard).toEqual([]);
  });

  it('may disconnect: all handlers still receive this event, and none the next', async () => {
    const { server, service, pass } = await connectedRig();
    const heard: unknown[] = [];
    service.event$('a').subscribe(() => service.disconnect());
    service.event$('a').subscribe(({ data }) => heard.push(data));
    server.emit('a', 1);
    server.emit('a', 2);
    await pass();
    expect(heard).toEqual([1]);
    expect(service.store.getState().reason).toBe('client');
    expect(server.socketCount).toBe(0);
  });

  it('may connect to another url: no event of the old session follows', async () => {
    const { server, service, config, events, pass } = await connectedRig();
    service.event$('a').subscribe(() => service.connect({ ...config, token: 'someone-else' }));
    server.emit('a', 1);
    server.emit('b', 2);
    await pass();
    expect(events.map(({ event }) => event)).toEqual(['hello', 'a', 'hello']);
  });

  it('may send: in order and at once', async () => {
    const { server, service, pass } = await connectedRig();
    const results: string[] = [];
    service.event$('a').subscribe(() => results.push(service.send('one'), service.send('two')));
    server.emit('a', 1);
    await pass();
    expect(results).toEqual(['sent', 'sent']);
    expect(server.received.map(({ event }) => event)).toEqual(['one', 'two']);
  });
});

describe('lastEvents and lastEventId', () => {
  it('are committed once for many events, and before a status change that follows them', async () => {
    const { server, service, pass } = await connectedRig({}, { batch: 'microtask' });
    const seen: string[] = [];
    service.store.subscribe(({ status, lastEventId, lastEvents }) =>
      seen.push(`${status} ${lastEventId} ${lastEvents.get('a')?.data}`),
    );
    for (let count = 1; count <= 5; count += 1) server.emit('a', count);
    await pass();
    server.drop();
    await pass(1);
    expect(seen.at(-1)).toBe('reconnecting 5 5');
    expect(seen.filter((line) => line.startsWith('connected')).at(-1)).toBe('connected 5 5');
  });

  it("are committed with each event if batch is 'sync', before its handlers run", async () => {
    const { server, service, pass } = await connectedRig({}, { batch: 'sync' });
    const seen: (string | null)[] = [];
    service.event$('a').subscribe(() => seen.push(service.store.getState().lastEventId));
    server.emit('a');
    server.emit('a');
    await pass();
    expect(seen).toEqual(['1', '2']);
  });

  it('are never behind the status: events just before a close are in the store when the status changes', async () => {
    vi.stubGlobal('requestAnimationFrame', () => 1);
    vi.stubGlobal('cancelAnimationFrame', () => {});
    const { server, service, pass } = await connectedRig();
    await pass(300);
    const atChange: (string | null)[] = [];
    service.store.subscribe((now, before) => {
      if (now.status !== before.status) atChange.push(now.lastEventId);
    });
    server.emit('a', 1);
    server.close(1000);
    await pass(5);
    expect(atChange).toEqual(['1']);
    vi.unstubAllGlobals();
  });

  it('keep the newest event of at most 500 names, and drop the least recent name first', async () => {
    const { server, service, pass } = await connectedRig();
    for (let index = 0; index < 600; index += 1) server.emit(`name-${index}`, index);
    server.emit('name-150', 'again');
    await pass(100);
    const { lastEvents } = service.store.getState();
    expect(lastEvents.size).toBe(500);
    expect(lastEvents.get('name-150')?.data).toBe('again');
    expect(lastEvents.has('name-599')).toBe(true);
    expect(lastEvents.has('name-99')).toBe(false);
  });

  it('are kept after a lost link and after a stop', async () => {
    const { server, service, pass } = await connectedRig();
    server.emit('a', 1);
    await pass();
    server.drop();
    await pass(3010);
    service.disconnect();
    expect(service.store.getState().lastEvents.get('a')?.data).toBe(1);
  });
});

describe('operators', () => {
  it('work as on any other Observable', async () => {
    const { server, service, pass } = await connectedRig();
    const doubled: number[] = [];
    service
      .event$('n')
      .pipe(map((event: IWebSocketEvent) => Number(event.data) * 2))
      .subscribe((value) => doubled.push(value));
    server.emit('n', 21);
    await pass();
    expect(doubled).toEqual([42]);
  });

  it('complete on dispose(), and no subscription remains', async () => {
    const { server, service, errors, config, pass } = await connectedRig();
    const completed: string[] = [];
    service.events$.subscribe({ complete: () => completed.push('events') });
    service.event$('a').subscribe({ complete: () => completed.push('a') });
    service.missed$.subscribe({ complete: () => completed.push('missed') });
    service.dispose();
    service.event$('a').subscribe({ complete: () => completed.push('late') });
    expect(completed.sort()).toEqual(['a', 'events', 'late', 'missed']);
    service.connect(config);
    await pass(1000);
    expect(errors.at(-1)?.code).toBe('disposed');
    expect(server.socketCount).toBe(0);
  });
});
