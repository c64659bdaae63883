/** An environment like Jest's jsdom, which leaves out globals that browsers and Node have. In virtual time. */
import { describe, expect, it, vi } from 'vitest';

/** What a test file sees of `jest-environment-jsdom` 30, compared with a browser. */
const missing = [
  'TextEncoder',
  'TextDecoder',
  'structuredClone',
  'fetch',
  'Request',
  'Response',
  'ReadableStream',
  'TransformStream',
  'WritableStream',
  'BroadcastChannel',
  'MessageChannel',
];

/** The entries a page can import, read again without those globals. */
const entries: Record<string, () => Promise<object>> = {
  everwire: () => import('everwire'),
  'everwire/core': () => import('everwire/core'),
  'everwire/devtools': () => import('everwire/devtools'),
  'everwire/mattermost': () => import('everwire/mattermost'),
  'everwire/tabs': () => import('everwire/tabs'),
  'everwire/tanstack-query': () => import('everwire/tanstack-query'),
  'everwire/testing': () => import('everwire/testing'),
};

function leaveOut(): void {
  for (const name of missing) vi.stubGlobal(name, undefined);
  vi.resetModules();
}

describe("without the globals that Jest's jsdom lacks", () => {
  it.each(Object.keys(entries))('%s loads', async (entry) => {
    leaveOut();
    expect(Object.keys((await entries[entry]?.()) ?? {})).not.toEqual([]);
  });

  it('connects, sends, asks, queues and joins a channel', async () => {
    leaveOut();
    const { createWebSocketService, joinChannel } = await import('everwire/core');
    const { createFakeServer } = await import('everwire/testing');
    vi.useFakeTimers();
    const server = createFakeServer();
    server.handle('ask', () => ({ text: 'größer' }));
    const service = createWebSocketService();
    const { WebSocket, url } = server;
    service.connect({ url, token: 't', WebSocket, sendQueue: {} });
    const queued = service.send('note', { at: new Map([['a', 1]]).size, text: '😀' });
    const asked = service.request('ask', { text: 'ä' });
    const channel = joinChannel(service, 'room:ü');
    await vi.advanceTimersByTimeAsync(1000);
    expect(queued).toBe('queued');
    await expect(asked).resolves.toMatchObject({ text: 'größer' });
    expect(channel.getState().status).toBe('joined');
    service.dispose();
  });
});
