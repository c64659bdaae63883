/** The pages of docs/migrating.md work after the change, and the document shows exactly this code. */

import type { FakeServer, FakeServerOptions } from 'everwire/testing';
import type { ReactNode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import page from '../../../docs/migrating.md?raw';
import { type Mounted, setUpStage } from '../../support/stage.tsx';
import { App as PartysocketApp } from './partysocket.tsx';
import { follow } from './partysocket-core.ts';
import { App as ReactUseWebsocketApp } from './react-use-websocket.tsx';
import { App as SocketIoApp } from './socket-io.tsx';

const stage = setUpStage();

/** Time for any first retry, and for a frame to show its outcome. */
const RETRY_MS = 10_000;

/** React renders between real macrotasks, and each step of fake time has one. */
async function settle(): Promise<void> {
  for (let step = 0; step < 10; step += 1) await stage.pass(20);
}

/** The address in the pages. */
const url = 'wss://example.com/ws';

interface Running {
  readonly server: FakeServer;
  readonly page: Mounted;
  text(): string;
  click(): void;
}

async function start(app: ReactNode, options: FakeServerOptions = {}): Promise<Running> {
  const server = stage.addServer({ url, ...options });
  server.installGlobal();
  const page = stage.mount(app);
  await settle();
  return {
    server,
    page,
    text: () => page.container.textContent ?? '',
    click: () => page.container.querySelector('button')?.click(),
  };
}

/** Answers as the app's own server: a token, and the posts in the database. */
function answerFetch(posts: () => readonly unknown[] = () => []): () => number {
  let fetches = 0;
  vi.stubGlobal('fetch', async (path: string) => {
    await Promise.resolve();
    if (path === '/api/token') return new Response('secret token');
    fetches += 1;
    return Response.json(posts());
  });
  return () => fetches;
}

describe('from react-use-websocket', () => {
  /** A server without numbers, ids or envelopes. */
  const plain: FakeServerOptions = { hello: false, numbered: false };
  const frame = (type: string, payload?: unknown): string => JSON.stringify({ type, payload });

  it('shows every post of a burst, and the rest of a session', async () => {
    const { server, text } = await start(<ReactUseWebsocketApp token="a&b" />, plain);
    expect(server.handshakes[0]).toMatchObject({ url: `${url}?token=a%26b` });
    for (const id of ['1', '2', '3']) server.sendRaw(frame('posted', { id, text: `post ${id}, ` }));
    server.sendRaw(frame('typing', { user: 'u' }));
    server.sendRaw('no JSON');
    await settle();
    expect(text()).toContain('connected');
    expect(text()).toContain('post 1, post 2, post 3, ');
  });

  it('sends {type, payload}, and pings that are answered by pong', async () => {
    const { server, click } = await start(<ReactUseWebsocketApp token="t" />, plain);
    server.onMessage(({ raw }) => {
      if (raw === frame('ping')) server.sendRaw(frame('pong'));
    });
    click();
    await stage.pass(120_000);
    const sent = server.received.map(({ raw }) => raw);
    expect(sent).toContain(frame('say', { text: 'Hello' }));
    expect(sent.filter((raw) => raw === frame('ping')).length).toBeGreaterThan(3);
    expect(server.attempts).toBe(1);
  });

  it('replaces a link that died without a close', async () => {
    const { server } = await start(<ReactUseWebsocketApp token="t" />, plain);
    server.onMessage(({ raw }) => {
      if (raw === frame('ping')) server.sendRaw(frame('pong'));
    });
    await stage.pass(5_000);
    server.freeze();
    await stage.pass(40_000);
    expect(server.attempts).toBe(2);
  });

  it('stops at 4003, as shouldReconnect did', async () => {
    const { server } = await start(<ReactUseWebsocketApp token="t" />, plain);
    server.close(4003);
    await stage.pass(60_000);
    expect(server.attempts).toBe(1);
  });
});

describe('from partysocket', () => {
  it('shows the newest post, queues messages while down, and calls the token function each time', async () => {
    const posts = answerFetch();
    const { server, text, click } = await start(<PartysocketApp userId="u1" />);
    server.emit('posted', { id: '1', text: 'first' });
    await settle();
    expect(text()).toContain('connected: first');
    server.drop();
    await settle();
    click();
    expect(server.received.map(({ event }) => event)).not.toContain('say');
    await stage.pass(RETRY_MS);
    await settle();
    expect(server.received.filter(({ event }) => event === 'say')).toHaveLength(1);
    expect(server.handshakes.map(({ token }) => token)).toEqual(['secret token', 'secret token']);
    expect(posts()).toBe(0);
  });

  it('the module without React subscribes and unsubscribes', async () => {
    answerFetch();
    const server = stage.addServer({ url });
    server.installGlobal();
    const posts: unknown[] = [];
    const stop = follow((data) => posts.push(data));
    await stage.pass();
    server.emit('posted', 'first');
    server.drop();
    server.emit('posted', 'while away');
    await stage.pass(RETRY_MS);
    expect(posts).toEqual(['first', 'while away']);
    stop();
    await stage.pass();
    expect(server.socketCount).toBe(0);
  });
});

describe('from socket.io-client', () => {
  it('fetches once, resumes a lost link without fetching, and fetches again after a restart', async () => {
    let database = [{ id: '1', text: 'from before' }];
    const fetches = answerFetch(() => database);
    const { server, text } = await start(<SocketIoApp userId="u1" />);
    server.emit('posted', { id: '2', text: ', live' });
    await settle();
    expect(text()).toContain('from before, live');
    server.drop();
    server.emit('posted', { id: '3', text: ', while away' });
    await stage.pass(RETRY_MS);
    await settle();
    expect(text()).toContain('from before, live, while away');
    expect(fetches()).toBe(1);
    database = [{ id: '4', text: 'all anew' }];
    server.restart();
    await stage.pass(RETRY_MS);
    await settle();
    expect(fetches()).toBe(2);
    expect(text()).toContain('all anew');
  });

  it('sends a request and shows the reply', async () => {
    answerFetch();
    const handlers = { add: (data: unknown) => sum(data as { a: number; b: number }) };
    const { click, text } = await start(<SocketIoApp userId="u1" />, { handlers });
    click();
    await settle();
    expect(text()).toContain('20 + 22 = 42');
  });
});

describe('docs/migrating.md', () => {
  const files = import.meta.glob<string>('./*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });
  const blocks = [...page.matchAll(/```tsx?\n([\s\S]*?)```/g)].map(([, code]) => code);
  const shown = Object.entries(files).filter(([, source]) => source.startsWith('// In docs/migrating.md: '));

  it.each(shown)('shows the file %s unchanged', (_, source) => {
    const code = source.slice(source.indexOf('\n\n') + 2);
    expect(blocks).toContain(code);
  });

  it('shows no other code block of more than a few lines', () => {
    const known = shown.map(([, source]) => source.slice(source.indexOf('\n\n') + 2));
    const others = blocks.filter((code) => !known.includes(code ?? ''));
    expect(others).toEqual([]);
  });
});

function sum({ a, b }: { readonly a: number; readonly b: number }): number {
  return a + b;
}
