/** Schemas keep out invalid payloads: those of zod, valibot and arktype, and some that misbehave. */
import { type } from 'arktype';
import type { IWebSocketConfig, StandardSchemaV1 } from 'everwire/core';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { connectedRig } from '../../support/fake.ts';

const libraries: readonly (readonly [string, StandardSchemaV1])[] = [
  ['zod', z.object({ id: z.string(), size: z.object({ width: z.number() }) })],
  ['valibot', v.object({ id: v.string(), size: v.object({ width: v.number() }) })],
  ['arktype', type({ id: 'string', size: { width: 'number' } })],
];

/** A schema written by hand. */
function schemaOf(validate: StandardSchemaV1['~standard']['validate']): StandardSchemaV1 {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

/** A schema that answers when the test says so. */
function slowSchema(): { schema: StandardSchemaV1; answer(result: unknown): void; asked: unknown[] } {
  const waiting: ((result: never) => void)[] = [];
  const asked: unknown[] = [];
  return {
    asked,
    schema: schemaOf((value) => {
      asked.push(value);
      return new Promise((resolve) => waiting.push(resolve));
    }),
    answer: (result) => waiting.shift()?.(result as never),
  };
}

function rigWith(schemas: IWebSocketConfig['schemas'], more: Partial<IWebSocketConfig> = {}) {
  return connectedRig({}, { schemas, ...more });
}

describe.each(libraries)('a schema of %s', (_, schema) => {
  it('delivers valid data, reports invalid data with its issues, and continues the sequence', async () => {
    const { server, service, events, errors, missed, pass } = await rigWith({ posted: schema });
    server.emit('posted', { id: 'a', size: { width: 1 } });
    server.emit('posted', { id: 'b', size: { width: 'wide' } });
    server.emit('posted', { id: 'c', size: { width: 3 } });
    server.emit('other', 'anything');
    await pass();
    expect(events.slice(1).map(({ event, data, seq }) => [event, data, seq])).toEqual([
      ['posted', { id: 'a', size: { width: 1 } }, 1],
      ['posted', { id: 'c', size: { width: 3 } }, 3],
      ['other', 'anything', 4],
    ]);
    expect(errors).toMatchObject([
      { code: 'invalid-payload', details: { event: 'posted', issues: [{ path: ['size', 'width'] }] } },
    ]);
    expect(errors[0]?.message).toMatch(/^An event "posted" was dropped because .*size\.width/);
    const { lastEventId, lastEvents } = service.store.getState();
    expect(lastEventId).toBe('4');
    expect(lastEvents.get('posted')?.seq).toBe(3);
    expect(missed).toEqual([]);
  });
});

describe('schemas', () => {
  it('deliver their output', async () => {
    const schemas = { posted: z.object({ at: z.string().transform((text) => new Date(text)) }) };
    const { server, events, pass } = await rigWith(schemas);
    server.emit('posted', { at: '2026-11-23T00:00:00Z', more: 1 });
    await pass();
    expect(events.at(-1)?.data).toEqual({ at: new Date('2026-11-23T00:00:00Z') });
  });

  it('withhold only the data: the number of an invalid event becomes lastEventId', async () => {
    const { server, service, pass } = await rigWith({ posted: z.string() });
    server.emit('posted', 1);
    await pass();
    const { lastEventId, lastEvents } = service.store.getState();
    expect(lastEventId).toBe('1');
    expect(lastEvents.has('posted')).toBe(false);
  });

  it('are not looked up on Object.prototype', async () => {
    const { server, events, errors, pass } = await rigWith({});
    for (const name of ['constructor', '__proto__', 'toString']) server.emit(name, 1);
    await pass();
    expect(events.slice(1).map(({ event }) => event)).toEqual(['constructor', '__proto__', 'toString']);
    expect(errors).toEqual([]);
  });

  it('that throw, or return nonsense, withhold only their own event', async () => {
    const schemas = {
      throws: schemaOf(() => {
        throw new Error('out of order');
      }),
      nonsense: schemaOf(() => null as never),
      rejects: schemaOf(() => Promise.reject(new Error('no network'))),
    };
    const { server, events, errors, pass } = await rigWith(schemas);
    for (const name of ['throws', 'nonsense', 'rejects', 'fine']) server.emit(name);
    await pass();
    expect(events.slice(1).map(({ event }) => event)).toEqual(['fine']);
    expect(errors.map(({ code, details }) => [code, details['event']])).toEqual([
      ['invalid-payload', 'throws'],
      ['invalid-payload', 'nonsense'],
      ['invalid-payload', 'rejects'],
    ]);
    expect(errors[0]?.message).toContain('out of order');
  });

  it('may be a function, for names that are made while the app runs', async () => {
    const price = z.object({ bid: z.number() });
    const asked: string[] = [];
    const { server, events, errors, missed, pass } = await rigWith((name) => {
      asked.push(name);
      return name.startsWith('price:') ? price : undefined;
    });
    server.emit('price:EURUSD', { bid: 1.5, more: true });
    server.emit('price:EURUSD', { bid: 'not a number' });
    server.emit('other', 'anything');
    server.emit('price:GBPUSD', { bid: 2 });
    await pass();
    expect(events.slice(1).map(({ event, data }) => [event, data])).toEqual([
      ['price:EURUSD', { bid: 1.5 }],
      ['other', 'anything'],
      ['price:GBPUSD', { bid: 2 }],
    ]);
    expect(errors).toMatchObject([{ code: 'invalid-payload', details: { event: 'price:EURUSD' } }]);
    expect(missed).toEqual([]);
    expect(asked).toEqual(['hello', 'price:EURUSD', 'price:EURUSD', 'other', 'price:GBPUSD']);
  });

  it.each([undefined, null, false] as const)(
    'may be a function that returns %o for no schema',
    async (none) => {
      const { server, events, errors, pass } = await rigWith(() => none);
      server.emit('any', 1);
      await pass();
      expect(events.at(-1)).toMatchObject({ event: 'any', data: 1 });
      expect(errors).toEqual([]);
    },
  );

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('out of order');
      },
      'out of order',
    ],
    ['returns a promise', () => Promise.resolve(z.string()), 'no Standard Schema'],
    ['returns text', () => 'schema', 'no Standard Schema'],
    ['returns a list', () => [z.string()], 'no Standard Schema'],
  ])('as a function that %s withhold only the event that it was asked for', async (_, find, words) => {
    const { server, events, errors, service, pass } = await rigWith(
      (name) => (name === 'bad' ? find() : undefined) as undefined,
    );
    server.emit('bad');
    server.emit('fine');
    await pass();
    expect(events.slice(1).map(({ event }) => event)).toEqual(['fine']);
    expect(errors).toMatchObject([
      { code: 'invalid-payload', message: expect.stringContaining(words), details: { event: 'bad' } },
    ]);
    expect(service.store.getState().lastEventId).toBe('2');
  });

  it('as a function may be a new one in each render: it opens no socket, and is used from the next event on', async () => {
    const { server, service, config, events, pass } = await rigWith(() => z.number());
    service.connect({ ...config, schemas: () => z.string() });
    server.emit('a', 1);
    server.emit('a', 'one');
    await pass();
    expect(events.at(-1)?.data).toBe('one');
    expect(server.attempts).toBe(1);
  });

  it('that are async keep the order: later events wait', async () => {
    const slow = slowSchema();
    const { server, service, events, pass } = await rigWith({ slow: slow.schema });
    server.emit('slow', 1);
    server.emit('quick', 2);
    server.emit('slow', 3);
    server.emit('quick', 4);
    await pass();
    expect(events).toHaveLength(1);
    expect(service.store.getState().lastEventId).toBe('0');
    slow.answer({ value: 'one' });
    await pass();
    expect(events.slice(1).map(({ data }) => data)).toEqual(['one', 2]);
    slow.answer({ issues: [{ message: 'no' }] });
    await pass();
    expect(events.slice(1).map(({ data }) => data)).toEqual(['one', 2, 4]);
    expect(service.store.getState().lastEventId).toBe('4');
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'fine'],
    ['invalid issues', { issues: 'bad' }],
    ['an invalid issue', { issues: [null] }],
  ])('that are async and return %s withhold only their own event', async (_, answer) => {
    const slow = slowSchema();
    const { server, service, events, errors, pass } = await rigWith({ slow: slow.schema });
    server.emit('slow', 1);
    server.emit('quick', 2);
    await pass();
    slow.answer(answer);
    server.emit('quick', 3);
    await pass();
    const isText = typeof answer === 'string';
    expect(events.filter(({ event }) => event === 'quick').map(({ data }) => data)).toEqual([2, 3]);
    expect(errors.map(({ code }) => code)).toEqual(isText ? [] : ['invalid-payload']);
    expect(service.store.getState().lastEventId).toBe('3');
  });

  it('whose promise is not a promise withhold only their own event', async () => {
    const schemas = { odd: schemaOf(() => Object.fromEntries([['then', 1]]) as never) };
    const { server, events, pass } = await rigWith(schemas);
    server.emit('odd', 1);
    server.emit('quick', 2);
    await pass();
    expect(events.at(-1)?.data).toBe(2);
  });

  it('that are async lose nothing when the link is lost meanwhile', async () => {
    const slow = slowSchema();
    const { server, events, missed, pass } = await rigWith({ slow: slow.schema });
    server.emit('slow', 1);
    server.emit('quick', 2);
    await pass();
    server.drop();
    server.emit('quick', 3);
    await pass(5_000);
    slow.answer({ value: 'one' });
    await pass();
    expect(events.slice(1).map(({ data, seq }) => [data, seq])).toEqual([
      ['one', 1],
      [2, 2],
      [3, 3],
    ]);
    expect(missed).toEqual([]);
  });

  it('that never answer hold later events for 10 s at most', async () => {
    const slow = slowSchema();
    const { server, events, errors, pass } = await rigWith({ slow: slow.schema });
    server.emit('slow', 1);
    server.emit('quick', 2);
    await pass(9_900);
    expect(events).toHaveLength(1);
    await pass(200);
    expect(events.slice(1).map(({ data }) => data)).toEqual([2]);
    expect(errors).toMatchObject([{ code: 'invalid-payload', details: { event: 'slow' } }]);
    slow.answer({ value: 'too late' });
    await pass();
    expect(events).toHaveLength(2);
  });

  it('of one session do not affect the next', async () => {
    const slow = slowSchema();
    const { server, service, config, events, pass } = await rigWith({ slow: slow.schema });
    server.emit('slow', 'of the first');
    await pass();
    service.connect({ ...config, token: 'tok-of-another' });
    await pass();
    slow.answer({ value: 'of the first' });
    server.emit('quick', 'of the second');
    await pass();
    expect(events.map(({ event, data }) => (event === 'hello' ? event : data))).toEqual([
      'hello',
      'hello',
      'of the second',
    ]);
  });

  it('take effect with the next event when they change, and open no socket', async () => {
    const { server, service, config, events, errors, pass } = await rigWith({});
    service.connect({ ...config, schemas: { posted: z.string() } });
    server.emit('posted', 1);
    await pass();
    expect(events).toHaveLength(1);
    expect(errors.map(({ code }) => code)).toEqual(['invalid-payload']);
    expect(server.attempts).toBe(1);
  });

  it('that are not schemas are refused with a readable error', async () => {
    const { service } = await rigWith({ posted: { parse: () => 1 } as never });
    expect(service.store.getState()).toMatchObject({ status: 'disconnected', reason: 'invalid-config' });
    expect(service.store.getState().error?.message).toBe(
      'The option "schemas" must be an object that maps event names to Standard Schemas (of zod 3.24, valibot 1 or arktype 2), ' +
        'or a function (name) => schema.',
    );
  });

  it('never put a token into their issues', async () => {
    const schema = schemaOf(() => ({ issues: [{ message: 'not tok-4711', path: [{ key: 'who' }] }] }));
    const { server, errors, pass } = await rigWith({ posted: schema });
    server.emit('posted');
    await pass();
    expect(errors[0]?.details).toMatchObject({ issues: [{ message: 'not [redacted]', path: ['who'] }] });
    expect(JSON.stringify([errors[0]?.message, errors[0]?.details])).not.toContain('tok-4711');
  });
});
