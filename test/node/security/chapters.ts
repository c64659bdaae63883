/** Everything in the life of a connection that could reveal a secret, chapter by chapter. */
import type { IWebSocketConfig, WebSocketErrorCode } from 'everwire/core';
import { expect, vi } from 'vitest';
import type { Life } from './life.ts';
import { CONNECTION_ID, PASSWORD, QUERY_KEY, SECRET_URL, TOKEN } from './modes.ts';
import { hello, idOf } from './stage.ts';

export interface Chapter {
  readonly title: string;
  /** The errors that must have been reported at its end: otherwise the chapter did not happen. */
  readonly codes: readonly WebSocketErrorCode[];
  /** The errors without a token, where some of it cannot happen. */
  readonly codesWithoutToken?: readonly WebSocketErrorCode[];
  readonly act: (life: Life) => Promise<void>;
}

const key = encodeURIComponent(QUERY_KEY);

/** In the order of one life: the last one ends it. */
export const chapters: readonly Chapter[] = [
  {
    title: 'handshakes are refused until it gives up, and again after a wake signal',
    codes: ['connection-failed', 'attempts-exhausted'],
    async act({ service, config, sockets, pass, look, page }) {
      service.connect({ ...config, reconnectAttempts: 2 });
      for (const attempt of [1, 2, 3]) {
        await pass(3_010);
        sockets.last.refuse();
        look(`refusal ${attempt}`);
      }
      page.fire('online');
      await pass(2_010);
      sockets.last.refuse();
      look('a refusal after waking');
    },
  },
  {
    title: 'a handshake and a token function hang',
    codes: ['connect-timeout'],
    async act({ service, config, sockets, pass, look }) {
      const impatient = { ...config, connectTimeout: 1_000 };
      service.disconnect();
      service.connect(impatient);
      await pass(1_010);
      look('the handshake timed out');
      await pass(3_000);
      sockets.last.accept();
      look('it opened, and then said nothing');
      service.disconnect();
      service.connect({ ...impatient, url: () => new Promise<string>(() => undefined) });
      await pass(1_010);
      look('the url function timed out');
      service.connect({ ...impatient, token: () => new Promise<string>(() => undefined) });
      await pass(1_010);
      look('the token function timed out');
    },
  },
  {
    title: 'nothing fails',
    codes: [],
    async act({ service, pass, look, up }) {
      const socket = await up();
      socket.say({ event: 'tick', data: 1, seq: 1 });
      service.send('say', { text: 'Hello' });
      const answer = service.request('add', [1, 2]);
      socket.say({ seq_reply: idOf(socket.sent.at(-1)), status: 'OK', data: 3 });
      expect(await answer).toBe(3);
      await pass(60_000);
      look('a minute of peace');
    },
  },
  {
    title: 'closes quote the token',
    codes: [],
    async act({ quotes, pass, look, up }) {
      for (const code of [1000, 1001, 1011, 4000, 4001, 4999]) {
        for (const quote of quotes) {
          const socket = await up();
          socket.hangUp(code, `bad ${quote}.`);
          look(`a close with ${code}`);
          await pass(10);
        }
      }
    },
  },
  {
    title: 'the server closes with a protocol error',
    codes: ['fatal-close'],
    async act({ quotes: [quote = ''], sockets, pass, look, up }) {
      const socket = await up();
      socket.hangUp(1002, quote);
      look('the first close');
      await pass(3_010);
      sockets.last.accept();
      sockets.last.hangUp(1002, quote);
      look('the second close');
    },
  },
  {
    title: 'replies quote the token',
    codes: ['request-failed'],
    async act({ service, quotes, watchRejection, pass, look, up }) {
      const socket = await up();
      for (const quote of quotes) {
        const errors: readonly unknown[] = [
          { message: `no ${quote}`, id: quote, detailed_error: `for ${quote}`, status_code: 400 },
          { message: '', list: [quote, [quote]], [quote]: quote, more: { [`x${quote}`]: { is: quote } } },
          { message: 'deep', a: { b: { c: { d: { e: { f: { g: { [quote]: quote } } } } } } } },
          { message: { text: quote }, id: [quote] },
          quote,
          [quote],
          null,
        ];
        for (const error of errors) {
          watchRejection(service.request('ask'));
          socket.say({ seq_reply: idOf(socket.sent.at(-1)), status: 'FAIL', error });
          await pass(1);
          look('a reply');
        }
        socket.say({ seq_reply: 4711, status: 'FAIL', error: { message: quote } });
        socket.say({ seq_reply: -1, status: quote, error: quote });
        look('a reply to nobody');
      }
    },
  },
  {
    title: 'the first message and the pings are refused, with the token in the error',
    codes: [],
    async act({ quotes, sockets, pass, look, up }) {
      for (const quote of quotes) {
        const refusal = { status: 'FAIL', error: { message: quote, status_code: 401 } };
        const socket = await up();
        await pass(1_010);
        for (const frame of [...socket.sent]) socket.say({ seq_reply: idOf(frame), ...refusal });
        look('every frame refused');
        await pass(10);
        sockets.last.accept();
        for (const frame of [...sockets.last.sent]) sockets.last.say({ seq_reply: idOf(frame), ...refusal });
        look('and again');
      }
    },
  },
  {
    title: 'frames are malformed or unrecognised, with the token in them',
    codes: ['malformed-frame', 'unrecognised-frame'],
    async act({ quotes, pass, look, up }) {
      for (const quote of quotes) {
        const socket = await up({ maxFrameLength: 200 });
        const frames: readonly unknown[] = [
          quote,
          `{"event": ${quote}`,
          JSON.stringify(quote),
          [quote],
          { event: '', [quote]: quote },
          { event: 'tick', seq: quote },
          { event: 'hello', data: { connection_id: { [quote]: quote } } },
          new TextEncoder().encode(quote).buffer,
          quote.padEnd(201),
          { nothing: quote },
        ];
        for (const frame of [...frames, ...frames]) {
          socket.say(frame);
          look('a bad frame');
        }
        expect(socket.fate).toBe(4002);
        await pass(10);
        look('after too many of them');
      }
    },
  },
  {
    title: 'a token function throws an error with the token in it',
    codes: ['token-failed'],
    codesWithoutToken: [],
    async act({ quotes, sockets, pass, look, up }) {
      for (const quote of quotes) {
        const failures: readonly (() => unknown)[] = [
          () => rejected(new Error(`could not renew ${quote}`)),
          () => rejected(`could not renew ${quote}`),
          () => rejected(new DOMException(`could not renew ${quote}`, 'AbortError')),
          () => rejected(Object.assign(new Error('no'), { request: { token: quote } })),
          () => rejected(new Error('no', { cause: new Error(quote) })),
          () => rejected({ token: quote }),
          () => ({ token: quote }),
          () => '',
          () => {
            throw new Error(`could not renew ${quote}`);
          },
        ];
        for (const fail of failures) {
          let asked = 0;
          const token = (): string => {
            asked += 1;
            return asked === 1 ? TOKEN : (fail() as string);
          };
          const socket = await up({ token });
          socket.hangUp(1006);
          await pass(3_010);
          look('the token function failed');
          sockets.last.refuse();
        }
      }
    },
  },
  {
    title: 'a url function throws, or returns an invalid address',
    codes: ['url-failed'],
    async act({ quotes, pass, look, up }) {
      for (const quote of quotes) {
        const failures: readonly (() => unknown)[] = [
          () => rejected(new Error(`no address for ${quote}`)),
          () => rejected(`no address for ${quote}`),
          () => rejected(new Error('no', { cause: { url: SECRET_URL } })),
          () => ({ url: SECRET_URL }),
          () => '',
          ...unusable.map((url) => () => url),
        ];
        for (const fail of failures) {
          let asked = 0;
          const url = (): string => {
            asked += 1;
            return asked === 1 ? SECRET_URL : (fail() as string);
          };
          const socket = await up({ url });
          socket.hangUp(1006);
          await pass(3_010);
          look('the url function failed');
        }
      }
    },
  },
  {
    title: 'the config is invalid',
    codes: ['invalid-config'],
    async act({ service, config, mode, look, up }) {
      for (const url of unusable) {
        await up();
        service.connect({ ...config, url });
        look(`the url ${unusable.indexOf(url)}`);
        expect(service.store.getState().reason).toBe('invalid-config');
      }
      vi.stubGlobal('location', { protocol: 'https:', host: 'app.test', hostname: 'app.test' });
      service.connect({ ...config, url: SECRET_URL.replace('wss:', 'ws:') });
      vi.unstubAllGlobals();
      look('an insecure url on a secure page');
      const wrong: readonly object[] = [
        { token: { value: TOKEN } },
        { url: [SECRET_URL] },
        { identity: [TOKEN] },
        { logger: { token: TOKEN } },
        { protocol: { name: TOKEN } },
        { auth: TOKEN },
        { secret: TOKEN },
        { auth: 'subprotocol', protocol: { ...mode.protocol, authModes: ['none'] } },
      ];
      for (const option of wrong) {
        await up();
        service.connect({ ...config, ...option } as IWebSocketConfig);
        look(`the option ${Object.keys(option)[0]}`);
      }
    },
  },
  {
    title: 'no socket can be created, and the error quotes the address',
    codes: ['invalid-config'],
    async act({ service, config, pass, look }) {
      const reasons: readonly ((address: string) => unknown)[] = [
        (address) => new SyntaxError(`Failed to construct 'WebSocket': The URL '${address}' is invalid.`),
        (address) => new DOMException(`An insecure connection to '${address}'.`, 'SecurityError'),
        (address) => new Error('no', { cause: address }),
        (address) => address,
        (address) => ({ address }),
      ];
      for (const reason of reasons) {
        class Unwilling {
          constructor(address: string, protocols: string[]) {
            throw reason(`${address} ${protocols}`);
          }
        }
        service.disconnect();
        service.connect({ ...config, WebSocket: Unwilling as never });
        await pass(10);
        look('no socket');
        expect(service.store.getState().reason).toBe('invalid-config');
      }
    },
  },
  {
    title: "the app's functions throw errors with the token in them",
    codes: ['handler-failed', 'not-serializable', 'url-failed'],
    async act({ service, config, mode, quotes, sockets, pass, look, up }) {
      for (const quote of quotes) {
        const fail = (): never => {
          throw new Error(`what is ${quote}?`);
        };
        const failLater = (): Promise<never> => rejected(new Error(`what is ${quote}?`));
        const failInText = (): never => {
          // biome-ignore lint/style/useThrowOnlyError: user code does.
          throw `what is ${quote}?`;
        };
        for (const handler of [fail, failLater, failInText]) {
          const socket = await up();
          const subscriptions = [
            service.events$.subscribe(handler),
            service.event$('tick').subscribe({ next: handler }),
            service.missed$.subscribe(handler),
          ];
          const unsubscribe = handler === failLater ? () => undefined : service.store.subscribe(handler);
          socket.say({ event: 'tick', data: 1, seq: 1 });
          await pass(10);
          look('handlers of events');
          socket.say(hello('another session'));
          await pass(10);
          look('handlers of notices');
          for (const subscription of subscriptions) subscription.unsubscribe();
          unsubscribe();
        }
        const deciding = await up({ closePolicy: fail, backoff: fail, random: fail });
        deciding.hangUp(4000, quote);
        await pass(10);
        look('options that decide');
        const failingLogger = { debug: fail, info: fail, warn: fail, error: fail };
        const logged = await up({ logger: failingLogger });
        logged.say('{');
        look('a logger');
        for (const part of ['decode', 'encode', 'target'] as const) {
          service.disconnect();
          service.connect({ ...config, protocol: { ...mode.protocol, name: part, [part]: fail } });
          await pass(10);
          sockets.last.accept();
          sockets.last.say({ event: 'tick', data: 1 });
          service.send('say', 1);
          await pass(10);
          look(`a protocol's ${part}`);
        }
        await up();
        service.send('say', { toJSON: fail });
        look('data that can not be sent');
      }
    },
  },
  {
    title: 'the link is lost and the session resumes',
    codes: [],
    async act({ service, sockets, pass, look, up }) {
      const socket = await up();
      socket.say(hello(CONNECTION_ID));
      socket.say({ event: 'tick', data: 1, seq: 1 });
      socket.hangUp(1006);
      look('the link was lost');
      await pass(3_010);
      expect(new URL(sockets.last.url).searchParams.get('connection_id')).toBe(CONNECTION_ID);
      sockets.last.accept();
      sockets.last.say({ event: 'tick', data: 1, seq: 1 });
      sockets.last.say({ event: 'tick', data: 2, seq: 2 });
      await pass(10);
      expect(service.store.getState()).toMatchObject({ connectionId: CONNECTION_ID, lastEventId: '2' });
      look('a duplicate, and the next event');
    },
  },
  {
    title: 'the token is refused repeatedly',
    codes: ['unauthorized'],
    async act({ quotes, sockets, pass, look, up }) {
      for (const quote of quotes) {
        const socket = await up();
        socket.hangUp(4401, `expired: ${quote}`);
        look('the first refusal');
        await pass(10);
        sockets.last.accept();
        sockets.last.hangUp(4401, `expired: ${quote}`);
        look('the second refusal');
        await pass(10);
        sockets.last.hangUp(4403, quote);
        look('the third refusal');
      }
    },
  },
  {
    title: 'events are missing and cannot be replayed',
    codes: [],
    async act({ service, missed, sockets, pass, look, up }) {
      const socket = await up();
      socket.say(hello(CONNECTION_ID));
      socket.say({ event: 'tick', data: 1, seq: 1 });
      const before = missed.length;
      socket.say({ event: 'tick', data: 5, seq: 5 });
      look('a gap');
      expect(socket.fate).toBe(4001);
      for (const resume of [1, 2]) {
        await pass(3_010);
        expect(new URL(sockets.last.url).searchParams.get('connection_id')).toBe(CONNECTION_ID);
        sockets.last.accept();
        sockets.last.say({ event: 'tick', data: 6, seq: 6 });
        look(`resume ${resume} brought nothing`);
      }
      await pass(3_010);
      sockets.last.accept();
      sockets.last.say(hello('a new session'));
      look('a new session');
      expect(missed.slice(before)).toMatchObject([{ reason: 'new-session' }]);
      expect(service.store.getState().connectionId).toBe('a new session');
    },
  },
  {
    title: 'the link dies without a close',
    codes: [],
    async act({ quotes: [quote = ''], sockets, pass, look, up }) {
      const socket = await up({ heartbeat: { interval: 1_000, timeout: 500 } });
      await pass(1_010);
      const ping = socket.sent.at(-1);
      socket.say({ seq_reply: idOf(ping), status: 'FAIL', error: { message: quote } });
      look('a ping was answered');
      const before = sockets.made.length;
      await pass(2_000);
      expect(socket.fate).toBe(4000);
      expect(sockets.made.length).toBeGreaterThan(before);
      look('a ping was not answered');
    },
  },
  {
    title: 'the page sleeps, wakes, goes offline, and enters the back/forward cache',
    codes: [],
    async act({ service, page, sockets, pass, look, up }) {
      const socket = await up();
      socket.say(hello(CONNECTION_ID));
      page.fire('offline');
      await pass(10);
      page.fire('online');
      page.setVisibility('hidden');
      page.setVisibility('visible');
      look('signals while connected');
      page.fire('pagehide', { persisted: true });
      look('put away');
      expect(socket.fate).toBe(1000);
      page.fire('pageshow', { persisted: true });
      await pass(10);
      sockets.last.accept();
      sockets.last.say({ event: 'tick', data: 1, seq: 1 });
      look('shown again');
      vi.setSystemTime(Date.now() + 3_600_000);
      await pass(10_000);
      look('the clock jumped');
      expect(service.isConnected()).toBe(true);
    },
  },
  {
    title: 'messages and requests are lost in transit',
    codes: ['message-dropped', 'not-serializable', 'request-aborted', 'request-timeout', 'connection-lost'],
    async act({ service, quotes: [quote = ''], watchRejection, pass, look, up }) {
      const socket = await up({ sendQueue: { limit: 1, ttl: 100 } });
      const abort = new AbortController();
      watchRejection(service.request('slow', { token: TOKEN }, { timeout: 5 }));
      watchRejection(service.request('aborted', { token: TOKEN }, { signal: abort.signal }));
      watchRejection(service.request('lost', { token: TOKEN }));
      watchRejection(service.request('too large', 'x'.repeat(9_000) + TOKEN));
      abort.abort(new Error(TOKEN));
      await pass(10);
      look('requests');
      const round: Record<string, unknown> = {};
      round[quote] = round;
      for (const data of [round, 1n, () => TOKEN, Symbol(TOKEN)]) service.send('say', data);
      look('what is no JSON');
      socket.hangUp(1006);
      await pass(1);
      look('the link was lost');
      watchRejection(service.request('down', { token: TOKEN }));
      service.send('queued', { token: TOKEN });
      service.send('queued', { token: TOKEN });
      await pass(200);
      look('a queue that was full, and then too old');
    },
  },
  {
    title: 'the user signs out and another user signs in',
    codes: [],
    async act({ service, config, mode, pass, look, up }) {
      await up({ identity: 'ann' });
      service.disconnect();
      look('disconnected');
      await up({ identity: 'ann' });
      if (mode.token !== 'none') service.connect({ ...config, identity: 'ann', token: '' });
      look('signed out');
      service.connect({
        ...config,
        identity: 'bob',
        ...(mode.token === 'none' ? {} : { token: 'bob-4711' }),
      });
      await pass(10);
      look('somebody else');
    },
  },
  {
    title: 'the service is disposed of',
    codes: ['disposed'],
    async act({ service, config, watchRejection, look, up, pass }) {
      await up();
      watchRejection(service.request('ask', { token: TOKEN }));
      service.dispose();
      await pass(10);
      look('disposed of');
      service.reconnect();
      service.connect(config);
      service.connect({ ...config, url: `ftp://user:${PASSWORD}@h.test/?key=${key}` });
      look('used all the same');
    },
  },
];

/** Each is refused with its own message, and contains its secrets where we know to look for them. */
const unusable: readonly string[] = [
  `ftp://user:${PASSWORD}@h.test/ws?key=${key}`,
  `ftp://user:${PASSWORD}@h.test/ws?key=${QUERY_KEY}`,
  `wss://user:${PASSWORD}@exa mple.test/ws?key=${key}`,
  `wss://user:${PASSWORD}@h.test:99999/ws?key=${key}`,
  `wss://user:${PASSWORD}@h.test/ws?key=${key}#top`,
  `wss://h.test/ws#${QUERY_KEY}`,
  `//user:${PASSWORD}@exa mple.test?key=${key}`,
  `http://[nope]/?key=${key}`,
  `/ws?key=${key}`,
  `?key=${key}`,
];

function rejected(reason: unknown): Promise<never> {
  return Promise.reject(reason);
}
