/** liveQueryOptions, in the real TanStack Query. */

import {
  dehydrate,
  focusManager,
  HydrationBoundary,
  QueryClient,
  QueryClientProvider,
  useQuery,
  useSuspenseQuery,
} from '@tanstack/react-query';
import { useWebSocketService, WebSocketProvider } from 'everwire';
import { createWebSocketService } from 'everwire/core';
import { liveQueryOptions, liveStatus } from 'everwire/tanstack-query';
import { type ReactNode, Suspense } from 'react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProbe, type Mounted, modes, setUpStage, Wire } from '../../support/stage.tsx';
import { type Desk, startDesk, withPost } from './desk.ts';

const stage = setUpStage();

let client: QueryClient;
let desk: Desk;
let service: ReturnType<typeof createWebSocketService>;
let pages: Mounted[] = [];

function show(element: ReactNode): Mounted {
  const page = stage.mount(element);
  pages.push(page);
  return page;
}

beforeEach(() => {
  client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.mount();
  desk = startDesk();
  service = createWebSocketService();
});

afterEach(async () => {
  // Runs before the stage looks for timers.
  for (const page of pages) page.unmount();
  pages = [];
  await stage.pass(0);
  client.unmount();
  client.clear();
  service.dispose();
  await stage.pass(2_000);
});

type Options = Partial<Parameters<typeof liveQueryOptions<readonly string[]>>[0]>;

function posts(more: Options = {}) {
  return liveQueryOptions<readonly string[]>({
    service,
    queryKey: ['posts'],
    queryFn: desk.fetch,
    on: { posted: withPost },
    ...more,
  });
}

function probeOf(use: () => ReturnType<typeof useQuery<readonly string[]>>) {
  return createProbe(() => {
    const result = use();
    return { data: result.data, status: liveStatus(result), error: result.error };
  });
}

function App({ children, ...props }: { readonly children: ReactNode } & Partial<Parameters<typeof Wire>[0]>) {
  return (
    <QueryClientProvider client={client}>
      <Wire to={stage.server} service={service} {...props}>
        {children}
      </Wire>
    </QueryClientProvider>
  );
}

describe.each(modes)('liveQueryOptions ($mode)', ({ Mode }) => {
  it('fetches once, holds what arrives meanwhile, and shows what events change', async () => {
    const { server } = stage;
    const probe = probeOf(() => useQuery(posts()));
    desk.store('a');
    show(
      <Mode>
        <App>
          <probe.Probe />
        </App>
      </Mode>,
    );
    expect(probe.last).toEqual({ data: undefined, status: 'loading', error: null });
    await stage.pass();
    desk.read();
    desk.post(server, 'held');
    await stage.pass();
    expect(probe.last?.status).toBe('loading');
    await desk.answer();
    expect(probe.last).toEqual({ data: ['a', 'held'], status: 'live', error: null });
    desk.post(server, 'b');
    await stage.pass();
    expect(probe.last).toEqual({ data: ['a', 'held', 'b'], status: 'live', error: null });
    expect(client.getQueryData(['posts'])).toEqual(['a', 'held', 'b']);
    expect(desk.fetches).toBe(1);
  });

  it('fetches and folds once for several components, and renders each once per frame', async () => {
    const { server } = stage;
    let folds = 0;
    const on: Options['on'] = {
      posted: (list, event) => {
        folds += 1;
        return withPost(list, event);
      },
    };
    const probes = [1, 2, 3].map(() => createProbe(() => useQuery(posts({ on })).data));
    show(
      <Mode>
        <App>
          {probes.map(({ id, Probe }) => (
            <Probe key={id} />
          ))}
        </App>
      </Mode>,
    );
    await stage.pass();
    await desk.answer();
    expect(desk.fetches).toBe(1);
    const before = probes.map(({ renders }) => renders);
    for (const text of ['a', 'b', 'c']) desk.post(server, text);
    await stage.pass();
    expect(folds).toBe(3);
    const perRender = Mode === modes[0]?.Mode ? 1 : 2;
    expect(probes.map(({ renders }, index) => renders - (before[index] ?? 0))).toEqual(
      probes.map(() => perRender),
    );
  });

  it('suspends with useSuspenseQuery, and loses nothing until it is mounted', async () => {
    const { server } = stage;
    const probe = createProbe(() => useSuspenseQuery(posts()).data);
    show(
      <Mode>
        <App>
          <Suspense fallback={null}>
            <probe.Probe />
          </Suspense>
        </App>
      </Mode>,
    );
    await stage.pass();
    desk.read();
    desk.post(server, 'held');
    await stage.pass();
    await desk.answer();
    // React shows a fallback for a while.
    await stage.pass(500);
    expect(probe.last).toEqual(['held']);
    desk.post(server, 'b');
    await stage.pass(3_000);
    expect(probe.last).toEqual(['held', 'b']);
    expect(desk.fetches).toBe(1);
  });

  it('starts anew for another user, and never shows the data of the last one', async () => {
    const probe = probeOf(() => useQuery(posts()));
    desk.store('secret');
    const tree = (identity: string) => (
      <Mode>
        <App token={`token-of-${identity}`} identity={identity}>
          <probe.Probe />
        </App>
      </Mode>
    );
    const page = show(tree('ada'));
    await stage.pass();
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['secret'] });
    page.rerender(tree('bob'));
    await stage.pass(0);
    expect(probe.last).toMatchObject({ status: 'loading', data: undefined });
    await stage.pass();
    desk.become(['of bob']);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['of bob'] });
    expect(desk.fetches).toBe(2);
  });
});

describe('a fetch that TanStack Query starts', () => {
  it.each([
    ['invalidateQueries', () => void client.invalidateQueries({ queryKey: ['posts'] })],
    ['refetchQueries', () => void client.refetchQueries({ queryKey: ['posts'] })],
    [
      'the focus, with a staleTime of your own',
      () => {
        focusManager.setFocused(false);
        focusManager.setFocused(true);
        focusManager.setFocused(undefined);
      },
    ],
  ])('holds too: %s', async (_, start) => {
    const { server } = stage;
    const probe = probeOf(() => useQuery(posts({ staleTime: 0 })));
    show(
      <App>
        <probe.Probe />
      </App>,
    );
    await stage.pass();
    await desk.answer();
    start();
    await stage.pass();
    expect(desk.fetches).toBe(2);
    desk.read();
    desk.post(server, 'held');
    await stage.pass();
    expect(probe.last).toMatchObject({ status: 'stale', data: [] });
    await desk.answer();
    expect(probe.last?.data).toEqual(['held']);
  });

  it('does not start with the focus as long as the data is live', async () => {
    const probe = probeOf(() => useQuery(posts()));
    show(
      <App>
        <probe.Probe />
      </App>,
    );
    await stage.pass();
    await desk.answer();
    focusManager.setFocused(false);
    focusManager.setFocused(true);
    focusManager.setFocused(undefined);
    await stage.pass();
    expect(desk.fetches).toBe(1);
  });

  it('aborts the older one, and takes its place', async () => {
    const { server } = stage;
    const queryFn: Options['queryFn'] = ({ signal }) => desk.fetch({ signal });
    const probe = probeOf(() => useQuery(posts({ queryFn })));
    show(
      <App>
        <probe.Probe />
      </App>,
    );
    await stage.pass();
    await desk.answer();
    void client.invalidateQueries();
    await stage.pass();
    desk.read();
    desk.post(server, 'a');
    void client.invalidateQueries();
    await stage.pass();
    expect(desk.aborted).toEqual([false, true, false]);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a'] });
  });

  it('fails, and leaves the events that came meanwhile', async () => {
    const { server } = stage;
    const probe = probeOf(() => useQuery(posts()));
    show(
      <App>
        <probe.Probe />
      </App>,
    );
    await stage.pass();
    await desk.answer();
    void client.invalidateQueries();
    await stage.pass();
    desk.post(server, 'a');
    await stage.pass();
    const error = new Error('503');
    await desk.fail(error);
    expect(probe.last).toEqual({ status: 'error', data: ['a'], error });
    desk.post(server, 'b');
    await stage.pass();
    expect(probe.last).toEqual({ status: 'error', data: ['a', 'b'], error });
  });

  it('is tried again by TanStack Query, and holds until then', async () => {
    const { server } = stage;
    const probe = probeOf(() => useQuery(posts({ retry: 1, retryDelay: 1_000 })));
    show(
      <App>
        <probe.Probe />
      </App>,
    );
    await stage.pass();
    await desk.fail(new Error('503'));
    desk.post(server, 'between');
    await stage.pass(1_000);
    desk.read();
    desk.post(server, 'held');
    await stage.pass();
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['between', 'held'] });
    expect(desk.fetches).toBe(2);
  });
});

describe('after a break', () => {
  it('is stale at once, waits for missedEventsJitter, and fetches', async () => {
    const { server } = stage;
    const probe = probeOf(() => useQuery(posts()));
    show(
      <App missedEventsJitter={4_000} random={() => 0.5} reconnectJitter={0}>
        <probe.Probe />
      </App>,
    );
    await stage.pass(300);
    await desk.answer();
    server.restart();
    desk.store('missed');
    await stage.pass(3_100);
    expect(probe.last).toMatchObject({ status: 'stale', data: [] });
    expect(desk.fetches).toBe(1);
    await stage.pass(2_000);
    expect(desk.fetches).toBe(2);
    desk.read();
    desk.post(server, 'held');
    await stage.pass();
    expect(probe.last).toMatchObject({ status: 'stale', data: [] });
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['missed', 'held'] });
  });

  it('during the first fetch: that one begins anew', async () => {
    const { server } = stage;
    const queryFn: Options['queryFn'] = ({ signal }) => desk.fetch({ signal });
    const probe = probeOf(() => useQuery(posts({ queryFn })));
    show(
      <App>
        <probe.Probe />
      </App>,
    );
    await stage.pass();
    desk.read();
    server.restart();
    desk.store('missed');
    await stage.pass(5_000);
    expect(desk.aborted).toEqual([true, false]);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['missed'] });
  });

  it('a reducer that has thrown is reported, and fetches again', async () => {
    const { server } = stage;
    const codes: string[] = [];
    const on: Options['on'] = {
      posted: (list, event) => {
        if (event.data === 'bad') throw new Error('a bug');
        return withPost(list, event);
      },
    };
    const probe = probeOf(() => useQuery(posts({ on })));
    show(
      <App onError={({ code }) => codes.push(code)}>
        <probe.Probe />
      </App>,
    );
    await stage.pass();
    await desk.answer();
    for (const text of ['a', 'bad', 'b']) desk.post(server, text);
    await stage.pass();
    expect(codes).toEqual(['handler-failed']);
    expect(probe.last).toMatchObject({ status: 'stale', data: ['a'] });
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a', 'bad', 'b'] });
    expect(desk.fetches).toBe(2);
  });
});

describe('data from elsewhere', () => {
  it('setQueryData of an optimistic update stays, with the events', async () => {
    const { server } = stage;
    const probe = probeOf(() => useQuery(posts()));
    show(
      <App>
        <probe.Probe />
      </App>,
    );
    await stage.pass();
    await desk.answer();
    desk.post(server, 'a');
    client.setQueryData<readonly string[]>(['posts'], (list = []) => [...list, 'mine']);
    await stage.pass();
    expect(probe.last?.data).toEqual(['mine', 'a']);
  });

  it('an invalidation without a fetch is not forgotten with the next event', async () => {
    const { server } = stage;
    const probe = probeOf(() => useQuery(posts()));
    show(
      <App>
        <probe.Probe />
      </App>,
    );
    await stage.pass();
    await desk.answer();
    void client.invalidateQueries({ queryKey: ['posts'], refetchType: 'none' });
    desk.post(server, 'a');
    await stage.pass();
    expect(client.getQueryState(['posts'])?.isInvalidated).toBe(true);
    expect(probe.last).toMatchObject({ status: 'stale', data: ['a'] });
  });

  it('initialData is shown, and fetched in any case', async () => {
    const { server } = stage;
    const probe = probeOf(() => useQuery(posts({ initialData: ['rendered'], staleTime: 60_000 })));
    show(
      <App>
        <probe.Probe />
      </App>,
    );
    expect(probe.last?.data).toEqual(['rendered']);
    await stage.pass();
    expect(desk.fetches).toBe(1);
    await desk.answer();
    desk.post(server, 'a');
    await stage.pass();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a'] });
  });

  it('so is what a server has rendered, whose service is not connected', async () => {
    const there = new QueryClient();
    const idle = createWebSocketService();
    desk.store('rendered');
    const fetched = there.prefetchQuery(posts({ service: idle }));
    await stage.pass();
    await desk.answer();
    await fetched;
    const state = dehydrate(there);
    there.clear();
    const probe = probeOf(() => useQuery(posts({ staleTime: 60_000 })));
    show(
      <App>
        <HydrationBoundary state={state}>
          <probe.Probe />
        </HydrationBoundary>
      </App>,
    );
    expect(probe.last?.data).toEqual(['rendered']);
    await stage.pass();
    await desk.answer();
    expect(probe.last).toMatchObject({ data: ['rendered'] });
    expect(desk.fetches).toBe(2);
    desk.post(stage.server, 'a');
    await stage.pass();
    expect(probe.last).toMatchObject({ data: ['rendered', 'a'] });
  });

  it('what a loader has fetched before the page is mounted stays live until then', async () => {
    const { server } = stage;
    service.connect({ url: server.url, WebSocket: server.WebSocket });
    await stage.pass();
    void client.prefetchQuery(posts());
    await stage.pass();
    await desk.answer();
    desk.post(server, 'between');
    await stage.pass(500);
    const probe = probeOf(() => useQuery(posts()));
    show(
      <App>
        <probe.Probe />
      </App>,
    );
    await stage.pass();
    expect(probe.last).toMatchObject({ status: 'live', data: ['between'] });
    expect(desk.fetches).toBe(1);
    service.disconnect();
  });
});

describe('who shows it', () => {
  it('is kept for a second after the last component, and is then fetched again', async () => {
    const { server } = stage;
    const probe = probeOf(() => useQuery(posts({ staleTime: 60_000 })));
    const tree = (shows: boolean) => <App>{shows && <probe.Probe />}</App>;
    const page = show(tree(true));
    await stage.pass();
    await desk.answer();
    page.rerender(tree(false));
    desk.post(server, 'a');
    await stage.pass(900);
    page.rerender(tree(true));
    await stage.pass();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a'] });
    expect(desk.fetches).toBe(1);
    page.rerender(tree(false));
    await stage.pass(1_100);
    desk.post(server, 'b');
    page.rerender(tree(true));
    expect(probe.last).toMatchObject({ status: 'stale', data: ['a'] });
    await stage.pass();
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a', 'b'] });
  });

  it('is dropped after the gcTime of TanStack Query', async () => {
    const probe = probeOf(() => useQuery(posts({ gcTime: 10_000 })));
    const tree = (shows: boolean) => <App>{shows && <probe.Probe />}</App>;
    const page = show(tree(true));
    await stage.pass();
    await desk.answer();
    page.rerender(tree(false));
    await stage.pass(10_100);
    expect(client.getQueryCache().getAll()).toEqual([]);
    page.rerender(tree(true));
    expect(probe.last).toMatchObject({ status: 'loading', data: undefined });
  });

  it('a fetch that nobody waits for is aborted only if its function reads the signal', async () => {
    const signals: AbortSignal[] = [];
    const reads: Options['queryFn'] = ({ signal }) => {
      signals.push(signal);
      return desk.fetch({ signal });
    };
    const other = startDesk();
    const ignores: Options['queryFn'] = () => other.fetch({ signal: new AbortController().signal });
    const probes = [
      createProbe(() => useQuery(posts({ queryKey: ['reads'], queryFn: reads }))),
      createProbe(() => useQuery(posts({ queryKey: ['ignores'], queryFn: ignores }))),
    ];
    const tree = (shows: boolean) => (
      <App>{shows && probes.map(({ id, Probe }) => <Probe key={id} />)}</App>
    );
    const page = show(tree(true));
    await stage.pass();
    page.rerender(tree(false));
    await stage.pass();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    other.store('cached');
    await other.answer();
    expect(client.getQueryData(['ignores'])).toEqual(['cached']);
    expect(client.getQueryState(['reads'])?.fetchStatus).toBe('idle');
  });

  it('a query that is disabled is neither fetched nor followed', async () => {
    const { server } = stage;
    const probe = probeOf(() => useQuery(posts({ enabled: false })));
    show(
      <App>
        <probe.Probe />
      </App>,
    );
    await stage.pass();
    server.restart();
    await stage.pass(5_000);
    expect(desk.fetches).toBe(0);
  });

  it('takes the reducers of the last render', async () => {
    const { server } = stage;
    let prefix = '';
    const probe = probeOf(() => {
      const own = prefix;
      return useQuery(posts({ on: { posted: (list, { data }) => [...list, own + String(data)] } }));
    });
    const tree = () => (
      <App>
        <probe.Probe />
      </App>
    );
    const page = show(tree());
    await stage.pass();
    await desk.answer();
    prefix = '> ';
    page.rerender(tree());
    desk.post(server, 'a');
    await stage.pass();
    expect(probe.last?.data).toEqual(['> a']);
  });

  it('works with the service of a provider', async () => {
    const { server } = stage;
    const probe = createProbe(() => useQuery(posts({ service: useWebSocketService() })).data);
    show(
      <QueryClientProvider client={client}>
        <WebSocketProvider url={server.url} WebSocket={server.WebSocket}>
          <probe.Probe />
        </WebSocketProvider>
      </QueryClientProvider>,
    );
    await stage.pass();
    await desk.answer();
    desk.post(server, 'a');
    await stage.pass();
    expect(probe.last).toEqual(['a']);
  });

  it('refuses what is no service, and says what to pass', () => {
    expect(() => posts({ service: {} as never })).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect(() => posts({ service: undefined as never })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });
});
