/** Four ways to show the same list: three live queries, and the recipe that most apps have. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  type IWebSocketEvent,
  useLiveQuery,
  useMissedEvents,
  useWebSocketService,
  useWsEventHandler,
} from 'everwire';
import { liveQueryOptions, liveStatus } from 'everwire/tanstack-query';
import type { ReactNode } from 'react';
import type { Desk } from './schedule.ts';

type Api = ReturnType<Desk['api']>;

export interface Shown {
  readonly list: readonly number[] | undefined;
  readonly status: string;
  readonly refetch: () => unknown;
}

export interface ContenderProps {
  readonly api: Api;
  readonly onShown: (shown: Shown) => void;
}

interface Change {
  readonly id: number;
  readonly version: number;
}

const changeOf = (event: IWebSocketEvent): Change => event.data as Change;

const added = (list: readonly number[], id: number): readonly number[] =>
  list.includes(id) ? list : [...list, id];
const removed = (list: readonly number[], id: number): readonly number[] =>
  list.filter((other) => other !== id);

const byId = {
  posted: (list: readonly number[], event: IWebSocketEvent) => added(list, changeOf(event).id),
  deleted: (list: readonly number[], event: IWebSocketEvent) => removed(list, changeOf(event).id),
};

function Hook({ api, onShown }: ContenderProps): ReactNode {
  const { data, status, refetch } = useLiveQuery<readonly number[]>({
    key: ['hook'],
    fetch: async ({ signal }) => (await api(signal)).list,
    on: byId,
  });
  onShown({ list: data, status, refetch });
  return null;
}

/** With positions, reducers need not look whether an event was applied before. */
function HookWithPositions({ api, onShown }: ContenderProps): ReactNode {
  const { data, status, refetch } = useLiveQuery({
    key: ['positions'],
    fetch: ({ signal }) => api(signal),
    on: {
      posted: (page, event) => ({ ...page, list: [...page.list, changeOf(event).id] }),
      deleted: (page, event) => ({ ...page, list: removed(page.list, changeOf(event).id) }),
    },
    at: ({ version }) => version,
    eventAt: (event) => changeOf(event).version,
  });
  onShown({ list: data?.list, status, refetch });
  return null;
}

function TanstackQuery({ api, onShown }: ContenderProps): ReactNode {
  const result = useQuery(
    liveQueryOptions<readonly number[]>({
      service: useWebSocketService(),
      queryKey: ['live'],
      queryFn: async ({ signal }) => (await api(signal)).list,
      on: byId,
    }),
  );
  onShown({ list: result.data, status: liveStatus(result), refetch: result.refetch });
  return null;
}

/** `useQuery`, `setQueryData` in a handler, and `invalidateQueries` after a break. */
function Recipe({ api, onShown }: ContenderProps): ReactNode {
  const client = useQueryClient();
  const queryKey = ['recipe'];
  const result = useQuery({ queryKey, queryFn: async ({ signal }) => (await api(signal)).list });
  const change = (update: (list: readonly number[]) => readonly number[]): unknown =>
    client.setQueryData<readonly number[]>(queryKey, (list) => list && update(list));
  useWsEventHandler('posted', (event) => change((list) => added(list, changeOf(event).id)));
  useWsEventHandler('deleted', (event) => change((list) => removed(list, changeOf(event).id)));
  useMissedEvents(() => client.invalidateQueries({ queryKey }));
  onShown({ list: result.data, status: result.status, refetch: result.refetch });
  return null;
}

export const contenders = {
  useLiveQuery: Hook,
  'useLiveQuery with at': HookWithPositions,
  liveQueryOptions: TanstackQuery,
  'useQuery and setQueryData': Recipe,
} as const;
