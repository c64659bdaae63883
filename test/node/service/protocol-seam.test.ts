/** What a protocol of one's own can express, seen through the service. In virtual time. */
import {
  createChannelNumbers,
  type Decoded,
  envelopeProtocol,
  type InboundFrame,
  type IWebSocketConfig,
  type LinkContext,
  type LinkProtocol,
  type OutgoingMessage,
  type SimpleProtocol,
  type StandardSchemaV1,
} from 'everwire/core';
import { describe, expect, it, vi } from 'vitest';
import { connectedRig, type Rig, rig } from '../../support/fake.ts';

/** The server of these tests says nothing by itself. */
const quiet = { hello: false, numbered: false, pong: false };
const fast = { reconnectDelay: 100, reconnectJitter: 0, heartbeat: false } as const;

const basics = { defaultAuth: 'none', target: ({ url }: { readonly url: string }) => ({ url }) } as const;

function event(name: string, data: unknown = null, more: object = {}): Decoded {
  return { kind: 'event', event: { event: name, data, seq: -1, ...more } };
}

/** Text frames: each line is JSON of a decoded message. */
const lines: SimpleProtocol = {
  ...basics,
  name: 'lines',
  connectedOn: 'open',
  decode: (frame) =>
    String(frame)
      .split('\n')
      .map((line): Decoded => JSON.parse(line)),
  encode: (message) => JSON.stringify(message),
};

const say = (...messages: readonly Decoded[]): string =>
  messages.map((one) => JSON.stringify(one)).join('\n');

function linkRig(protocol: IWebSocketConfig['protocol'], more: Partial<IWebSocketConfig> = {}): Promise<Rig> {
  return connectedRig(quiet, { ...fast, ...more, protocol });
}

function sent({ server }: Rig): unknown[] {
  return server.received.map(({ raw }) => (typeof raw === 'string' ? raw : new Uint8Array(raw)));
}

describe('several messages in one frame', () => {
  it('are delivered in order', async () => {
    const { server, events, pass } = await linkRig(lines);
    server.sendRaw(say(event('a', 1), event('b', 2), event('a', 3)));
    await pass();
    expect(events.map(({ event: name, data }) => `${name}${data}`)).toEqual(['a1', 'b2', 'a3']);
  });

  it('are separate: what a handler of one does comes before the next', async () => {
    const { server, service, events, pass } = await linkRig(lines);
    service.event$('a').subscribe(() => service.disconnect());
    server.sendRaw(say(event('a'), event('b')));
    await pass();
    expect(events.map(({ event: name }) => name)).toEqual(['a']);
  });

  it('stop at a gap, whose rest the resumed session brings', async () => {
    const numbered: SimpleProtocol = {
      ...envelopeProtocol,
      name: 'envelopes',
      decode: (frame) =>
        String(frame)
          .split('\n')
          .map((line) => envelopeProtocol.decode(line)),
    };
    const { server, events, missed, pass } = await connectedRig({}, { ...fast, protocol: numbered });
    server.lose(1);
    server.emit('one');
    const frame = (seq: number, name: string): string => JSON.stringify({ event: name, data: null, seq });
    server.sendRaw(`${frame(2, 'two')}\n${frame(3, 'three')}`);
    await pass(200);
    expect(events.map(({ event: name }) => name)).toEqual(['hello', 'one']);
    expect(missed).toEqual([]);
    expect(server.attempts).toBe(2);
  });

  it('settle the requests that they answer', async () => {
    const { server, service, pass } = await linkRig(lines);
    const both = Promise.all([service.request('x'), service.request('x')]);
    const reply = (id: number): Decoded => ({ kind: 'reply', id, result: { status: 'ok', data: id } });
    server.sendRaw(say(reply(2), reply(1)));
    await pass();
    expect(await both).toEqual([1, 2]);
  });

  it('are each reported if malformed, and those around it count', async () => {
    const { server, events, errors, pass } = await linkRig(lines);
    server.sendRaw(say(event('a'), { kind: 'malformed', reason: 'not-json' }, event('b')));
    await pass();
    expect(events.map(({ event: name }) => name)).toEqual(['a', 'b']);
    expect(errors.map(({ code }) => code)).toEqual(['malformed-frame']);
  });

  it('may be none', async () => {
    const { server, events, errors, pass } = await linkRig({ ...lines, name: 'none', decode: () => [] });
    server.sendRaw('x');
    await pass();
    expect([events, errors]).toEqual([[], []]);
  });
});

describe('a decode that returns nonsense is reported', () => {
  const bad: readonly (readonly [string, unknown])[] = [
    ['nothing', undefined],
    ['null', null],
    ['text', 'event'],
    ['an unknown kind', { kind: 'message', event: { event: 'a', data: 1, seq: -1 } }],
    ['an event without seq', { kind: 'event', event: { event: 'a', data: 1 } }],
    ['an event whose seq is no number', { kind: 'event', event: { event: 'a', data: 1, seq: NaN } }],
    ['an event whose seq is endless', { kind: 'event', event: { event: 'a', data: 1, seq: Infinity } }],
    ['an event whose seq is a fraction', { kind: 'event', event: { event: 'a', data: 1, seq: 1.5 } }],
    ['an event with an answer that is no frame', { ...event('a'), answer: { type: 'pong' } }],
    ['a hello with an answer that is no frame', { kind: 'hello', connectionId: null, answer: 5 }],
    ['a failed reply without words', { kind: 'reply', id: 1, result: { status: 'failed' } }],
    ['a pong without an id', { kind: 'pong' }],
    ['a notice of an unknown reason', { kind: 'missed', reason: 'lost' }],
    ['a close without a reason', { kind: 'closed', code: 4000 }],
    ['a close without a code', { kind: 'closed', reason: 'bye' }],
    ['a malformed frame without a reason', { kind: 'malformed' }],
    ['an event without a name', { kind: 'event', event: { event: '', data: 1, seq: -1 } }],
    ['no event', { kind: 'event' }],
    ['a hello without an id', { kind: 'hello' }],
    ['a reply without a result', { kind: 'reply', id: 1 }],
    ['a promise', Promise.resolve()],
    ['an answer that is a promise', { kind: 'ignored', answer: Promise.resolve('pong') }],
    ['a list with one of these in it', [event('a'), { kind: 'event' }]],
  ];
  it.each(bad)('%s', async (_, decoded) => {
    const protocol = { ...lines, name: 'nonsense', decode: () => decoded as Decoded };
    const { server, events, errors, pass } = await linkRig(protocol);
    server.sendRaw('x');
    await pass();
    expect(events).toEqual([]);
    expect(errors[0]?.message).toMatch(/^The protocol's decode threw: it returned/);
  });

  it('and the link goes on', async () => {
    const decode = (frame: InboundFrame) =>
      frame === 'bye' ? ({ kind: 'closed', code: 4000 } as Decoded) : event(String(frame));
    const { server, events, pass } = await linkRig({ ...lines, name: 'nonsense', decode });
    server.sendRaw('bye');
    server.sendRaw('a');
    await pass();
    expect(events.map(({ event: name }) => name)).toEqual(['a']);
  });

  it('also what is passed to receive', async () => {
    const { errors } = await linkRig({
      ...basics,
      name: 'receives nonsense',
      connectedOn: 'open',
      open({ receive }) {
        receive({ kind: 'hello' } as Decoded);
        return lines;
      },
    });
    expect(errors[0]?.message).toMatch(/^The protocol's receive threw: it returned no message/);
  });
});

/** Its server asks a question first, whose answer takes a while. */
function challengeProtocol(log: string[] = []): LinkProtocol {
  return {
    ...basics,
    name: 'challenge',
    connectedOn: 'hello',
    open({ token, send, signal, receive }) {
      log.push(`open ${token}`);
      signal.addEventListener('abort', () => log.push('over'));
      const prove = async (nonce: string): Promise<void> => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        send(`proof ${nonce} ${token}`);
        if (nonce === 'none') receive({ kind: 'hello', connectionId: null });
      };
      return {
        decode(frame) {
          const [word, rest = ''] = String(frame).split(' ');
          switch (word) {
            case 'challenge':
              void prove(rest);
              return { kind: 'ignored' };
            case 'ready':
              return { kind: 'hello', connectionId: null };
            case 'bye':
              return { kind: 'closed', code: Number(rest), reason: 'in words' };
            default:
              return event(String(word));
          }
        },
        encode: ({ event: name }) => name,
      };
    },
  };
}

describe('a handshake of several steps', () => {
  it('comes before connected, and before anything of the app', async () => {
    const one = rig(quiet, { ...fast, auth: 'message', token: 'tok', protocol: challengeProtocol() });
    const { server, service, config, statuses, pass } = one;
    service.connect(config);
    await pass();
    server.sendRaw('challenge n1');
    server.sendRaw('early');
    await pass(100);
    expect(statuses).toEqual(['disconnected', 'connecting']);
    expect(service.send('first')).toBe('refused');
    expect(sent(one)).toEqual(['proof n1 tok']);
    server.sendRaw('ready');
    await pass();
    expect(statuses).toEqual(['disconnected', 'connecting', 'connected']);
    expect(service.send('first')).toBe('sent');
  });

  it('may end without a frame: the protocol says so', async () => {
    const { server, statuses, pass } = await linkRig(challengeProtocol());
    server.sendRaw('challenge none');
    await pass(100);
    expect(statuses.at(-1)).toBe('connected');
  });

  it('fails after connectTimeout if it does not end, and is tried again', async () => {
    const log: string[] = [];
    const one = await linkRig(challengeProtocol(log), { connectTimeout: 1_000 });
    one.server.sendRaw('early');
    await one.pass(1_200);
    expect(one.errors.map(({ code }) => code)).toEqual(['connect-timeout']);
    expect(log).toEqual(['open undefined', 'over', 'open undefined']);
    one.server.sendRaw('ready');
    await one.pass();
    expect(one.statuses.at(-1)).toBe('connected');
  });

  it('sends nothing after the link is over', async () => {
    const one = await linkRig(challengeProtocol());
    one.server.sendRaw('challenge n1');
    await one.pass(20);
    one.server.drop();
    await one.pass(500);
    expect(sent(one)).toEqual([]);
    expect(one.errors.filter(({ code }) => code === 'handler-failed')).toEqual([]);
  });

  it('reports an open that throws or returns nonsense, and tries again', async () => {
    for (const open of [
      () => {
        throw new Error('no');
      },
      () => ({}),
    ]) {
      const protocol = { ...challengeProtocol(), open } as unknown as LinkProtocol;
      const { server, errors, pass, service } = await linkRig(protocol, { heartbeat: { expect: 60_000 } });
      expect(errors[0]?.message).toMatch(/^The protocol's open threw: /);
      await pass(150);
      expect(server.attempts).toBe(2);
      service.dispose();
      server.dispose();
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it('lets the close policy judge how the server ends the link in its own words', async () => {
    const one = await linkRig(challengeProtocol());
    one.server.sendRaw('bye 4403');
    await one.pass();
    expect(one.service.store.getState()).toMatchObject({
      reason: 'unauthorized',
      lastClose: { code: 4403, reason: 'in words' },
    });
  });
});

describe('what encode is told', () => {
  it('tells send, request and stream apart', async () => {
    const one = await linkRig(lines);
    one.service.send('a', 1);
    void one.service.request('b').catch(() => undefined);
    void one.service
      .stream('c')
      .next()
      .catch(() => undefined);
    await one.pass();
    const kinds = sent(one).map((raw) => (JSON.parse(String(raw)) as OutgoingMessage).kind);
    expect(kinds).toEqual(['send', 'request', 'stream']);
  });

  it('may return several frames, which go out together', async () => {
    const one = await linkRig({ ...lines, name: 'two', encode: () => ['text', new Uint8Array([1, 2])] });
    expect(one.service.send('a')).toBe('sent');
    await one.pass();
    expect(sent(one)).toEqual(['text', new Uint8Array([1, 2])]);
  });

  it('is not called for a message that has to wait, where the protocol keeps state', async () => {
    const ids: number[] = [];
    const protocol: LinkProtocol = {
      ...challengeProtocol(),
      open: (link) => ({
        ...challengeProtocol().open(link),
        encode({ id, event: name, data }) {
          ids.push(id);
          return `${name} ${JSON.stringify(data)}`;
        },
      }),
    };
    const one = await linkRig(protocol, { sendQueue: {} });
    const data = { n: 1 };
    expect(one.service.send('a', data)).toBe('queued');
    data.n = 2;
    one.server.sendRaw('ready');
    await one.pass();
    expect([sent(one), ids]).toEqual([['a {"n":1}'], [1]]);
  });
});

describe('ids', () => {
  it('may be text in a reply', async () => {
    const one = await linkRig(lines);
    const reply = one.service.request('a');
    one.server.sendRaw(say({ kind: 'reply', id: '1', result: { status: 'ok', data: 'yes' } }));
    await one.pass();
    expect(await reply).toBe('yes');
  });
});

describe('a request that is given up', () => {
  const cancelling: SimpleProtocol = {
    ...lines,
    name: 'cancelling',
    cancel: ({ kind, id }, nextId) => (kind === 'request' ? `cancel ${id} as ${nextId()}` : undefined),
  };

  it('is cancelled at the server, if the protocol has words for it', async () => {
    const one = await linkRig(cancelling);
    const controller = new AbortController();
    const aborted = one.service.request('a', {}, { signal: controller.signal }).catch(({ code }) => code);
    const late = one.service.request('b', {}, { timeout: 50 }).catch(({ code }) => code);
    controller.abort();
    await one.pass(60);
    expect(await Promise.all([aborted, late])).toEqual(['request-aborted', 'request-timeout']);
    expect(sent(one).slice(2)).toEqual(['cancel 1 as 3', 'cancel 2 as 4']);
  });

  it('is not cancelled once it was answered', async () => {
    const one = await linkRig(cancelling);
    const controller = new AbortController();
    const reply = one.service.request('a', {}, { signal: controller.signal });
    one.server.sendRaw(say({ kind: 'reply', id: 1, result: { status: 'ok', data: 1 } }));
    await one.pass();
    await reply;
    controller.abort();
    await one.pass();
    expect(sent(one)).toHaveLength(1);
  });

  it('says nothing in the envelope', async () => {
    const one = await connectedRig();
    void one.service.request('a', {}, { timeout: 50 }).catch(() => undefined);
    await one.pass(60);
    one.service.send('b');
    await one.pass();
    expect(sent(one)).toEqual(['{"event":"a","data":{},"seq":1}', '{"event":"b","seq":2}']);
  });
});

describe('a cursor of the protocol', () => {
  const log: SimpleProtocol = {
    ...lines,
    name: 'log',
    connectedOn: 'hello',
    target: ({ url, resume }) => ({ url: resume?.position ? `${url}?after=${resume.position}` : url }),
  };
  const hello = (id: string | null, more: object = {}): string =>
    say({ kind: 'hello', connectionId: id, ...more });

  it.each([['an-id'], [null]])('is asked for again, and nothing was missed (session %s)', async (id) => {
    const { server, service, events, missed, pass } = await linkRig(log);
    server.sendRaw(hello(id));
    server.sendRaw(say(event('a', 1, { position: '1700-1' }), event('a', 2, { position: '1700-2' })));
    await pass();
    server.drop();
    await pass(200);
    expect(server.handshakes.at(-1)?.url).toMatch(/after=1700-2$/);
    server.sendRaw(hello(id, { resumed: true }));
    server.sendRaw(say(event('a', 3, { position: '1700-3' })));
    await pass();
    expect(events.map(({ data }) => data)).toEqual([1, 2, 3]);
    expect(missed).toEqual([]);
    service.disconnect();
    service.reconnect();
    await pass();
    expect(server.handshakes.at(-1)?.url).not.toContain('after');
  });

  it.each([['an-id'], [null]])('is not trusted where the server does not say so (session %s)', async (id) => {
    const { server, missed, pass } = await linkRig(log);
    server.sendRaw(hello(id));
    server.sendRaw(say(event('a', 1, { position: '1' })));
    await pass();
    server.drop();
    await pass(200);
    server.sendRaw(hello(id));
    await pass();
    expect(missed.map(({ reason }) => reason)).toEqual(['unknown']);
  });

  it('is carried by replies and pongs too', async () => {
    const { server, pass } = await linkRig(log);
    server.sendRaw(hello('x'));
    server.sendRaw(say({ kind: 'pong', id: null, position: '8' }));
    server.sendRaw(say({ kind: 'reply', id: 99, result: { status: 'ok', data: 1 }, position: '9' }));
    await pass();
    server.drop();
    await pass(200);
    expect(server.handshakes.at(-1)?.url).toMatch(/after=9$/);
  });

  it('is given up when resuming from it brings nothing, again and again', async () => {
    const { server, missed, pass } = await linkRig(log, { minUptime: 0 });
    server.sendRaw(hello('x'));
    server.sendRaw(say(event('a', 1, { position: '1' })));
    await pass();
    server.close(4000);
    for (let link = 0; link < 2; link += 1) {
      await pass(200);
      expect(server.handshakes.at(-1)?.url).toContain('after=1');
      server.sendRaw(hello('x', { resumed: true }));
      await pass();
      server.close(4000);
    }
    await pass(200);
    expect(server.handshakes.at(-1)?.url).not.toContain('after');
    server.sendRaw(hello('x'));
    await pass();
    expect(missed.map(({ reason }) => reason)).toEqual(['new-session']);
  });
});

/** Accepts everything, a moment later. */
const okLater: StandardSchemaV1 = {
  '~standard': { version: 1, vendor: 'test', validate: async (value) => ({ value }) },
};

describe('numbers for each channel', () => {
  const books = {
    ...basics,
    name: 'books',
    connectedOn: 'open',
    open() {
      const numbers = createChannelNumbers();
      return {
        decode(frame: InboundFrame) {
          const [channel = '', seq = ''] = String(frame).split(' ');
          return numbers.check({ event: 'trade', data: frame, seq: Number(seq), channel });
        },
        encode: () => '',
      };
    },
  } as const;

  it('show the gaps of a channel, and nothing of the others', async () => {
    const { server, events, missed, pass } = await linkRig(books);
    for (const frame of ['btc 1', 'btc 2', 'eth 1', 'btc 2', 'btc 5', 'eth 2']) server.sendRaw(frame);
    await pass();
    expect(events.map(({ data }) => data)).toEqual(['btc 1', 'btc 2', 'eth 1', 'btc 5', 'eth 2']);
    expect(missed).toEqual([
      {
        reason: 'gap',
        channel: 'btc',
        expected: 3,
        received: 5,
        count: 2,
        previousConnectionId: null,
        connectionId: null,
      },
    ]);
  });

  it.each([undefined, { trade: okLater }])(
    'are not the last event id of the session (%o)',
    async (schemas) => {
      const { server, service, events, pass } = await linkRig(books, { schemas });
      for (const frame of ['btc 7', 'btc 8']) server.sendRaw(frame);
      await pass(100);
      expect(events).toHaveLength(2);
      expect(service.store.getState().lastEventId).toBeNull();
      expect(service.store.getState().lastEvents.get('trade')).toMatchObject({ seq: 8 });
    },
  );

  it('begin again on another link, after one notice for all of them', async () => {
    const { server, events, missed, pass } = await linkRig(books);
    server.sendRaw('btc 7');
    await pass();
    server.drop();
    await pass(200);
    server.sendRaw('btc 1');
    await pass();
    expect(events.map(({ data }) => data)).toEqual(['btc 7', 'btc 1']);
    expect(missed.map(({ reason }) => reason)).toEqual(['unknown']);
  });
});

describe('a server that promises to send something', () => {
  const promising = (withinMs: number): LinkProtocol => ({
    ...challengeProtocol(),
    connectedOn: 'open',
    open(link: LinkContext) {
      link.expectFrames(withinMs);
      return challengeProtocol().open(link);
    },
  });

  it('and stays silent is left', async () => {
    const { server, statuses, pass } = await linkRig(promising(1_000));
    server.freeze();
    await pass(990);
    expect(statuses.at(-1)).toBe('connected');
    await pass(280);
    expect(statuses).toContain('reconnecting');
    expect(server.attempts).toBe(2);
  });

  it('and keeps its promise is kept', async () => {
    const { server, statuses, pass } = await linkRig(promising(1_000));
    for (let second = 0; second < 20; second += 1) {
      server.sendRaw('beat');
      await pass(900);
    }
    expect(statuses).toEqual(['disconnected', 'connecting', 'connected']);
  });

  it.each([[Number.POSITIVE_INFINITY], [0], [Number.NaN]])('for %s ms promises nothing', async (ms) => {
    const { statuses, pass } = await linkRig(promising(ms));
    await pass(100_000);
    expect(statuses).toEqual(['disconnected', 'connecting', 'connected']);
  });
});

describe('what a protocol remembers', () => {
  const remembering: LinkProtocol = {
    ...challengeProtocol(),
    connectedOn: 'open',
    open({ send, remember }) {
      const topics = remember('topics', () => new Set<string>());
      for (const topic of topics) send(`again ${topic}`);
      return {
        decode: () => ({ kind: 'ignored' }),
        encode({ event: name }) {
          topics.add(name);
          return name;
        },
      };
    },
  };

  it('outlives the link, and ends with the session', async () => {
    const one = await linkRig(remembering);
    one.service.send('t1');
    await one.pass();
    one.server.drop();
    await one.pass(200);
    expect(sent(one)).toEqual(['t1', 'again t1']);
    one.service.connect({ ...one.config, url: `${one.config.url}?other` });
    await one.pass();
    expect(sent(one)).toEqual(['t1', 'again t1']);
  });

  it('belongs to one service, though several share the protocol', async () => {
    const one = await linkRig(remembering);
    const other = await linkRig(remembering);
    one.service.send('t1');
    await other.pass();
    other.server.drop();
    await other.pass(200);
    expect(sent(other)).toEqual([]);
  });
});

describe('bytes', () => {
  it('go out as the view that encode returned, not as its whole buffer', async () => {
    const pool = new Uint8Array(64).fill(9);
    pool.set([1, 2, 3], 8);
    const one = await linkRig({ ...lines, name: 'bytes', encode: () => pool.subarray(8, 11) });
    one.service.send('a');
    await one.pass();
    expect(sent(one)).toEqual([new Uint8Array([1, 2, 3])]);
  });

  it('that are queued are those that were given', async () => {
    const encode = ({ data }: OutgoingMessage): Uint8Array => data as Uint8Array;
    const one = rig(quiet, { ...fast, sendQueue: {}, protocol: { ...lines, name: 'bytes', encode } });
    one.service.connect(one.config);
    const data = new Uint8Array([1, 2]);
    expect(one.service.send('a', data)).toBe('queued');
    data.fill(0);
    await one.pass();
    expect(sent(one)).toEqual([new Uint8Array([1, 2])]);
  });
});

describe('a protocol that is created again while it is in use', () => {
  /** State in a closure, as a simple protocol should not have it. */
  const create = (): SimpleProtocol => {
    const known = new Set<string>();
    return {
      ...lines,
      name: 'stateful',
      encode({ event: name }) {
        known.add(name);
        return name;
      },
      decode: (frame) => (known.has(String(frame)) ? event(String(frame)) : { kind: 'ignored' }),
    };
  };

  it('does not take the link from the first one, and is reported once', async () => {
    const { server, service, config, events, errors, pass } = await linkRig(create());
    service.send('a');
    for (const protocol of [create(), create()]) service.connect({ ...config, protocol });
    await pass();
    server.sendRaw('a');
    await pass();
    expect(events.map(({ event: name }) => name)).toEqual(['a']);
    expect(errors.map(({ code, details }) => [code, details['protocol']])).toEqual([
      ['invalid-config', 'stateful'],
    ]);
    expect(service.store.getState().status).toBe('connected');
  });

  it('is not reported if its state is made for each link, or it has none', async () => {
    const one = await linkRig(challengeProtocol());
    one.service.connect({ ...one.config, protocol: challengeProtocol() });
    const other = await linkRig(lines);
    other.service.connect({ ...other.config, protocol: { ...lines } });
    await other.pass();
    expect([one.errors, other.errors]).toEqual([[], []]);
  });
});
