/** The types of live queries: the data comes from the fetch, names and events from the registered types. */
import { QueryClient, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { createWebSocketService, useLiveQuery, watchLiveQuery } from 'everwire';
import { liveQueryOptions } from 'everwire/tanstack-query';
import { describe, expectTypeOf, it } from 'vitest';

interface Post {
  readonly id: number;
  readonly text: string;
}

interface Page {
  readonly posts: readonly Post[];
  readonly position: string;
}

declare function fetchPage(signal: AbortSignal): Promise<Page>;
declare const none: undefined | null | false | '';

const plain = createWebSocketService<{ events: { posted: Post; deleted: number } }>();
const rooms = createWebSocketService<{
  events: { noted: string };
  channels: { lobby: { opened: null }; [room: `room:${string}`]: { posted: Post } };
}>();

describe('useLiveQuery', () => {
  it('has the data of the fetch, and the events of the service', () => {
    const page = useLiveQuery({
      service: plain,
      key: ['page'],
      fetch: ({ signal }) => fetchPage(signal),
      on: {
        posted: (last, event) => {
          expectTypeOf(last).toEqualTypeOf<Page>();
          expectTypeOf(event.data).toEqualTypeOf<Post>();
          return { ...last, posts: [...last.posts, event.data] };
        },
        deleted: (last, { data }) => ({ ...last, posts: last.posts.filter(({ id }) => id !== data) }),
      },
      at: ({ position }) => position,
    });
    expectTypeOf(page.data).toEqualTypeOf<Page | undefined>();
    if (page.status === 'live' || page.status === 'stale') expectTypeOf(page.data).toEqualTypeOf<Page>();
    if (page.status === 'loading') expectTypeOf(page.data).toEqualTypeOf<undefined>();
  });

  it('refuses names that there are not, and what a reducer must not return', () => {
    useLiveQuery({
      service: plain,
      key: ['page'],
      fetch: ({ signal }) => fetchPage(signal),
      // @ts-expect-error: no event has this name.
      on: { psted: (last) => last },
    });
    useLiveQuery({
      service: plain,
      key: ['page'],
      fetch: ({ signal }) => fetchPage(signal),
      // @ts-expect-error: it has to return a page.
      on: { posted: (last) => last.posts },
    });
    // @ts-expect-error: there is nothing to fetch with.
    useLiveQuery({ service: plain, key: ['page'], on: {} });
  });

  it('with a channel, has its events', () => {
    const id: string = '42';
    useLiveQuery({
      service: rooms,
      key: ['room', id],
      channel: `room:${id}`,
      fetch: ({ signal }) => fetchPage(signal),
      on: {
        posted: (last, event) => {
          expectTypeOf(event.data).toEqualTypeOf<Post>();
          return { ...last, posts: [...last.posts, event.data] };
        },
      },
    });
    useLiveQuery({
      service: rooms,
      key: ['room', id],
      // @ts-expect-error: no channel has this name.
      channel: 'hall',
      fetch: ({ signal }) => fetchPage(signal),
      on: {},
    });
  });

  it('takes none as a key, and as a channel', () => {
    useLiveQuery({ service: plain, key: none, fetch: ({ signal }) => fetchPage(signal), on: {} });
    useLiveQuery({
      service: rooms,
      key: ['a'],
      channel: none,
      fetch: ({ signal }) => fetchPage(signal),
      on: {},
    });
  });
});

describe('watchLiveQuery', () => {
  it('has the same types', () => {
    const stop = watchLiveQuery(
      plain,
      {
        key: ['page'],
        fetch: ({ signal }) => fetchPage(signal),
        on: { posted: (last, event) => ({ ...last, posts: [...last.posts, event.data] }) },
      },
      ({ data }) => expectTypeOf(data).toEqualTypeOf<Page | undefined>(),
    );
    expectTypeOf(stop).toEqualTypeOf<() => void>();
  });
});

describe('liveQueryOptions', () => {
  const options = liveQueryOptions({
    service: plain,
    queryKey: ['page'],
    queryFn: ({ signal }) => fetchPage(signal),
    on: {
      posted: (last, event) => {
        expectTypeOf(last).toEqualTypeOf<Page>();
        expectTypeOf(event.data).toEqualTypeOf<Post>();
        return { ...last, posts: [...last.posts, event.data] };
      },
    },
    at: ({ position }) => position,
  });

  it('fits the hooks and the client of TanStack Query', () => {
    const client = new QueryClient();
    expectTypeOf(useQuery(options).data).toEqualTypeOf<Page | undefined>();
    expectTypeOf(useQuery({ ...options, enabled: false }).data).toEqualTypeOf<Page | undefined>();
    expectTypeOf(useSuspenseQuery(options).data).toEqualTypeOf<Page>();
    expectTypeOf(useQuery({ ...options, select: ({ posts }) => posts.length }).data).toEqualTypeOf<
      number | undefined
    >();
    expectTypeOf(client.fetchQuery(options)).toEqualTypeOf<Promise<Page>>();
    expectTypeOf(client.getQueryData(options.queryKey)).toEqualTypeOf<Page | undefined>();
  });

  it('with initialData there is always data', () => {
    const initialData: Page = { posts: [], position: '0' };
    const known = liveQueryOptions({
      service: plain,
      queryKey: ['page'],
      queryFn: ({ signal }) => fetchPage(signal),
      initialData,
      on: { deleted: (last, { data }) => ({ ...last, posts: last.posts.filter(({ id }) => id !== data) }) },
    });
    expectTypeOf(useQuery(known).data).toEqualTypeOf<Page>();
  });

  it('with a channel, has its events', () => {
    liveQueryOptions({
      service: rooms,
      queryKey: ['room'],
      channel: 'room:42',
      queryFn: ({ signal }) => fetchPage(signal),
      on: {
        posted: (last, event) => {
          expectTypeOf(event.data).toEqualTypeOf<Post>();
          return last;
        },
      },
    });
  });

  it('needs a service', () => {
    // @ts-expect-error: it is no hook, so it knows no provider.
    liveQueryOptions({ queryKey: ['page'], queryFn: () => Promise.resolve(1), on: {} });
  });
});
