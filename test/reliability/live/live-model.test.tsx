/**
 * Random fetch delays, events, breaks and refetches: at the end, a live query shows the list of the server. The recipe that
 * most apps have runs on the same schedules, for docs/compare.md.
 */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { WebSocketProvider } from 'everwire';
import { createFakeServer } from 'everwire/testing';
import type { ReactNode } from 'react';
import { expect, it } from 'vitest';
import { writeFigures } from '../../support/figures.ts';
import { setUpStage } from '../../support/stage.tsx';
import { contenders, type Shown } from './contenders.tsx';
import { scheduleOf, startDesk } from './schedule.ts';

const isFull = process.env['EVERWIRE_RELIABILITY'] === 'full';
const SCHEDULES = isFull ? 10_000 : 40;
const SEED = Number(process.env['EVERWIRE_SEED'] ?? 20_261_130);
/** Longer than a reconnect, and a fetch with all its retries. */
const SETTLED_MS = 20_000;

type Name = keyof typeof contenders;
const names = Object.keys(contenders) as Name[];

const stage = setUpStage();

/** Returns those that show another list than the server's at the end. */
async function run(seed: number): Promise<readonly Name[]> {
  const { steps, latencyMs, hello } = scheduleOf(seed);
  const desk = startDesk(seed);
  const server = createFakeServer({ latencyMs, hello, numbered: hello });
  const client = new QueryClient();
  const shown = new Map<Name, Shown>();
  const apis = new Map(names.map((name) => [name, desk.api(1)]));
  let round = 0;
  const tree = (): ReactNode => (
    <QueryClientProvider client={client}>
      <WebSocketProvider
        url={server.url}
        WebSocket={server.WebSocket}
        random={() => 0}
        reconnectAttempts={Number.POSITIVE_INFINITY}
      >
        {names.map((name) => {
          const Contender = contenders[name];
          const api = apis.get(name);
          return (
            api && <Contender key={`${name} ${round}`} api={api} onShown={(now) => void shown.set(name, now)} />
          );
        })}
      </WebSocketProvider>
    </QueryClientProvider>
  );
  const page = stage.mount(tree());
  for (const step of steps) {
    switch (step.do) {
      case 'post':
        server.emit('posted', desk.post());
        break;
      case 'delete': {
        const change = desk.delete();
        if (change) server.emit('deleted', change);
        break;
      }
      case 'pass':
        await stage.pass(step.ms);
        break;
      case 'refetch':
        for (const { refetch } of shown.values()) void refetch();
        break;
      case 'drop':
        server.drop();
        break;
      case 'restart':
        server.restart();
        break;
      case 'remount':
        round += 1;
        page.rerender(tree());
        break;
      default:
        step satisfies never;
    }
  }
  await stage.pass(SETTLED_MS);
  // What says that it could not be fetched is fetched again, as a user would.
  for (let tries = 0; tries < 5; tries += 1) {
    const failed = [...shown.values()].filter(({ status }) => status === 'error');
    for (const { refetch } of failed) void refetch();
    if (failed.length > 0) await stage.pass(SETTLED_MS);
  }
  const list = JSON.stringify(desk.list);
  const wrong = names.filter((name) => JSON.stringify(shown.get(name)?.list) !== list);
  page.unmount();
  client.clear();
  await stage.pass(1_500);
  server.dispose();
  page.container.remove();
  return wrong;
}

it(`shows the list of the server after each of ${SCHEDULES} schedules`, async () => {
  const wrong = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let index = 0; index < SCHEDULES; index += 1)
    for (const name of await run(SEED + index)) wrong.get(name)?.push(SEED + index);
  const counts = Object.fromEntries([...wrong].map(([name, seeds]) => [name, seeds.length]));
  writeFigures('live queries', { schedules: SCHEDULES, seed: SEED, 'wrong lists': counts });
  const { 'useQuery and setQueryData': recipe, ...ours } = Object.fromEntries(wrong);
  expect(ours).toEqual({ useLiveQuery: [], 'useLiveQuery with at': [], liveQueryOptions: [] });
  // A race that none of the schedules has would prove nothing.
  expect(recipe?.length).toBeGreaterThan(0);
});
