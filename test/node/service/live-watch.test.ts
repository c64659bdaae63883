/** What watches a live query may throw. */
import { watchLiveQuery } from 'everwire';
import { expect, it } from 'vitest';
import { connectedRig } from '../../support/fake.ts';

it('an onState that throws later is reported, and keeps no other one from its data', async () => {
  const { service, server, pass, errors } = await connectedRig({}, { heartbeat: false });
  const options = {
    key: ['posts'],
    fetch: () => Promise.resolve<unknown[]>([]),
    on: { posted: (posts: readonly unknown[] | undefined, event: object) => [...(posts ?? []), event] },
  };
  let calls = 0;
  const stops = [
    watchLiveQuery(service, options as never, () => {
      calls += 1;
      if (calls > 1) throw new Error('app');
    }),
  ];
  const lengths: unknown[] = [];
  stops.push(
    watchLiveQuery(service, options as never, ({ data }) =>
      lengths.push((data as unknown[] | undefined)?.length),
    ),
  );
  await pass(100);
  server.emit('posted', 1);
  await pass(100);
  server.emit('posted', 2);
  await pass(100);
  expect(lengths.at(-1)).toBe(2);
  expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['handler-failed']));
  expect(calls).toBeGreaterThan(2);
  for (const stop of stops) stop();
});
