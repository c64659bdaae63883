/** useWsRecent, useWsEvent with `every`, useWsReducer with `start` and `actions` (rules F3 to F5). */

import { useWsEvent, useWsRecent, useWsReducer, WebSocketServiceError } from 'everwire';
import type { ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { createProbe, modes, numberOf, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage();

const inWire = (children: ReactNode, identity = 'ann'): ReactNode => (
  <Wire to={stage.server} identity={identity}>
    {children}
  </Wire>
);

const userOf = ({ data }: { readonly data: unknown }): string => (data as { readonly user: string }).user;

async function emit(...numbers: readonly number[]): Promise<void> {
  for (const n of numbers) stage.server.emit('tick', { n });
  await stage.frame();
}

describe.each(modes)('F3: useWsRecent ($mode)', ({ Mode }) => {
  it('shows the newest event of each key, until the time of the key is over', async () => {
    const typing = createProbe(() => useWsRecent('typing', { key: userOf, ttl: 3_000 }).map(userOf));
    stage.mount(<Mode>{inWire(<typing.Probe />)}</Mode>);
    await stage.pass();
    const types = (user: string): void => stage.server.emit('typing', { user });
    types('aiko');
    await stage.pass(1_000);
    types('jonas');
    await stage.pass(1_000);
    expect(typing.last).toEqual(['aiko', 'jonas']);
    types('aiko');
    await stage.pass(1_900);
    expect(typing.last).toEqual(['aiko', 'jonas']);
    await stage.pass(200);
    expect(typing.last).toEqual(['aiko']);
    await stage.pass(1_000);
    expect(typing.last).toEqual([]);
    types('jonas');
    await stage.frame();
    expect(typing.last).toEqual(['jonas']);
  });
});

describe('F3: useWsRecent', () => {
  it('renders once per frame for a burst, once for all that expire together, and not else', async () => {
    const typing = createProbe(() => useWsRecent('typing', { key: userOf, ttl: 1_000 }).length);
    stage.mount(inWire(<typing.Probe />));
    await stage.pass();
    expect(typing.renders).toBe(1);
    for (let n = 0; n < 500; n += 1) stage.server.emit('typing', { user: `user-${n % 50}` });
    await stage.frame();
    expect(typing.values).toEqual([0, 50]);
    await stage.pass(2_000);
    expect(typing.values).toEqual([0, 50, 0]);
  });

  it('shows the newest of several names, so that one of them can end the other', async () => {
    const typing = createProbe(() =>
      useWsRecent(['typing', 'posted'], { key: userOf, ttl: 3_000 })
        .filter(({ event }) => event === 'typing')
        .map(userOf),
    );
    stage.mount(inWire(<typing.Probe />));
    await stage.pass();
    stage.server.emit('typing', { user: 'aiko' });
    await stage.frame();
    expect(typing.last).toEqual(['aiko']);
    stage.server.emit('posted', { user: 'aiko' });
    await stage.frame();
    expect(typing.last).toEqual([]);
  });

  it('uses another ttl at once, and is empty for another user', async () => {
    let ttl = 60_000;
    const typing = createProbe(() => useWsRecent('typing', { key: userOf, ttl }).length);
    const page = stage.mount(inWire(<typing.Probe />));
    await stage.pass();
    stage.server.emit('typing', { user: 'aiko' });
    await stage.pass(2_000);
    expect(typing.last).toBe(1);
    ttl = 1_000;
    page.rerender(inWire(<typing.Probe />));
    await stage.pass();
    expect(typing.last).toBe(0);
    stage.server.emit('typing', { user: 'aiko' });
    await stage.frame();
    expect(typing.last).toBe(1);
    page.rerender(inWire(<typing.Probe />, 'ben'));
    expect(typing.last).toBe(0);
  });

  it('leaves no timer when it is unmounted', async () => {
    const typing = createProbe(() => useWsRecent('typing', { key: userOf, ttl: 60_000 }).length);
    const page = stage.mount(inWire(<typing.Probe />));
    await stage.pass();
    stage.server.emit('typing', { user: 'aiko' });
    await stage.frame();
    // The stage checks that there is none.
    page.unmount();
  });

  it.each<[object, RegExp]>([
    [{ ttl: 1 }, /key of useWsRecent/],
    [{ key: 'user', ttl: 1 }, /key of useWsRecent/],
    [{ key: userOf }, /ttl of useWsRecent/],
    [{ key: userOf, ttl: -1 }, /ttl of useWsRecent/],
    [{ key: userOf, ttl: Number.NaN }, /ttl of useWsRecent/],
  ])('refuses %o', (options, words) => {
    const Page = (): ReactNode => useWsRecent('typing', options as never).length;
    expect(() => stage.renderToString(inWire(<Page />))).toThrow(words);
    expect(() => stage.renderToString(inWire(<Page />))).toThrow(WebSocketServiceError);
  });
});

describe('F4: useWsEvent with every', () => {
  it('renders the first at once, then at most once in the time, and ends with the newest', async () => {
    const [slow, odd, fast] = [
      createProbe(() => numberOf(useWsEvent('tick', { every: 250 }))),
      createProbe(() =>
        numberOf(useWsEvent('tick', { every: 250, where: (event) => (numberOf(event) ?? 0) % 2 === 1 })),
      ),
      createProbe(() => numberOf(useWsEvent('tick'))),
    ];
    stage.mount(
      inWire(
        <>
          <slow.Probe />
          <odd.Probe />
          <fast.Probe />
        </>,
      ),
    );
    await stage.pass();
    await emit(1);
    expect(slow.values).toEqual([undefined, 1]);
    for (let n = 2; n <= 60; n += 1) await emit(n);
    // 59 frames of 16 ms are 944 ms.
    expect(fast.renders).toBe(61);
    expect(slow.renders).toBeGreaterThanOrEqual(5);
    expect(slow.renders).toBeLessThanOrEqual(6);
    expect(odd.renders).toBeLessThanOrEqual(6);
    await stage.pass(250);
    expect([slow.last, odd.last]).toEqual([60, 59]);
    const renders = slow.renders;
    await stage.pass(1_000);
    expect(slow.renders).toBe(renders);
    await emit(61);
    expect(slow.last).toBe(61);
  });

  it('does not show the event of the last user a moment longer', async () => {
    const slow = createProbe(() => numberOf(useWsEvent('tick', { every: 60_000 })));
    // The same element: it is rendered again only because of its event.
    const shown = <slow.Probe />;
    const page = stage.mount(inWire(shown));
    await stage.pass();
    await emit(1);
    await emit(2);
    expect(slow.last).toBe(1);
    page.rerender(inWire(shown, 'ben'));
    await stage.pass();
    expect(slow.last).toBeUndefined();
  });

  it('follows another every, and refuses one that is no time', async () => {
    let every: number | undefined = 60_000;
    const slow = createProbe(() => numberOf(useWsEvent('tick', { every })));
    const page = stage.mount(inWire(<slow.Probe />));
    await stage.pass();
    await emit(1);
    await emit(2);
    expect(slow.last).toBe(1);
    every = undefined;
    page.rerender(inWire(<slow.Probe />));
    expect(slow.last).toBe(2);
    await emit(3);
    expect(slow.last).toBe(3);
    const Page = (): ReactNode => String(useWsEvent('tick', { every: -1 }));
    expect(() => stage.renderToString(inWire(<Page />))).toThrow(/every of useWsEvent/);
  });
});

const list = (all: readonly unknown[], event: { readonly event: string; readonly data: unknown }) => [
  ...all,
  `${event.event} ${numberOf(event)}`,
];

describe.each(modes)('F5: useWsReducer from the newest ($mode)', ({ Mode }) => {
  it('starts with the newest event of each name, in the order of the names, and goes on without a hole', async () => {
    const first = createProbe(() => useWsEvent('tick'));
    const late = createProbe(() => useWsReducer(['tock', 'tick'], list, [], { start: 'newest' }));
    const plain = createProbe(() => useWsReducer(['tock', 'tick'], list, []));
    const page = stage.mount(<Mode>{inWire(<first.Probe />)}</Mode>);
    await stage.pass();
    await emit(1, 2);
    stage.server.emit('tock', { n: 3 });
    // Received, and not shown yet.
    stage.server.emit('tick', { n: 4 });
    await stage.pass(0);
    page.rerender(
      <Mode>
        {inWire(
          <>
            <first.Probe />
            <late.Probe />
            <plain.Probe />
          </>,
        )}
      </Mode>,
    );
    expect(late.values[0]).toEqual(['tock 3', 'tick 4']);
    expect(plain.values[0]).toEqual([]);
    await emit(5);
    expect(late.last).toEqual(['tock 3', 'tick 4', 'tick 5']);
    expect(plain.last).toEqual(['tick 5']);
  });
});

describe('F5: useWsReducer', () => {
  it('is empty again for another user', async () => {
    const late = createProbe(() => useWsReducer('tick', list, [], { start: 'newest' }));
    const shown = createProbe(() => useWsEvent('tick'));
    const page = stage.mount(inWire(<shown.Probe />));
    await stage.pass();
    await emit(1);
    const both = (
      <>
        <shown.Probe />
        <late.Probe />
      </>
    );
    page.rerender(inWire(both));
    expect(late.last).toEqual(['tick 1']);
    page.rerender(inWire(both, 'ben'));
    expect(late.last).toEqual([]);
    await stage.pass();
    await emit(2);
    expect(late.last).toEqual(['tick 2']);
  });

  it('reports what the reducer throws at its start once, and shows the rest', async () => {
    const errors: string[] = [];
    const careful = createProbe(() =>
      useWsReducer(
        ['tick', 'tock'],
        (all: readonly string[], event) => {
          if (event.event === 'tick') throw new Error('no ticks');
          return [...all, event.event];
        },
        [],
        { start: 'newest' },
      ),
    );
    const tree = (child: ReactNode): ReactNode => (
      <Wire to={stage.server} onError={({ message }) => errors.push(message)}>
        {child}
      </Wire>
    );
    const page = stage.mount(tree(null));
    await stage.pass();
    await emit(1);
    stage.server.emit('tock', { n: 1 });
    await stage.frame();
    page.rerender(tree(<careful.Probe />));
    expect(careful.last).toEqual(['tock']);
    expect(errors).toEqual(['The reducer of useWsReducer threw: no ticks']);
  });

  it('has local actions, which are stable, and change the state at once', async () => {
    let step = 1;
    const unread = createProbe(() =>
      useWsReducer('tick', (count: number) => count + 1, 0, {
        actions: { markRead: () => 0, add: (count, more: number) => count + more * step },
      }),
    );
    const page = stage.mount(inWire(<unread.Probe />));
    await stage.pass();
    await emit(1, 2);
    expect(unread.last?.[0]).toBe(2);
    const actions = unread.last?.[1];
    stage.server.emit('tick', { n: 3 });
    await stage.pass(0);
    // After the event, which is not shown yet.
    actions?.add(10);
    await Promise.resolve();
    expect(unread.last?.[0]).toBe(13);
    step = 100;
    page.rerender(inWire(<unread.Probe />));
    expect(unread.last?.[1]).toBe(actions);
    actions?.add(1);
    await stage.frame();
    expect(unread.last?.[0]).toBe(113);
    actions?.markRead();
    await stage.frame();
    expect(unread.last?.[0]).toBe(0);
    page.rerender(inWire(<unread.Probe />, 'ben'));
    await stage.pass();
    actions?.add(1);
    await stage.frame();
    expect(unread.last?.[0]).toBe(100);
  });

  it('an action that throws throws to its caller, and changes nothing', async () => {
    const unread = createProbe(() =>
      useWsReducer('tick', (count: number) => count + 1, 0, {
        actions: {
          fail: () => {
            throw new Error('no');
          },
        },
      }),
    );
    stage.mount(inWire(<unread.Probe />));
    await stage.pass();
    await emit(1);
    expect(() => unread.last?.[1].fail()).toThrow('no');
    await stage.frame();
    expect(unread.last?.[0]).toBe(1);
  });

  it('refuses another start', () => {
    const Page = (): ReactNode => useWsReducer('tick', (n: number) => n, 0, { start: 'oldest' as never });
    expect(() => stage.renderToString(inWire(<Page />))).toThrow(/start of useWsReducer/);
  });
});
