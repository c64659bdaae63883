/**
 * Live events and a refetch combine correctly on the page, with the real libraries. With the barrier, and without it.
 */

import { QueryClientProvider } from '@tanstack/react-query';
import { WebSocketProvider } from 'everwire';
import { mutate } from 'swr';
import { describe, expect, it } from 'vitest';
import { type RunningApp, SETTLED_MS, setUpApps } from './app-stage.tsx';
import { FETCH_MS } from './backend.ts';
import { App as SwrApp, LivePosts as SwrPosts } from './swr-live.tsx';
import { queryClient, App as TanstackApp, LivePosts as TanstackPosts } from './tanstack-query-live.tsx';

const apps = setUpApps(async () => {
  queryClient.clear();
  await mutate(() => true, undefined, { revalidate: false });
});

/** The server loses the session, a post is stored, the client reconnects and fetches: until the database was read. */
async function untilRead({ server, backend, untilFetch }: RunningApp): Promise<void> {
  server.restart();
  backend.post('missed');
  await untilFetch();
  await apps.pass(FETCH_MS / 2);
}

describe.each([
  { library: 'TanStack Query', App: TanstackApp },
  { library: 'SWR', App: SwrApp },
])('the barrier ($library)', ({ App }) => {
  it('delivers an event at once when nothing was missed, and fetches nothing', async () => {
    const { backend, posts } = await apps.start(<App />);
    const before = backend.fetches;
    backend.post('second');
    await apps.pass(50);
    expect(posts()).toEqual(['first', 'second']);
    await apps.settle();
    expect(backend.fetches).toBe(before);
  });

  it('holds an event until the refetch is done, then delivers it', async () => {
    const app = await apps.start(<App />);
    await untilRead(app);
    app.backend.post('live');
    await apps.pass(100);
    expect(app.posts()).toEqual(['first']);
    await apps.pass(FETCH_MS);
    expect(app.posts()).toEqual(['first', 'missed', 'live']);
    await apps.settle();
    expect(app.posts()).toEqual(['first', 'missed', 'live']);
  });

  it('shows an event once if the refetch contains it too', async () => {
    const app = await apps.start(<App />);
    app.server.restart();
    await app.untilFetch();
    app.backend.post('both');
    await apps.settle();
    expect(app.posts()).toEqual(['first', 'both']);
  });

  it('does not lose an event during the first fetch', async () => {
    const { backend, posts } = await apps.open(<App />);
    backend.store('older');
    await apps.pass(FETCH_MS / 2 + 100);
    expect(backend.fetches).toBe(1);
    backend.post('early');
    await apps.settle();
    expect(posts()).toEqual(['older', 'early']);
  });

  it('continues after a failed fetch', async () => {
    const app = await apps.start(<App />);
    app.backend.become('broken');
    await untilRead(app);
    app.backend.post('live');
    await apps.settle();
    expect(app.posts()).toEqual(['first', 'live']);
    app.backend.become('working');
    // For SWR, which retries by itself, after up to a minute.
    await apps.pass(3 * SETTLED_MS);
    const codes = apps.takeConsoleErrors().map(([error]) => (error as { code?: string }).code);
    // SWR does not report its errors: it has settled what it was asked to fetch again, with success or failure.
    expect(codes).toEqual(App === TanstackApp ? ['resync-failed'] : []);
  });
});

describe('without the barrier', () => {
  it('TanStack Query overwrites a live event with the older refetch', async () => {
    const app = await apps.start(
      <QueryClientProvider client={queryClient}>
        <WebSocketProvider url="wss://example.com/ws" onMissedEvents={() => queryClient.invalidateQueries()}>
          <TanstackPosts />
        </WebSocketProvider>
      </QueryClientProvider>,
    );
    await untilRead(app);
    app.backend.post('live');
    await apps.settle();
    expect(app.posts()).toEqual(['first', 'missed']);
  });

  it('SWR drops the refetch because of the live event', async () => {
    const app = await apps.start(
      <WebSocketProvider url="wss://example.com/ws" onMissedEvents={() => mutate(() => true)}>
        <SwrPosts />
      </WebSocketProvider>,
    );
    await untilRead(app);
    app.backend.post('live');
    await apps.settle();
    expect(app.posts()).toEqual(['first', 'live']);
  });
});
