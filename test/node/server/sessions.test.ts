/** Everwire's client on hubs that share a log: a session survives the death of its process. */
import {
  createWebSocketService,
  type IWebSocketConfig,
  type MissedEvents,
  type WebSocketService,
} from 'everwire/core';
import { memoryLog } from 'everwire/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { startHub } from '../../support/hub.ts';

function connect(url: () => string, config: Partial<IWebSocketConfig> = {}): Client {
  const service = createWebSocketService();
  const numbers: unknown[] = [];
  const missed: MissedEvents[] = [];
  const waiting = new Map<unknown, () => void>();
  service.event$('n').subscribe(({ data }) => {
    numbers.push(data);
    waiting.get(data)?.();
  });
  service.missed$.subscribe((notice) => missed.push(notice));
  service.connect({
    url,
    token: 'ada',
    WebSocket,
    reconnectDelay: 10,
    reconnectJitter: 0,
    reconnectAttempts: Number.POSITIVE_INFINITY,
    ...config,
  } as IWebSocketConfig);
  onTestFinished(() => service.dispose());
  return {
    service,
    numbers,
    missed,
    has: (n) =>
      numbers.includes(n) ? Promise.resolve() : new Promise<void>((resolve) => waiting.set(n, resolve)),
  };
}

interface Client {
  readonly service: WebSocketService;
  readonly numbers: unknown[];
  readonly missed: MissedEvents[];
  /** Resolves when this number has arrived. */
  has(n: number): Promise<void>;
}

const connected = ({ service }: Client): Promise<void> =>
  new Promise((resolve) => {
    const check = (): void => {
      if (service.isConnected()) resolve();
    };
    service.store.subscribe(check);
    check();
  });

describe('a client whose server is killed', () => {
  it('gets every event once, in order, from the next one, and is told of nothing', async () => {
    const log = memoryLog();
    await using publisher = await startHub({ log });
    let current = await startHub({ log });
    const client = connect(() => current.url);
    await connected(client);
    const rounds = 10;
    const perRound = 100;
    let n = 0;
    for (let round = 0; round < rounds; round += 1) {
      for (let count = 0; count < perRound; count += 1) {
        n += 1;
        await publisher.hub.publish(n % 3 === 0 ? { user: 'ada' } : { all: true }, 'n', n);
        if (count === 50) {
          const killed = current;
          current = await startHub({ log });
          await killed.kill();
        }
      }
      await client.has(n);
    }
    expect(client.numbers).toEqual(Array.from({ length: rounds * perRound }, (_, index) => index + 1));
    expect(client.missed).toEqual([]);
  });

  it('is told new-session once where the log was lost with the process', async () => {
    let current = await startHub();
    const client = connect(() => current.url);
    await connected(client);
    await current.hub.publish({ all: true }, 'n', 1);
    await client.has(1);
    const killed = current;
    current = await startHub();
    await killed.kill();
    // The hello of the new session is the first event of it.
    await new Promise<void>((resolve) => client.service.missed$.subscribe(() => resolve()));
    expect(client.missed).toMatchObject([{ reason: 'new-session' }]);
  });
});

describe('a client and the hub', () => {
  it('agree on requests, messages and errors', async () => {
    const said: unknown[] = [];
    await using running = await startHub({
      requests: { add: ({ a, b }: { a: number; b: number }) => a + b } as never,
      messages: { say: (data: unknown) => said.push(data) } as never,
    });
    const client = connect(() => running.url);
    await connected(client);
    expect(client.service.send('say', { text: 'hi' })).toBe('sent');
    expect(await client.service.request('add', { a: 1, b: 2 })).toBe(3);
    await expect(client.service.request('unknown')).rejects.toMatchObject({ code: 'request-failed' });
    expect(said).toEqual([{ text: 'hi' }]);
  });

  it('resume where the session was quiet for long, from the position of a pong', async () => {
    const log = memoryLog({ maxEntries: 20 });
    await using publisher = await startHub({ log });
    let current = await startHub({ log });
    const client = connect(() => current.url);
    await connected(client);
    await publisher.hub.publish({ user: 'ada' }, 'n', 1);
    await client.has(1);
    // More than the log keeps, and nothing of it for this client.
    for (let n = 0; n < 100; n += 1) await publisher.hub.publish({ user: 'bo' }, 'n', n);
    const { service } = client;
    // An answer from the server after all of them.
    await service.request('ping');
    const killed = current;
    current = await startHub({ log });
    await killed.kill();
    await publisher.hub.publish({ user: 'ada' }, 'n', 2);
    await client.has(2);
    expect(client.missed).toEqual([]);
  });
});
