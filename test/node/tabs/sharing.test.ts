/** Several services, as in several tabs, over one socket to a real hub. Each has its own channel object, as each tab has. */
import {
  createWebSocketService,
  type IWebSocketConfig,
  joinChannel,
  type MissedEvents,
  type WebSocketService,
} from 'everwire/core';
import { acrossTabs } from 'everwire/tabs';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createFakeLocks, pretendToBeAPage } from '../../support/fake-locks.ts';
import { startHub } from '../../support/hub.ts';
import { eventually } from '../../support/patience.ts';

beforeEach(() => {
  pretendToBeAPage();
});
afterEach(() => vi.unstubAllGlobals());

interface TabOfTest {
  readonly service: WebSocketService;
  readonly numbers: unknown[];
  readonly missed: MissedEvents[];
  readonly errors: string[];
  sharing(): string;
}

let sockets = 0;
/** The names of all messages. */
let sent: string[] = [];

class CountedSocket extends WebSocket {
  constructor(url: string, protocols?: string[]) {
    super(url, protocols);
    sockets += 1;
  }

  override send(data: never): void {
    sent.push((JSON.parse(String(data)) as { event: string }).event);
    super.send(data);
  }
}

beforeEach(() => {
  sockets = 0;
  sent = [];
});

function openTab(url: string, config: Partial<IWebSocketConfig> = {}): TabOfTest {
  const service = createWebSocketService();
  const numbers: unknown[] = [];
  const missed: MissedEvents[] = [];
  const errors: string[] = [];
  service.event$('n').subscribe(({ data }) => numbers.push(data));
  service.missed$.subscribe((notice) => missed.push(notice));
  service.errors$.subscribe(({ code }) => errors.push(code));
  service.connect({
    url,
    token: 'ada',
    WebSocket: CountedSocket,
    share: acrossTabs(),
    reconnectDelay: 10,
    reconnectJitter: 0,
    ...config,
  } as IWebSocketConfig);
  onTestFinished(() => service.dispose());
  return { service, numbers, missed, errors, sharing: () => service.store.getState().sharing };
}

const connected = (...tabs: readonly TabOfTest[]): Promise<void> =>
  eventually(() => expect(tabs.map(({ service }) => service.isConnected())).toEqual(tabs.map(() => true)));

const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

describe('tabs of one user', () => {
  it('have one socket, and each has every event', async () => {
    await using running = await startHub();
    const tabs = [openTab(running.url), openTab(running.url), openTab(running.url)];
    await connected(...tabs);
    for (const n of upTo(100)) await running.hub.publish({ all: true }, 'n', n);
    await eventually(() => expect(tabs.map(({ numbers }) => numbers.at(-1))).toEqual([100, 100, 100]));
    for (const { numbers, missed } of tabs) {
      expect(numbers).toEqual(upTo(100));
      expect(missed).toEqual([]);
    }
    expect(sockets).toBe(1);
    expect(tabs.map((tab) => tab.sharing()).sort()).toEqual(['listening', 'listening', 'speaking']);
    const ids = new Set(tabs.map(({ service }) => service.store.getState().connectionId));
    expect(ids.size).toBe(1);
  });

  it('go on where they were when the one with the socket is closed', async () => {
    await using running = await startHub();
    const tabs = [openTab(running.url), openTab(running.url), openTab(running.url)];
    await connected(...tabs);
    for (const n of upTo(10)) await running.hub.publish({ all: true }, 'n', n);
    await eventually(() => expect(tabs.map(({ numbers }) => numbers.length)).toEqual([10, 10, 10]));
    const speaking = tabs.find((tab) => tab.sharing() === 'speaking');
    speaking?.service.dispose();
    const rest = tabs.filter((tab) => tab !== speaking);
    for (const n of upTo(20).slice(10)) await running.hub.publish({ all: true }, 'n', n);
    await eventually(() => expect(rest.map(({ numbers }) => numbers.length)).toEqual([20, 20]));
    await eventually(() =>
      expect(rest.map((tab) => tab.sharing()).sort()).toEqual(['listening', 'speaking']),
    );
    for (const { numbers, missed } of rest) {
      expect(numbers).toEqual(upTo(20));
      expect(missed).toEqual([]);
    }
    expect(sockets).toBe(2);
  });

  it('are in their channels until the last of them leaves', async () => {
    await using running = await startHub({
      channels: { join: () => true },
      requests: {
        channels: (_: unknown, { channels }: { channels: readonly string[] }) => channels,
      } as never,
    });
    const tabs = [openTab(running.url), openTab(running.url), openTab(running.url)];
    await connected(...tabs);
    const rooms = tabs.map(({ service }) => joinChannel(service, 'room:1'));
    await eventually(() =>
      expect(rooms.map((room) => room.getState().status)).toEqual(['joined', 'joined', 'joined']),
    );
    await running.hub.publish({ channel: 'room:1' }, 'n', 1);
    await eventually(() => expect(tabs.map(({ numbers }) => numbers)).toEqual([[1], [1], [1]]));
    for (const room of rooms) room.leave();
    await eventually(async () => expect(await tabs[0]?.service.request('channels')).toEqual([]));
    expect(sent.filter((event) => event === 'leave')).toHaveLength(1);
  });

  it('get the replies to their own requests, and share what a request fails with', async () => {
    await using running = await startHub({
      requests: { add: ({ a, b }: { a: number; b: number }) => a + b } as never,
    });
    const tabs = [openTab(running.url), openTab(running.url)];
    await connected(...tabs);
    const sums = await Promise.all(
      tabs.flatMap(({ service }, index) =>
        upTo(5).map((n) => service.request('add', { a: n, b: index * 100 })),
      ),
    );
    expect(sums).toEqual([...upTo(5), ...upTo(5).map((n) => n + 100)]);
    await expect(tabs[1]?.service.request('unknown')).rejects.toMatchObject({ code: 'request-failed' });
  });

  it('come back together when the server is lost, and miss nothing', async () => {
    await using running = await startHub();
    const tabs = [openTab(running.url), openTab(running.url)];
    await connected(...tabs);
    await running.hub.publish({ all: true }, 'n', 1);
    await eventually(() => expect(tabs.map(({ numbers }) => numbers.length)).toEqual([1, 1]));
    const statuses: string[][] = tabs.map(({ service }) => {
      const seen: string[] = [];
      service.store.subscribe(({ status }, before) => status !== before.status && seen.push(status));
      return seen;
    });
    running.cut();
    await eventually(() => expect(statuses.map((seen) => seen[0])).toEqual(['reconnecting', 'reconnecting']));
    await running.hub.publish({ all: true }, 'n', 2);
    await eventually(() => expect(tabs.map(({ numbers }) => numbers)).toEqual([upTo(2), upTo(2)]));
    expect(tabs.flatMap(({ missed }) => missed)).toEqual([]);
    expect(tabs[1]?.service.store.getState().lastClose).toEqual(tabs[0]?.service.store.getState().lastClose);
  });

  it('follow a changed config without a word', async () => {
    await using running = await startHub();
    const tabs = [openTab(running.url), openTab(running.url)];
    await connected(...tabs);
    for (const { service } of tabs)
      service.connect({
        ...{ url: running.url, token: 'ada', WebSocket: CountedSocket, share: acrossTabs() },
        reconnectDelay: 20,
      } as IWebSocketConfig);
    await running.hub.publish({ all: true }, 'n', 1);
    await eventually(() => expect(tabs.map(({ numbers }) => numbers)).toEqual([[1], [1]]));
    expect(sockets).toBe(1);
    expect(tabs.flatMap(({ errors }) => errors)).toEqual([]);
  });

  it('are all told when the token is refused', async () => {
    await using running = await startHub();
    const tabs = [openTab(running.url, { token: 'bad' }), openTab(running.url, { token: 'bad' })];
    await using refusing = await startHub({ authenticate: () => null });
    const refused = [openTab(refusing.url), openTab(refusing.url)];
    await eventually(() =>
      expect(refused.map(({ service }) => service.store.getState().reason)).toEqual([
        'unauthorized',
        'unauthorized',
      ]),
    );
    expect(refused.map(({ errors }) => errors)).toEqual([['unauthorized'], ['unauthorized']]);
    await connected(...tabs);
  });

  it('close the socket when the last one disconnects', async () => {
    await using running = await startHub();
    const tabs = [openTab(running.url), openTab(running.url)];
    await connected(...tabs);
    tabs[0]?.service.disconnect();
    await connected(...tabs.slice(1));
    expect(running.clients()).toBe(1);
    tabs[1]?.service.disconnect();
    await eventually(() => expect(running.clients()).toBe(0));
  });
});

describe('tabs that do not share', () => {
  it.each<[string, Partial<IWebSocketConfig>, string]>([
    ['without an identity for a token function', { token: () => 'ada' }, 'identity'],
    ['with a cookie and no identity', { auth: 'cookie', token: undefined } as never, 'identity'],
  ])('%s have their own socket, and say so once', async (_, config, word) => {
    await using running = await startHub({ authenticate: () => ({ id: 'ada' }) as never });
    const warn = vi.fn();
    const silent = (): void => undefined;
    const logger = { debug: silent, info: silent, warn, error: silent };
    const tabs = [openTab(running.url, { ...config, logger }), openTab(running.url, config)];
    await connected(...tabs);
    expect(sockets).toBe(2);
    expect(tabs.map((tab) => tab.sharing())).toEqual(['off', 'off']);
    expect(
      warn.mock.calls.map(([message]) => String(message)).filter((text) => text.includes(word)),
    ).toHaveLength(1);
  });

  it('are those of two users', async () => {
    await using running = await startHub();
    const tabs = [openTab(running.url), openTab(running.url, { token: 'bo' })];
    await connected(...tabs);
    await running.hub.publish({ user: 'ada' } as never, 'n', 1);
    await running.hub.publish({ user: 'bo' } as never, 'n', 2);
    await eventually(() => expect(tabs.map(({ numbers }) => numbers)).toEqual([[1], [2]]));
    expect(sockets).toBe(2);
  });

  it('are those without locks, or where the browser refuses them', async () => {
    await using running = await startHub();
    vi.stubGlobal('navigator', {});
    const without = openTab(running.url);
    const refused = createFakeLocks();
    refused.request = () => Promise.reject(Object.assign(new Error('no'), { name: 'SecurityError' }));
    vi.stubGlobal('navigator', { locks: refused });
    const forbidden = openTab(running.url);
    await connected(without, forbidden);
    expect([without.sharing(), forbidden.sharing()]).toEqual(['off', 'off']);
    expect(sockets).toBe(2);
  });
});

describe('the code of a relay', () => {
  it('that can not be loaded leaves each tab its own socket', async () => {
    await using running = await startHub();
    vi.doMock('../../../tabs/tab-relay.ts', () => {
      throw new Error('the network is gone');
    });
    onTestFinished(() => vi.doUnmock('../../../tabs/tab-relay.ts'));
    const warn = vi.fn();
    const silent = (): void => undefined;
    const tab = openTab(running.url, { logger: { debug: silent, info: silent, warn, error: silent } });
    await connected(tab);
    expect(tab.sharing()).toBe('off');
    expect(sockets).toBe(1);
    expect(warn.mock.calls.join()).toContain('is not shared with other tabs: its code could not be loaded');
  });
});

describe('a token function', () => {
  it('is asked in one tab for all of them', async () => {
    await using running = await startHub();
    const token = vi.fn(() => Promise.resolve('ada'));
    const tabs = upTo(3).map(() => openTab(running.url, { token, identity: 'ada' }));
    await connected(...tabs);
    expect(token).toHaveBeenCalledTimes(1);
    expect(sockets).toBe(1);
  });
});

describe('a worker', () => {
  class FakeWorker extends EventTarget {
    readonly port = { postMessage: vi.fn(), close: vi.fn(), onmessage: null };
  }
  const create = (): SharedWorker => new FakeWorker() as never;

  it('that can not be loaded leaves each tab its own socket', async () => {
    await using running = await startHub();
    vi.stubGlobal('SharedWorker', FakeWorker);
    vi.stubGlobal('WebSocket', CountedSocket);
    const worker = (): SharedWorker => {
      const fake = create();
      queueMicrotask(() => fake.dispatchEvent(new Event('error')));
      return fake;
    };
    const forbidden = (): SharedWorker => {
      throw new TypeError('no');
    };
    const tabs = [
      openTab(running.url, { share: acrossTabs({ worker }), WebSocket: undefined }),
      openTab(running.url, { share: acrossTabs({ worker: forbidden }), WebSocket: undefined }),
    ];
    await connected(...tabs);
    expect(tabs.map((tab) => tab.sharing())).toEqual(['off', 'off']);
    expect(sockets).toBe(2);
  });

  it.each<[string, Partial<IWebSocketConfig>]>([
    ['closePolicy', { closePolicy: () => 'retry' }],
    ['backoff', { backoff: () => 1 }],
    ['WebSocket', { WebSocket: CountedSocket as never }],
  ])('takes no %s, and says so once', async (option, config) => {
    vi.stubGlobal('SharedWorker', FakeWorker);
    vi.stubGlobal('WebSocket', WebSocket);
    const tab = openTab('ws://127.0.0.1:9', {
      WebSocket: undefined,
      share: acrossTabs({ worker: create }),
      ...config,
    });
    await eventually(() => expect(tab.service.store.getState().reason).toBe('invalid-config'));
    expect(tab.service.store.getState().error?.details).toMatchObject({ option });
    tab.service.reconnect();
    tab.service.reconnect();
    expect(tab.errors).toEqual(['invalid-config']);
  });
});

describe('a channel that a tab was refused, or that the server has ended', () => {
  const channelsOf = ({ service }: TabOfTest): Promise<unknown> => service.request('channels');
  const channels = (_: unknown, client: { readonly channels: unknown }): unknown => client.channels;

  it('is left with the last tab that is really in it', async () => {
    let verdict = false;
    await using running = await startHub({
      channels: { join: () => verdict },
      requests: { channels },
    } as never);
    const [first, second] = [openTab(running.url), openTab(running.url)];
    await connected(first, second);
    const refused = joinChannel(first.service, 'room');
    await eventually(() => expect(refused.getState().status).toBe('refused'));
    refused.leave();
    verdict = true;
    const joined = joinChannel(second.service, 'room');
    await eventually(() => expect(joined.getState().status).toBe('joined'));
    expect(await channelsOf(second)).toEqual(['room']);
    joined.leave();
    await eventually(() => expect(sent).toContain('leave'));
    expect(await channelsOf(second)).toEqual([]);
  });

  it('is left after a tab has joined it again', async () => {
    await using running = await startHub({ channels: { join: () => true }, requests: { channels } } as never);
    const [first, second] = [openTab(running.url), openTab(running.url)];
    await connected(first, second);
    const rooms = [joinChannel(first.service, 'room'), joinChannel(second.service, 'room')] as const;
    const statuses = (): string[] => rooms.map((room) => room.getState().status);
    await eventually(() => expect(statuses()).toEqual(['joined', 'joined']));
    await running.hub.leave({ user: 'ada' }, 'room');
    await eventually(() => expect(statuses()).toEqual(['refused', 'refused']));
    rooms[0].leave();
    rooms[1].retry();
    await eventually(() => expect(statuses()[1]).toBe('joined'));
    rooms[1].leave();
    await eventually(() => expect(sent).toContain('leave'));
    expect(await channelsOf(second)).toEqual([]);
  });
});
