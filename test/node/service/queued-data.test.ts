/** What waits to be sent is a copy: later changes do not reach it, and it is sent as it would have been at the call. */
import { createEnvelopeProtocol, type LinkProtocol, type Protocol } from 'everwire/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { rig } from '../../support/fake.ts';

/** JSON with a word for what JSON does not know. */
const rich = createEnvelopeProtocol({
  stringify: (message) =>
    JSON.stringify(message, function (this: Record<string, unknown>, key, value) {
      const { [key]: own } = this;
      if (typeof own === 'bigint') return `bigint ${own}`;
      if (own === undefined && key !== 'data') return 'undefined';
      if (own instanceof Date) return `date ${own.getTime()}`;
      if (own instanceof Map) return { map: [...own] };
      if (own instanceof Set) return { set: [...own] };
      if (own instanceof Money) return `money ${own.cents}`;
      return value;
    }),
});

class Money {
  readonly cents: number;
  constructor(cents: number) {
    this.cents = cents;
  }
}

class Draft {
  text = 'first';
  toJSON(): unknown {
    return { said: this.text };
  }
}

/** A protocol with state: what it would send is not known before there is a link. */
const stateful: LinkProtocol = {
  name: 'stateful',
  defaultAuth: 'query',
  connectedOn: 'open',
  target: rich.target,
  open: () => rich,
};

function withoutClone(): void {
  vi.stubGlobal('structuredClone', undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
}

type Answer = { readonly data: unknown } | { readonly error: unknown };

/** Sends data while there is no link, changes it, and returns what the server gets. */
async function sendEarly(
  kind: 'send' | 'request',
  data: unknown,
  change: () => void,
  protocol?: Protocol,
): Promise<Answer> {
  const { server, service, config, errors, pass } = rig({ handlers: { a: () => 1 } }, { sendQueue: {} });
  service.connect({ ...config, ...(protocol && { protocol }) });
  let error: unknown;
  if (kind === 'send') service.send('a', data);
  else
    service.request('a', data).catch((thrown: unknown) => {
      error = thrown;
    });
  change();
  await pass(100);
  const [received] = server.received;
  return received === undefined ? { error: errors[0] ?? error } : { data: received.data };
}

describe.each(['send', 'request'] as const)('the data of a %s that waits for a link', (kind) => {
  it.each<[string, Protocol]>([
    ['a stringify of its own', rich],
    ['state', stateful],
  ])('keeps what a protocol with %s can write', async (_, protocol) => {
    const data = {
      big: 1n,
      at: new Date(5),
      map: new Map([['k', 1]]),
      set: new Set(['s']),
      none: undefined,
      list: [1],
    };
    const change = (): void => {
      data.big = 2n;
      data.at.setTime(6);
      data.map.set('k', 2);
      data.set.add('t');
      data.list.push(2);
    };
    expect(await sendEarly(kind, data, change, protocol)).toEqual({
      data: {
        big: 'bigint 1',
        at: 'date 5',
        map: { map: [['k', 1]] },
        set: { set: ['s'] },
        none: 'undefined',
        list: [1],
      },
    });
  });

  it.each<[string, Protocol | undefined]>([
    ['the default protocol', undefined],
    ['a stringify of its own', rich],
    ['state', stateful],
  ])('is what toJSON returned at the call, and functions are left out: %s', async (_, protocol) => {
    const draft = new Draft();
    const data = { draft, say: () => 'hello', nested: [draft] };
    const change = (): void => {
      draft.text = 'changed since';
    };
    expect(await sendEarly(kind, data, change, protocol)).toEqual({
      data: { draft: { said: 'first' }, nested: [{ said: 'first' }] },
    });
  });

  it.each<[string, unknown, Protocol]>([
    ['an object whose class the protocol knows', { price: new Money(5) }, rich],
    ['an object with toJSON beside a BigInt', { draft: new Draft(), big: 1n }, rich],
    ['the same, with a protocol that has state', { draft: new Draft(), big: 1n }, stateful],
  ])('is refused with a typed error if no copy would be sent alike: %s', async (_, data, protocol) => {
    const { error } = (await sendEarly(kind, data, () => undefined, protocol)) as { error: unknown };
    expect(error).toMatchObject({
      code: 'not-serializable',
      message: expect.stringContaining("can't be copied"),
    });
  });

  it('is accepted where a protocol writes every message in another way', async () => {
    let nonce = 0;
    const signing = createEnvelopeProtocol({
      stringify: (message) => JSON.stringify({ ...(message as object), nonce: ++nonce }),
    });
    const data = { text: 'first' };
    const change = (): void => {
      data.text = 'changed since';
    };
    expect(await sendEarly(kind, data, change, signing)).toEqual({ data: { text: 'first' } });
  });

  it('is compared by its bytes, where frames are binary', async () => {
    const bytes = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer as ArrayBuffer;
    const encode: typeof rich.encode = (message) => rich.encode(message);
    const binary: Protocol = { ...rich, name: 'binary', encode: (message) => bytes(encode(message)) };
    const { error } = (await sendEarly(kind, { price: new Money(5) }, () => undefined, binary)) as {
      error: unknown;
    };
    expect(error).toMatchObject({ code: 'not-serializable' });
  });

  describe('without structuredClone, as in React Native', () => {
    it('is a copy if JSON can hold it', async () => {
      withoutClone();
      for (const protocol of [undefined, rich, stateful]) {
        const data = { text: 'first', list: [1, { two: null }] };
        const change = (): void => {
          data.text = 'changed since';
        };
        expect(await sendEarly(kind, data, change, protocol)).toEqual({
          data: { text: 'first', list: [1, { two: null }] },
        });
      }
    });

    it.each<[string, Protocol, unknown]>([
      ['a Map', rich, { map: new Map([['k', 1]]) }],
      ['a Map, with a protocol that has state', stateful, { map: new Map([['k', 1]]) }],
      ['a BigInt', rich, { big: 1n }],
      ['a BigInt, with a protocol that has state', stateful, { big: 1n }],
      ['a Date, with a protocol that has state', stateful, { at: new Date(5) }],
    ])('is refused if JSON would change it: %s', async (_, protocol, data) => {
      withoutClone();
      const answer = await sendEarly(kind, data, () => undefined, protocol);
      expect(answer).toMatchObject({ error: { code: 'not-serializable' } });
    });
  });
});

describe('data that is sent at once', () => {
  it('is encoded once, and not copied', async () => {
    const clone = vi.spyOn(globalThis, 'structuredClone');
    onTestFinished(() => clone.mockRestore());
    const encode = vi.fn(rich.encode);
    const { server, service, config, pass } = rig({}, { protocol: { ...rich, encode }, sendQueue: {} });
    service.connect(config);
    await pass();
    expect(service.send('a', { price: new Money(5) })).toBe('sent');
    await pass();
    expect(server.received.map(({ data }) => data)).toEqual([{ price: 'money 5' }]);
    expect(encode).toHaveBeenCalledTimes(1);
    expect(clone).not.toHaveBeenCalled();
  });
});
