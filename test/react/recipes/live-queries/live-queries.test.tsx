/** The code of docs/live-queries.md, with the real libraries. */

import { mutate } from 'swr';
import { describe, expect, it } from 'vitest';
import { setUpStage, Wire } from '../../../support/stage.tsx';
import { SETTLED_MS, setUpApps } from '../app-stage.tsx';
import { FETCH_MS } from '../backend.ts';
import { VoteCount } from './counted.tsx';
import { App as HookApp } from './room.tsx';
import { App as SwrApp } from './swr.tsx';
import { queryClient, App as TanstackApp } from './tanstack-query.tsx';

describe.each([
  { name: 'useLiveQuery', App: HookApp },
  { name: 'TanStack Query', App: TanstackApp },
  { name: 'SWR', App: SwrApp },
])('a live list ($name)', ({ App }) => {
  const apps = setUpApps(async () => {
    queryClient.clear();
    await mutate(() => true, undefined, { revalidate: false });
  });

  it('loses no event during the first fetch, and fetches once', async () => {
    const { backend, posts } = await apps.open(<App />);
    backend.store('older');
    await apps.pass(FETCH_MS / 2 + 100);
    expect(backend.fetches).toBe(1);
    backend.post('early');
    await apps.settle();
    expect(posts()).toEqual(['older', 'early']);
    expect(backend.fetches).toBe(1);
  });

  it('shows an event at once, and fetches nothing', async () => {
    const { backend, posts, server } = await apps.start(<App />);
    const before = backend.fetches;
    backend.post('second');
    await apps.pass(50);
    expect(posts()).toEqual(['first', 'second']);
    server.emit('deleted', 'post-0');
    await apps.pass(50);
    expect(posts()).toEqual(['second']);
    expect(backend.fetches).toBe(before);
  });

  it('holds an event until the refetch after a break is done', async () => {
    const { server, backend, posts, untilFetch } = await apps.start(<App />);
    server.restart();
    backend.post('missed');
    await untilFetch();
    await apps.pass(FETCH_MS / 2);
    backend.post('live');
    await apps.pass(100);
    expect(posts()).toEqual(['first']);
    await apps.settle();
    expect(posts()).toEqual(['first', 'missed', 'live']);
  });

  it('makes up for a fetch that fails', async () => {
    const { server, backend, posts } = await apps.start(<App />);
    backend.become('broken');
    server.restart();
    backend.post('missed');
    await apps.settle();
    backend.become('working');
    server.drop();
    await apps.pass(3 * SETTLED_MS);
    expect(posts()).toEqual(['first', 'missed']);
  });
});

describe('a counter with at', () => {
  const stage = setUpStage();

  it('counts each vote once', async () => {
    const { server } = stage;
    let votes = { count: 0, version: 0 };
    const vote = (): void => {
      votes = { count: votes.count + 1, version: votes.version + 1 };
      server.emit('voted', { version: votes.version });
    };
    const page = stage.mount(
      <Wire to={server}>
        <VoteCount
          fetchVotes={async () => {
            await new Promise((resolve) => setTimeout(resolve, 500));
            const read = votes;
            await new Promise((resolve) => setTimeout(resolve, 500));
            return read;
          }}
        />
      </Wire>,
    );
    for (let round = 0; round < 12; round += 1) {
      vote();
      await stage.pass(100);
    }
    await stage.pass(1_000);
    expect(page.container.textContent).toBe('12');
  });
});
