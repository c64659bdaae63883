/** What docs/rxjs.md says about the life of a pipeline, and of RxJS's own operators in one. */

import { useWsStream } from 'everwire';
import type { ReactNode } from 'react';
import {
  catchError,
  debounceTime,
  EMPTY,
  groupBy,
  map,
  mergeMap,
  type Observable,
  of,
  scan,
  switchMap,
} from 'rxjs';
import { expect, it, vi } from 'vitest';
import { createProbe, numberOf, setUpStage, Wire } from '../../../support/stage.tsx';

const stage = setUpStage();

type Events = Observable<{ readonly data: unknown }>;

const sum = (events$: Events): Observable<number> =>
  events$.pipe(scan((total, event) => total + (numberOf(event) ?? 0), 0));

it('a server renders the initial value, and does not call the pipeline', () => {
  const pipeline = vi.fn(sum);
  const Total = (): ReactNode => useWsStream('tick', pipeline, [], 7);
  const html = stage.renderToString(
    <Wire to={stage.server}>
      <Total />
    </Wire>,
  );
  // React 18 warns about layout effects, because this server has a `window`.
  stage.takeConsoleErrors();
  expect(html).toBe('7');
  expect(pipeline).not.toHaveBeenCalled();
});

it('a pipeline that uses a prop directly keeps the value of the mount, an input follows', async () => {
  let factor = 1;
  const direct = createProbe(() => {
    const own = factor;
    return useWsStream('tick', (tick$) => tick$.pipe(map((event) => own * (numberOf(event) ?? 0))));
  });
  const input = createProbe(() =>
    useWsStream(
      'tick',
      (tick$, inputs$) =>
        inputs$.pipe(switchMap(([factor]) => tick$.pipe(map((event) => factor * (numberOf(event) ?? 0))))),
      [factor],
    ),
  );
  const tree = (): ReactNode => (
    <Wire to={stage.server}>
      <direct.Probe />
      <input.Probe />
    </Wire>
  );
  const page = stage.mount(tree());
  await stage.pass();
  factor = 10;
  page.rerender(tree());
  stage.server.emit('tick', { n: 5 });
  await stage.frame();
  expect({ direct: direct.last, input: input.last }).toEqual({ direct: 5, input: 50 });
});

it("a renewed token of the same user changes nothing, another user's token starts again", async () => {
  const total = createProbe(() => useWsStream('tick', sum, [], 0));
  const tree = (token: string, identity: string): ReactNode => (
    <Wire to={stage.server} token={token} identity={identity}>
      <total.Probe />
    </Wire>
  );
  const page = stage.mount(tree('first', 'ann'));
  await stage.pass();
  stage.server.emit('tick', { n: 1 });
  await stage.frame();
  page.rerender(tree('second', 'ann'));
  await stage.pass();
  stage.server.emit('tick', { n: 2 });
  await stage.frame();
  expect(total.last).toBe(3);
  page.rerender(tree('third', 'ben'));
  await stage.pass();
  expect(total.last).toBe(0);
});

it('an error caught inside switchMap does not end the pipeline, one caught at the end does', async () => {
  const check = (event: { readonly data: unknown }): Observable<number> =>
    of(numberOf(event) ?? 0).pipe(
      map((n) => {
        if (n < 0) throw new Error('negative');
        return n;
      }),
    );
  const inside = createProbe(() =>
    useWsStream('tick', (tick$) =>
      tick$.pipe(switchMap((event) => check(event).pipe(catchError(() => EMPTY)))),
    ),
  );
  const atTheEnd = createProbe(() =>
    useWsStream('tick', (tick$) =>
      tick$.pipe(
        switchMap(check),
        catchError(() => EMPTY),
      ),
    ),
  );
  stage.mount(
    <Wire to={stage.server}>
      <inside.Probe />
      <atTheEnd.Probe />
    </Wire>,
  );
  await stage.pass();
  for (const n of [1, -1, 2]) stage.server.emit('tick', { n });
  await stage.frame();
  expect({ inside: inside.last, atTheEnd: atTheEnd.last }).toEqual({ inside: 2, atTheEnd: 1 });
});

it('the duration of groupBy keeps a subscription after the unmount, until it emits', async () => {
  const users = createProbe(() =>
    useWsStream('typing', (typing$) =>
      typing$.pipe(
        groupBy(() => 'all', { duration: (user$) => user$.pipe(debounceTime(3_000)) }),
        mergeMap((user$) => user$),
      ),
    ),
  );
  const page = stage.mount(
    <Wire to={stage.server} heartbeat={false}>
      <users.Probe />
    </Wire>,
  );
  await stage.pass();
  stage.server.emit('typing', { user: 'Ann' });
  await stage.pass();
  page.unmount();
  await stage.pass(1_000);
  expect(vi.getTimerCount()).toBe(1);
  await stage.pass(3_000);
  expect(vi.getTimerCount()).toBe(0);
});
