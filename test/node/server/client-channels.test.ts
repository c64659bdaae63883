/** Channels of this package's client and of a hub on real sockets, where one of them is not as usual. */
import {
  createWebSocketService,
  type JoinedChannel,
  joinChannel,
  type WebSocketService,
} from 'everwire/core';
import { HubError } from 'everwire/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { dial, startHub } from '../../support/hub.ts';

interface App {
  user: { id: string };
  channels: string;
}

const channels = { join: () => true };

function connect(url: string): { service: WebSocketService; statuses: string[] } {
  const service = createWebSocketService();
  onTestFinished(() => service.dispose());
  const statuses: string[] = [];
  service.store.subscribe(({ status }, before) => {
    if (status !== before.status) statuses.push(status);
  });
  service.connect({ url, token: 'ada', WebSocket, random: () => 0, reconnectDelay: 50, reconnectJitter: 0 });
  return { service, statuses };
}

const patient = { timeout: 15_000, interval: 20 };

const allJoined = (all: readonly JoinedChannel[]): Promise<void> =>
  vi.waitFor(() => {
    const missing = all.filter((one) => one.getState().status !== 'joined');
    expect(missing).toEqual([]);
  }, patient);

describe('a hub that takes small frames', () => {
  it('takes the join and the leave of many channels in one frame, and no other large frame', async () => {
    await using running = await startHub<App>({ channels, limits: { frameBytes: 500 } });
    const { service, statuses } = connect(running.url);
    const all = Array.from({ length: 1_000 }, (_, n) => joinChannel(service, `room:${n}`));
    await allJoined(all);
    expect(statuses).toEqual(['connecting', 'connected']);
    const got: unknown[] = [];
    service.event$('posted', { channel: 'room:999' }).subscribe(({ data }) => got.push(data));
    await running.hub.publish({ channel: 'room:999' }, 'posted', 1);
    await vi.waitFor(() => expect(got).toEqual([1]), patient);
    for (const frame of [
      { event: 'say', data: 'x'.repeat(500) },
      { event: 'join', data: { channels: [{ name: 'x'.repeat(66_000) }] } },
    ]) {
      const client = dial(running.url, { token: 'bo' });
      await client.next();
      client.send(frame);
      expect(await client.closed).toBe(1009);
    }
  });

  it('without channels, knows no exception', async () => {
    await using running = await startHub({ limits: { frameBytes: 500 } });
    const client = dial(running.url, { token: 'bo' });
    await client.next();
    client.send({ event: 'join', data: { channels: [{ name: 'x'.repeat(500) }] } });
    expect(await client.closed).toBe(1009);
  });
});

describe('a WebSocket server that takes smaller frames than its hub', () => {
  it('closes one link: on the next one, the client joins with several messages', async () => {
    const requests = {
      count: (_: unknown, session: { channels: readonly string[] }) => session.channels.length,
    };
    await using running = await startHub({ channels, requests }, { maxPayload: 1_000 });
    const { service, statuses } = connect(running.url);
    const all = Array.from({ length: 1_000 }, (_, n) => joinChannel(service, `room:${n}`));
    await allJoined(all);
    expect(statuses).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
    for (const one of all) one.leave();
    await vi.waitFor(async () => expect(await service.request('count')).toBe(0), patient);
    expect(statuses).toHaveLength(4);
  });
});

describe('an app of the server that can not tell who may join', () => {
  it('is asked again by itself, and a refusal is final', async () => {
    const asked: string[] = [];
    const errors: unknown[] = [];
    await using running = await startHub<App>({
      channels: {
        join(name) {
          asked.push(name);
          if (name === 'closed') throw new HubError({ id: 'forbidden', message: 'No.' });
          if (asked.filter((one) => one === 'db').length < 2 && name === 'db') throw new Error('no database');
          return true;
        },
      },
      logger: { info() {}, warn() {}, error: (...all) => errors.push(all) },
    });
    const { service } = connect(running.url);
    const [db, closed, open] = ['db', 'closed', 'open'].map((name) => joinChannel(service, name));
    if (!db || !closed || !open) throw new Error('unreachable');
    const statuses = new Set<string>();
    db.subscribe(() => statuses.add(db.getState().status));
    await allJoined([db, open]);
    expect([...statuses]).toEqual(['joining', 'joined']);
    expect(closed.getState()).toMatchObject({ status: 'refused', error: { code: 'channel-refused' } });
    expect(asked).toEqual(['db', 'closed', 'open', 'db']);
    expect(errors).toHaveLength(1);
  });
});
