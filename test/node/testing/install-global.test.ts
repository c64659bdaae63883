/**
 * `installGlobal` replaces the global class, and uninstalling restores everything. Here in Node, without a page; in a
 * page: test/react/testing/install-global.test.tsx, test/browser/testing.
 */

import { createWebSocketService } from 'everwire/core';
import { createFakeServer, type FakeServerOptions } from 'everwire/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { untilState } from '../../support/service.ts';

/** The class that Node brings, if any: each test sets its own starting point. */
const ofNode = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');

beforeEach(() => {
  Reflect.deleteProperty(globalThis, 'WebSocket');
});

afterEach(() => {
  Reflect.deleteProperty(globalThis, 'WebSocket');
  if (ofNode !== undefined) Object.defineProperty(globalThis, 'WebSocket', ofNode);
});

/** The global property, as the platform sees it; undefined: none. */
function descriptor(): PropertyDescriptor | undefined {
  return Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
}

/** A third-party class. */
class Other extends EventTarget {
  readonly url: string;
  constructor(url: string | URL) {
    super();
    this.url = String(url);
  }
}

function putThere(Class: unknown): void {
  Object.defineProperty(globalThis, 'WebSocket', { configurable: true, writable: true, value: Class });
}

function serverAt(name: string, options: FakeServerOptions = {}) {
  const server = createFakeServer({ url: `ws://${name}.test/ws`, ...options });
  onTestFinished(() => server.dispose());
  return server;
}

/** How the handshake of a socket of the global class ends. */
function outcome(url: string): Promise<string> {
  const socket = new WebSocket(url);
  return new Promise((resolve) => {
    socket.onopen = () => resolve('open');
    socket.onclose = ({ code }) => resolve(`closed ${code}`);
  });
}

describe('installGlobal() where there is no WebSocket', () => {
  it('patches nothing until it is called', () => {
    const server = serverAt('one');
    expect(server.WebSocket).toBeTypeOf('function');
    expect('WebSocket' in globalThis).toBe(false);
  });

  it('connects an app that uses the global class', async () => {
    const server = serverAt('one');
    server.installGlobal();
    const service = createWebSocketService();
    onTestFinished(() => service.dispose());
    service.connect({ url: server.url });
    await server.connected();
    await untilState(service, ({ status }) => status === 'connected');
    expect(server.socketsConstructed).toBe(1);
  });

  it('leaves nothing behind, even if it is removed twice', () => {
    const uninstall = serverAt('one').installGlobal();
    expect('WebSocket' in globalThis).toBe(true);
    uninstall();
    expect('WebSocket' in globalThis).toBe(false);
    putThere(Other);
    uninstall();
    expect(WebSocket).toBe(Other);
  });

  it('has the constants and the prototype of a WebSocket class', async () => {
    const server = serverAt('one');
    server.installGlobal();
    expect([WebSocket.CONNECTING, WebSocket.OPEN, WebSocket.CLOSING, WebSocket.CLOSED]).toEqual([0, 1, 2, 3]);
    const socket = new WebSocket(server.url);
    expect(socket).toBeInstanceOf(WebSocket);
    expect(socket).toBeInstanceOf(server.WebSocket);
    class Counted extends WebSocket {
      readonly counted = 'yes';
    }
    const counted = new Counted(server.url, ['everwire']);
    await new Promise((resolve) => counted.addEventListener('open', resolve));
    expect(counted).toBeInstanceOf(Counted);
    expect(counted).toMatchObject({ counted: 'yes', protocol: 'everwire' });
  });

  it('refuses other addresses, because there is no class to pass them to', async () => {
    const server = serverAt('one');
    server.installGlobal();
    expect(await outcome('ws://elsewhere.test/')).toBe('closed 1006');
    expect(server.handshakes.at(-1)?.outcome).toBe('wrong-address');
    expect(() => new WebSocket('ws://a b/')).toThrow(DOMException);
  });
});

describe('installGlobal() where there is a WebSocket', () => {
  beforeEach(() => putThere(Other));

  it('leaves sockets to other addresses to the class that was there', () => {
    const server = serverAt('one');
    server.installGlobal();
    for (const url of ['ws://localhost:5173/?token=hmr', 'ws://one.test/other', 'wss://one.test/ws']) {
      expect(new WebSocket(url)).toBeInstanceOf(Other);
    }
    expect(new WebSocket(`${server.url}?token=a`)).toBeInstanceOf(server.WebSocket);
    expect(new WebSocket(new URL(server.url))).toBeInstanceOf(server.WebSocket);
    expect(server.socketsConstructed).toBe(2);
  });

  it('restores the same property', () => {
    const before = descriptor();
    const uninstall = serverAt('one').installGlobal();
    expect(descriptor()).not.toEqual(before);
    uninstall();
    uninstall();
    expect(descriptor()).toEqual(before);
  });

  it('restores an accessor as an accessor', () => {
    const get = () => Other;
    Object.defineProperty(globalThis, 'WebSocket', { configurable: true, get });
    serverAt('one').installGlobal()();
    expect(descriptor()).toMatchObject({ get });
  });

  it('is removed by dispose(), and does not return', () => {
    const server = serverAt('one');
    server.installGlobal();
    server.dispose();
    expect(WebSocket).toBe(Other);
    expect(() => server.installGlobal()).toThrow(expect.objectContaining({ code: 'disposed' }));
    expect(WebSocket).toBe(Other);
  });

  it('passes all addresses on after removal, for code that kept the class', () => {
    const server = serverAt('one');
    const uninstall = server.installGlobal();
    const Kept = WebSocket;
    uninstall();
    expect(new Kept(server.url)).toBeInstanceOf(Other);
  });
});

describe('installGlobal() of several servers', () => {
  const orders = [
    ['one', 'two', 'three'],
    ['one', 'three', 'two'],
    ['two', 'one', 'three'],
    ['two', 'three', 'one'],
    ['three', 'one', 'two'],
    ['three', 'two', 'one'],
  ];

  it.each(orders)('each has its own address, in any order of removal: %s, %s, %s', (...order) => {
    putThere(Other);
    const before = descriptor();
    const names = ['one', 'two', 'three'];
    const servers = new Map(names.map((name) => [name, serverAt(name)]));
    const uninstalls = new Map([...servers].map(([name, server]) => [name, server.installGlobal()]));
    const there = new Set(names);
    const whose = (name: string): string => {
      const socket = new WebSocket(`ws://${name}.test/ws`);
      if (socket instanceof Other) return 'other';
      return names.find((known) => socket instanceof (servers.get(known)?.WebSocket ?? Date)) ?? 'nobody';
    };
    for (const name of order) {
      expect(names.map(whose)).toEqual(names.map((known) => (there.has(known) ? known : 'other')));
      uninstalls.get(name)?.();
      there.delete(name);
    }
    expect(descriptor()).toEqual(before);
  });

  it('one server may be installed twice', () => {
    const server = serverAt('one');
    const [first, second] = [server.installGlobal(), server.installGlobal()];
    first();
    expect(new WebSocket(server.url)).toBeInstanceOf(server.WebSocket);
    second();
    expect('WebSocket' in globalThis).toBe(false);
  });
});

describe('installGlobal() after the global class was replaced', () => {
  it('throws, keeps the other class, and can be called again', () => {
    const uninstall = serverAt('one').installGlobal();
    const fake = descriptor() ?? {};
    putThere(Other);
    for (const _attempt of [1, 2]) {
      expect(uninstall).toThrow(
        expect.objectContaining({ name: 'FakeServerError', code: 'global-replaced' }),
      );
      expect(WebSocket).toBe(Other);
    }
    Object.defineProperty(globalThis, 'WebSocket', fake);
    uninstall();
    expect('WebSocket' in globalThis).toBe(false);
  });

  it('does not make dispose() throw', () => {
    const server = serverAt('one');
    server.installGlobal();
    vi.stubGlobal('WebSocket', Other);
    expect(() => server.dispose()).not.toThrow();
    expect(WebSocket).toBe(Other);
    // This restores the fake, which reaches no server now: nothing was there before it.
    vi.unstubAllGlobals();
  });
});
