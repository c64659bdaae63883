/**
 * The in-page socket behaves like the browser's own, case by case. Each case runs with the native class against a real
 * server, and with the fake; the results must be equal.
 */

import { createFakeServer } from 'everwire/testing';
import { afterAll, describe, expect, inject, it } from 'vitest';

// The real server of these tests echoes; so does the fake.
const server = createFakeServer({ hello: false });
server.onMessage(({ connectionId, raw }) => {
  server.connections.find((connection) => connection.connectionId === connectionId)?.sendRaw(raw);
});
afterAll(() => server.dispose());

interface Side {
  readonly WebSocket: typeof globalThis.WebSocket;
  readonly url: string;
  /** An address where nothing listens. */
  readonly deadUrl: string;
}

const native: Side = {
  WebSocket: globalThis.WebSocket,
  url: `${inject('wsServerUrl')}/ws`,
  deadUrl: 'ws://127.0.0.1:9/ws',
};
const fake: Side = { WebSocket: server.WebSocket, url: server.url, deadUrl: 'ws://nobody.everwire.test/ws' };

function same(name: string, run: (side: Side) => unknown): void {
  it(name, async () => {
    const expected = await run(native);
    expect(await run(fake)).toEqual(expected);
    // A case without any visible effect proves nothing.
    expect(expected).toBeDefined();
  });
}

function thrown(act: () => unknown): string {
  try {
    act();
    return 'nothing';
  } catch (error) {
    return error instanceof DOMException ? `DOMException ${error.name}` : String(error);
  }
}

function on<K extends keyof WebSocketEventMap>(socket: WebSocket, type: K): Promise<WebSocketEventMap[K]> {
  return new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
}

async function opened(side: Side): Promise<WebSocket> {
  const socket = new side.WebSocket(side.url);
  await on(socket, 'open');
  return socket;
}

function record(socket: WebSocket): string[] {
  const log: string[] = [];
  for (const type of ['open', 'message', 'error', 'close'] as const) {
    socket.addEventListener(type, (event) => log.push(`${event.type} in ${socket.readyState}`));
  }
  return log;
}

async function closeFacts(socket: WebSocket): Promise<object> {
  const { code, reason, wasClean } = await on(socket, 'close');
  return { code, reason, wasClean };
}

describe('the constructor', () => {
  for (const url of [
    '',
    'nope nope://',
    'ftp://a.test/',
    'ws://a b/',
    'ws://a.test/#part',
    'ws://a.test/#',
    'mailto:a@b.test',
  ]) {
    same(`throws alike for the address ${JSON.stringify(url)}`, (side) => {
      let socket: WebSocket | undefined;
      const result = thrown(() => {
        socket = new side.WebSocket(url);
      });
      socket?.close();
      return result;
    });
  }

  for (const url of [
    'http://a.test/x',
    'https://A.test',
    '/relative?q=ä',
    'ws://a.test:80',
    'wss://a.test:443/%41',
  ]) {
    same(`makes the same of the address ${url}`, (side) => {
      const socket = new side.WebSocket(url);
      socket.close();
      return socket.url;
    });
  }

  for (const protocols of [
    '',
    'a b',
    'a,b',
    'a/b',
    'a"b',
    '{a}',
    'é',
    ['a', 'a'],
    ['a', 'A'],
    ['a', ''],
    [],
    "!#$%&'*+-.^_`|~9Z",
  ]) {
    same(`treats the subprotocols ${JSON.stringify(protocols)} alike`, (side) => {
      let socket: WebSocket | undefined;
      const result = thrown(() => {
        socket = new side.WebSocket(side.deadUrl, protocols);
      });
      socket?.close();
      return result;
    });
  }

  same('begins with the same state', (side) => {
    const socket = new side.WebSocket(side.url);
    const {
      readyState,
      bufferedAmount,
      extensions,
      protocol,
      binaryType,
      onopen,
      onmessage,
      onerror,
      onclose,
    } = socket;
    const constants = [socket.CONNECTING, socket.OPEN, socket.CLOSING, socket.CLOSED];
    const { CONNECTING, OPEN, CLOSING, CLOSED } = side.WebSocket;
    socket.close();
    return {
      ...{
        readyState,
        bufferedAmount,
        extensions,
        protocol,
        binaryType,
        onopen,
        onmessage,
        onerror,
        onclose,
      },
      ...{ constants, statics: [CONNECTING, OPEN, CLOSING, CLOSED], target: socket instanceof EventTarget },
    };
  });

  same('tells of a refused connection alike', async (side) => {
    const socket = new side.WebSocket(side.deadUrl);
    const log = record(socket);
    return [await closeFacts(socket), log];
  });
});

describe('close()', () => {
  for (const code of [
    0,
    -1,
    999,
    1000,
    1000.4,
    1000.5,
    1001,
    1005,
    1006,
    1015,
    2999,
    3000,
    4999,
    4999.5,
    5000,
    66_536,
    Number.NaN,
  ]) {
    same(`treats the code ${code} alike`, async (side) => {
      const socket = await opened(side);
      const log = record(socket);
      const result = thrown(() => socket.close(code));
      const { readyState } = socket;
      if (result !== 'nothing') socket.close();
      return [result, readyState, await closeFacts(socket), log];
    });
  }

  for (const reason of ['x'.repeat(123), 'x'.repeat(124), 'ä'.repeat(61), 'ä'.repeat(62), 'a\ud800', '']) {
    same(
      `treats a reason of ${reason.length} × ${JSON.stringify(reason.slice(0, 2))} alike`,
      async (side) => {
        const socket = await opened(side);
        const result = thrown(() => socket.close(4000, reason));
        if (result !== 'nothing') socket.close();
        return [result, await closeFacts(socket)];
      },
    );
  }

  same('without a code', async (side) => {
    const socket = await opened(side);
    socket.close();
    return closeFacts(socket);
  });

  for (const given of [
    [undefined],
    [undefined, undefined],
    [undefined, ''],
    [undefined, 'why'],
    [null],
    ['4000'],
    [4000, null],
    [4000, undefined],
  ]) {
    same(`treats the arguments ${given.map(String).join(', ')} alike`, async (side) => {
      const socket = await opened(side);
      const result = thrown(() => Reflect.apply(socket.close, socket, given));
      if (result !== 'nothing') socket.close();
      return [result, await closeFacts(socket)];
    });
  }

  same('checks the code before the reason', async (side) => {
    const socket = await opened(side);
    const result = thrown(() => socket.close(1001, 'x'.repeat(200)));
    socket.close();
    await on(socket, 'close');
    return [result, thrown(() => socket.close(1001)), thrown(() => socket.close(1000, 'x'.repeat(124)))];
  });

  same('in CONNECTING', async (side) => {
    const socket = new side.WebSocket(side.url);
    const log = record(socket);
    const result = [
      thrown(() => socket.close(1001)),
      socket.readyState,
      thrown(() => socket.close(1000, 'x')),
    ];
    const before = [socket.readyState, log.length];
    return [result, before, await closeFacts(socket), log];
  });

  same('twice: the first one counts', async (side) => {
    const socket = await opened(side);
    socket.close(4001, 'one');
    socket.close(4002, 'two');
    return closeFacts(socket);
  });

  same('lets no message through any more', async (side) => {
    const socket = await opened(side);
    const log = record(socket);
    socket.send('echo');
    socket.close();
    await on(socket, 'close');
    return log;
  });
});

describe('send()', () => {
  same('throws in CONNECTING', async (side) => {
    const socket = new side.WebSocket(side.url);
    const result = [thrown(() => socket.send('x')), socket.bufferedAmount];
    await on(socket, 'open');
    socket.close();
    return result;
  });

  same('counts up bufferedAmount, and it drains', async (side) => {
    const socket = await opened(side);
    socket.send('ä€');
    socket.send(new Uint8Array(10));
    socket.send(new Blob(['abc']));
    const counted = socket.bufferedAmount;
    let echoes = 0;
    socket.addEventListener('message', () => {
      echoes += 1;
    });
    await expect.poll(() => echoes).toBe(3);
    await expect.poll(() => socket.bufferedAmount).toBe(0);
    socket.close();
    return counted;
  });

  same('in CLOSING and CLOSED discards, and counts up for good', async (side) => {
    const socket = await opened(side);
    socket.close();
    socket.send('abc');
    const closing = socket.bufferedAmount;
    await on(socket, 'close');
    const result = thrown(() => socket.send(new Uint8Array(4)));
    return [closing, result, socket.bufferedAmount];
  });

  same('keeps the order of text, bytes and Blobs', async (side) => {
    const socket = await opened(side);
    socket.binaryType = 'arraybuffer';
    const seen: string[] = [];
    const done = new Promise<void>((resolve) => {
      socket.addEventListener('message', ({ data }) => {
        seen.push(typeof data === 'string' ? data : `bytes ${new Uint8Array(data).join()}`);
        if (seen.length === 6) resolve();
      });
    });
    const bytes = new Uint8Array([1, 2, 3, 4]);
    socket.send(new Blob(['first']));
    socket.send('second');
    socket.send(bytes.subarray(1, 3));
    socket.send(bytes.buffer);
    bytes.fill(0);
    socket.send('a\ud800b');
    socket.send(42 as unknown as string);
    await done;
    socket.close();
    return seen;
  });
});

describe('messages', () => {
  same('bring text as a string, bytes as binaryType says', async (side) => {
    const socket = await opened(side);
    const seen: unknown[] = [];
    for (const [type, data] of [
      ['blob', 'text'],
      ['blob', new Uint8Array([1, 2])],
      ['arraybuffer', new Uint8Array([3])],
    ] as const) {
      socket.binaryType = type;
      socket.send(data);
      const event = await on(socket, 'message');
      const content = event.data instanceof Blob ? await event.data.arrayBuffer() : event.data;
      seen.push(
        event.data.constructor.name,
        typeof content === 'string' ? content : [...new Uint8Array(content)],
      );
      seen.push(
        event.origin === new URL(side.url).origin,
        event instanceof MessageEvent,
        event.lastEventId,
        event.source,
      );
    }
    socket.binaryType = 'nonsense' as BinaryType;
    seen.push(socket.binaryType);
    socket.close();
    seen.push((await on(socket, 'close')) instanceof CloseEvent);
    return seen;
  });

  same('go to on-properties and listeners in the order in which they were first set', async (side) => {
    const socket = new side.WebSocket(side.url);
    const order: string[] = [];
    socket.addEventListener('open', () => order.push('first'));
    socket.onopen = () => order.push('replaced');
    socket.addEventListener('open', () => order.push('last'));
    socket.onopen = function (this: WebSocket) {
      order.push(`handler ${this === socket}`);
    };
    await on(socket, 'open');
    socket.onopen = null;
    order.push(String(socket.onopen));
    socket.close();
    return order;
  });

  same('are kept away from a handler that was set to null and set again later', async (side) => {
    const socket = new side.WebSocket(side.url);
    const order: string[] = [];
    socket.onopen = () => order.push('handler');
    socket.onopen = null;
    socket.addEventListener('open', () => order.push('listener'));
    socket.onopen = () => order.push('handler again');
    await on(socket, 'open');
    socket.close();
    return order;
  });
});
