/** How often a component renders: for a burst, for other names, for a status, for a reconnect. */

import {
  useConnection,
  useConnectionStatus,
  useMissedEvents,
  useWebSocketService,
  useWsConnected,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsRequest,
  useWsSend,
} from 'everwire';
import { Profiler, type ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { createProbe, type Mounted, numberOf, setUpStage, Wire, type WireProps } from '../support/stage.tsx';

const stage = setUpStage();

const BURST = 10_000;
const PARTS = 20;

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Delivers 10,000 events in one frame, in as many macrotasks as a network would use. */
async function burst(): Promise<void> {
  const size = BURST / PARTS;
  for (let part = 0; part < PARTS; part += 1) {
    for (let n = part * size + 1; n <= (part + 1) * size; n += 1) stage.server.emit('tick', { n });
    await stage.pass(0);
  }
}

function show(children: ReactNode, props: Partial<WireProps> = {}): Mounted {
  return stage.mount(
    <Wire to={stage.server} {...props}>
      {children}
    </Wire>,
  );
}

describe('a burst of 10,000 events in one frame', () => {
  it('reaches a handler 10,000 times in order, and renders a useWsEvent component once', async () => {
    const heard: unknown[] = [];
    const handler = createProbe(() => useWsEventHandler('tick', (event) => heard.push(numberOf(event))));
    const shown = createProbe(() => numberOf(useWsEvent('tick')));
    const filtered = createProbe(() => numberOf(useWsEvent('tick', { where: () => true })));
    const list = createProbe(() => useWsEvents('tick').map(numberOf));
    const sum = createProbe(() =>
      useWsReducer('tick', (total: number, event) => total + (numberOf(event) ?? 0), 0),
    );
    const other = createProbe(() => useWsEvent('tock'));
    const whole = createProbe(() => useConnection().lastEventId);
    show(
      <>
        <handler.Probe />
        <shown.Probe />
        <filtered.Probe />
        <list.Probe />
        <sum.Probe />
        <other.Probe />
        <whole.Probe />
      </>,
    );
    await stage.pass();
    // The state itself renders for the hello, before the burst.
    const before = whole.renders;
    await burst();
    expect(heard).toEqual(upTo(BURST));
    expect(shown.renders).toBe(1);

    await stage.frame();
    expect(shown.values).toEqual([undefined, BURST]);
    expect(filtered.values).toEqual([undefined, BURST]);
    expect(list.renders).toBe(2);
    expect(list.last).toEqual(upTo(BURST).slice(-100));
    expect(sum.values).toEqual([0, (BURST * (BURST + 1)) / 2]);
    expect(other.renders).toBe(1);
    expect(whole.renders).toBe(before + 1);
    expect(whole.last).toBe(String(BURST));

    await stage.pass(1_000);
    expect(shown.renders).toBe(2);
  });

  it('commits React once for all of its components together', async () => {
    let commits = 0;
    const [one, two, three] = [1, 2, 3].map(() => createProbe(() => numberOf(useWsEvent('tick'))));
    if (one === undefined || two === undefined || three === undefined) throw new Error('unreachable');
    show(
      <Profiler
        id="page"
        onRender={() => {
          commits += 1;
        }}
      >
        <one.Probe />
        <two.Probe />
        <three.Probe />
      </Profiler>,
    );
    await stage.pass();
    commits = 0;
    await burst();
    expect(commits).toBe(0);
    await stage.frame();
    expect(commits).toBe(1);
    expect([one.last, two.last, three.last]).toEqual([BURST, BURST, BURST]);
  });
});

describe('frames', () => {
  it('cause one render each, with the newest event', async () => {
    const shown = createProbe(() => numberOf(useWsEvent('tick')));
    show(<shown.Probe />);
    await stage.pass();
    for (const n of upTo(50)) {
      stage.server.emit('tick', { n });
      await stage.pass(4);
    }
    await stage.frame();
    expect(shown.last).toBe(50);
    // 200 ms are 12 or 13 frames.
    expect(shown.renders - 1).toBeGreaterThanOrEqual(12);
    expect(shown.renders - 1).toBeLessThanOrEqual(14);
  });
});

describe("batch: 'sync'", () => {
  it('shows each event at once, without waiting for a frame', async () => {
    const shown = createProbe(() => numberOf(useWsEvent('tick')));
    const filtered = createProbe(() => numberOf(useWsEvent('tick', { where: () => true })));
    const seen: unknown[] = [];
    const handler = createProbe(() => {
      const { store } = useWebSocketService();
      useWsEventHandler('tick', ({ seq }) => seen.push(store.getState().lastEventId === String(seq)));
    });
    show(
      <>
        <shown.Probe />
        <filtered.Probe />
        <handler.Probe />
      </>,
      { batch: 'sync' },
    );
    await stage.pass();
    for (const n of [1, 2, 3]) {
      stage.server.emit('tick', { n });
      await stage.pass(0);
    }
    expect(shown.values).toEqual([undefined, 1, 2, 3]);
    expect(filtered.values).toEqual([undefined, 1, 2, 3]);
    // In a handler, the store shows the event of this call.
    expect(seen).toEqual([true, true, true]);
  });
});

describe("batch: 'microtask'", () => {
  it('renders once for the events of one task, without waiting for a frame', async () => {
    const shown = createProbe(() => numberOf(useWsEvent('tick')));
    const ids: (string | null)[] = [];
    const handler = createProbe(() => {
      const { store } = useWebSocketService();
      useWsEventHandler('tick', () => ids.push(store.getState().lastEventId));
    });
    show(
      <>
        <shown.Probe />
        <handler.Probe />
      </>,
      { batch: 'microtask' },
    );
    await stage.pass();
    for (const n of [1, 2, 3]) stage.server.emit('tick', { n });
    await stage.pass(0);
    for (const n of [4, 5]) stage.server.emit('tick', { n });
    await stage.pass(0);
    expect(shown.values).toEqual([undefined, 3, 5]);
    // Committed after each task, and not within it.
    expect(ids).toEqual(['0', '0', '0', '3', '3']);
  });
});

describe('no component renders for a change that does not concern it', () => {
  it('a status consumer: 0 times for events', async () => {
    const status = createProbe(() => useConnectionStatus());
    const graceful = createProbe(() => useConnectionStatus({ grace: 1_000 }));
    const slice = createProbe(() => useConnection(({ status: one, error }) => ({ one, error })));
    const silent = createProbe(() => {
      useWebSocketService();
      useWsSend();
      useWsRequest();
      useWsEventHandler('tick', () => undefined);
      useMissedEvents(() => undefined);
      useWsConnected(() => undefined);
    });
    const probes = [status, graceful, slice, silent];
    show(
      <>
        <status.Probe />
        <graceful.Probe />
        <slice.Probe />
        <silent.Probe />
      </>,
    );
    await stage.pass();
    const before = probes.map(({ renders }) => renders);
    await burst();
    await stage.pass();
    expect(probes.map(({ renders }) => renders)).toEqual(before);
  });

  it('an event consumer: 0 times for a reconnect', async () => {
    const probes = [
      createProbe(() => useWsEvent('tick')),
      createProbe(() => useWsEvent('tick', { where: () => true })),
      createProbe(() => useWsEvent('tick', { select: numberOf })),
      createProbe(() => useWsEvents('tick')),
      createProbe(() => useWsReducer('tick', (count: number) => count + 1, 0)),
      createProbe(() => useWsEventHandler('tick', () => undefined)),
      createProbe(() => useMissedEvents(() => undefined)),
      createProbe(() => useWsConnected(() => () => undefined)),
      createProbe(() => useWsSend()),
    ];
    show(probes.map(({ id, Probe }) => <Probe key={id} />));
    await stage.pass();
    stage.server.emit('tick', { n: 1 });
    await stage.frame();
    const before = probes.map(({ renders }) => renders);
    stage.server.refuse(2);
    stage.server.drop();
    await stage.pass(20_000);
    expect(stage.server.handshakes.at(-1)?.outcome).toBe('resumed');
    stage.server.restart();
    await stage.pass(20_000);
    expect(stage.server.handshakes.at(-1)?.outcome).toBe('new-session');
    expect(probes.map(({ renders }) => renders)).toEqual(before);
  });

  it('1,000 components on 1,000 names: one event renders one of them', async () => {
    const probes = upTo(1_000).map((n) => createProbe(() => numberOf(useWsEvent(`tick-${n}`))));
    show(probes.map(({ id, Probe }) => <Probe key={id} />));
    await stage.pass();
    stage.server.emit('tick-500', { n: 1 });
    await stage.frame();
    expect(probes.reduce((sum, { renders }) => sum + renders, 0)).toBe(1_001);
    expect(probes[499]?.values).toEqual([undefined, 1]);
  });

  it('a child of the provider: 0 times for a render of the provider that changes nothing', async () => {
    const child = createProbe(() => useWsEvent('tick'));
    const element = <child.Probe />;
    const page = show(element, { token: () => 'one' });
    await stage.pass();
    page.rerender(
      <Wire to={stage.server} token={() => 'two'}>
        {element}
      </Wire>,
    );
    expect(child.renders).toBe(1);
  });
});
