/** A live query over the events of a channel: joined before the fetch starts, and fetched again for its notices alone. */

import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { createWebSocketService, type NoName, useLiveQuery } from 'everwire';
import { liveQueryOptions, liveStatus } from 'everwire/tanstack-query';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProbe, type Mounted, setUpStage, Wire } from '../../support/stage.tsx';
import { type Desk, startDesk, withPost } from './desk.ts';

const stage = setUpStage();

let desk: Desk;
let client: QueryClient;
let service: ReturnType<typeof createWebSocketService>;
let page: Mounted | undefined;

beforeEach(() => {
  desk = startDesk();
  client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  service = createWebSocketService();
});

afterEach(async () => {
  page?.unmount();
  page = undefined;
  await stage.pass(0);
  client.clear();
  await stage.pass(3_000);
  service.dispose();
});

function useHook(channel: string | NoName) {
  return useLiveQuery<readonly string[]>({
    key: ['room'],
    channel,
    fetch: desk.fetch,
    on: { posted: withPost },
  });
}

function useTanstack(channel: string | NoName) {
  const result = useQuery({
    ...liveQueryOptions<readonly string[]>({
      service,
      queryKey: ['room', channel],
      channel: channel || 'none',
      queryFn: desk.fetch,
      on: { posted: withPost },
    }),
    enabled: Boolean(channel),
  });
  return { data: result.data, status: liveStatus(result) };
}

function show(element: ReactNode, props: Partial<Parameters<typeof Wire>[0]> = {}): Mounted {
  const tree = (
    <QueryClientProvider client={client}>
      <Wire to={stage.server} service={service} {...props}>
        {element}
      </Wire>
    </QueryClientProvider>
  );
  if (page) page.rerender(tree);
  else page = stage.mount(tree);
  return page;
}

describe.each([
  { name: 'useLiveQuery', use: useHook },
  { name: 'liveQueryOptions', use: useTanstack },
])('a channel ($name)', ({ use }) => {
  it('is joined first, and its events alone are applied', async () => {
    const { server } = stage;
    let joinedAtFetch: boolean | undefined;
    const { fetch } = desk;
    desk = {
      ...desk,
      fetch: (context) => {
        joinedAtFetch = server.members('room:1').length > 0;
        return fetch(context);
      },
    };
    const probe = createProbe(() => use('room:1'));
    show(<probe.Probe />);
    await stage.pass();
    expect(joinedAtFetch).toBe(true);
    server.publish('room:1', 'posted', 'held');
    server.publish('room:2', 'posted', 'elsewhere');
    server.emit('posted', 'of no channel');
    await stage.pass();
    await desk.answer();
    server.publish('room:1', 'posted', 'a');
    await stage.pass();
    expect(probe.last).toMatchObject({ status: 'live', data: ['held', 'a'] });
  });

  it('is left after the last component is gone', async () => {
    const { server } = stage;
    const probe = createProbe(() => use('room:1'));
    show(<probe.Probe />);
    await stage.pass();
    await desk.answer();
    expect(server.members('room:1')).toHaveLength(1);
    show(null);
    await stage.pass(2_500);
    expect(server.members('room:1')).toHaveLength(0);
  });

  it('none yet: nothing is fetched', async () => {
    const { server } = stage;
    let channel: string | undefined;
    const probe = createProbe(() => use(channel));
    show(<probe.Probe />);
    await stage.pass();
    expect(desk.fetches).toBe(0);
    expect(probe.last).toMatchObject({ status: 'loading', data: undefined });
    channel = 'room:1';
    show(<probe.Probe />);
    await stage.pass();
    await desk.answer();
    server.publish('room:1', 'posted', 'a');
    await stage.pass();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a'] });
  });

  it('in a new session is joined again before it is fetched again', async () => {
    const { server } = stage;
    const probe = createProbe(() => use('room:1'));
    show(<probe.Probe />);
    await stage.pass();
    await desk.answer();
    server.restart();
    desk.store('missed');
    await stage.pass(5_000);
    expect(desk.fetches).toBe(2);
    server.publish('room:1', 'posted', 'held');
    await stage.pass();
    expect(probe.last).toMatchObject({ status: 'stale', data: [] });
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['missed', 'held'] });
  });
});

describe('a channel that is refused', () => {
  it('leaves the data that could be fetched, with the refusal as the error', async () => {
    const server = stage.addServer({ url: 'wss://closed.example/ws', join: () => false });
    const probe = createProbe(() => useHook('room:1'));
    desk.store('readable');
    show(<probe.Probe />, { to: server });
    await stage.pass();
    await desk.answer();
    expect(probe.last).toMatchObject({
      status: 'error',
      data: ['readable'],
      error: expect.objectContaining({ code: 'channel-refused' }),
    });
  });

  it('later: the data is live no more, and is fetched when it is joined again', async () => {
    const { server } = stage;
    const probe = createProbe(() => useHook('room:1'));
    show(<probe.Probe />);
    await stage.pass();
    await desk.answer();
    expect(probe.last?.status).toBe('live');
    server.endMembership('room:1');
    await stage.pass();
    expect(probe.last).toMatchObject({ status: 'error', data: [] });
    desk.store('meanwhile');
    server.restart();
    await stage.pass(5_000);
    await desk.answer();
    expect(probe.last).toMatchObject({ data: ['meanwhile'] });
  });
});
