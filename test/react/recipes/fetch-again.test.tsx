/** The recipes that refetch bring back missed data, with the real libraries, and only where something was missed. */

import { mutate } from 'swr';
import { describe, expect, it } from 'vitest';
import { setUpApps } from './app-stage.tsx';
import { App as SwrApp } from './swr.tsx';
import { queryClient, App as TanstackApp } from './tanstack-query.tsx';

const apps = setUpApps(async () => {
  queryClient.clear();
  await mutate(() => true, undefined, { revalidate: false });
});

describe.each([
  { library: 'TanStack Query', App: TanstackApp },
  { library: 'SWR', App: SwrApp },
])('fetching again ($library)', ({ App }) => {
  it('fetches the posts again once after an event', async () => {
    const { backend, posts } = await apps.start(<App />);
    const before = backend.fetches;
    backend.post('second');
    await apps.settle();
    expect(posts()).toEqual(['first', 'second']);
    expect(backend.fetches).toBe(before + 1);
  });

  it('fetches everything again once after a new session', async () => {
    const { server, backend, posts } = await apps.start(<App />);
    const before = backend.fetches;
    server.restart();
    backend.post('missed');
    await apps.settle();
    expect(server.handshakes.map(({ outcome }) => outcome)).toEqual(['new-session', 'new-session']);
    expect(posts()).toEqual(['first', 'missed']);
    expect(backend.fetches).toBe(before + 1);
  });

  it('fetches everything again once after a gap that no resume fills', async () => {
    const { server, backend, posts } = await apps.start(<App />, { hello: false });
    server.lose();
    backend.post('missed');
    server.emit('somebody else', {});
    const before = backend.fetches;
    await apps.settle();
    expect(server.handshakes).toHaveLength(1);
    expect(posts()).toEqual(['first', 'missed']);
    expect(backend.fetches).toBe(before + 1);
  });

  it('fetches only for its events after a resume', async () => {
    const { server, backend, posts } = await apps.start(<App />);
    const before = backend.fetches;
    server.drop();
    await apps.settle();
    expect(server.handshakes.map(({ outcome }) => outcome)).toEqual(['new-session', 'resumed']);
    expect(backend.fetches).toBe(before);
    server.drop();
    backend.post('while away');
    await apps.settle();
    expect(posts()).toEqual(['first', 'while away']);
    expect(backend.fetches).toBe(before + 1);
  });
});
