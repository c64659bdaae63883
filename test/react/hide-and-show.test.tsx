/** A connection survives Suspense above and below it, a hidden Activity, and a hidden page. */

import {
  useConnectionStatus,
  useWsConnected,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsStream,
} from 'everwire';
import * as React from 'react';
import { type ComponentType, type ReactNode, Suspense } from 'react';
import { map } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { createProbe, numberOf, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage();

/** A component that suspends until `goOn`. */
function createSuspender() {
  let state: 'ready' | Promise<void> = 'ready';
  let wake: () => void = () => undefined;
  let tellShown: () => void = () => undefined;
  function Suspender(): ReactNode {
    if (state !== 'ready') throw state;
    React.useEffect(() => tellShown());
    return null;
  }
  return {
    Suspender,
    suspend() {
      state = new Promise((resolve) => {
        wake = resolve;
      });
    },
    /** Resolves when the component is on the page again. */
    goOn(): Promise<void> {
      state = 'ready';
      const shown = new Promise<void>((resolve) => {
        tellShown = resolve;
      });
      wake();
      return shown;
    },
  };
}

describe('Suspense', () => {
  it('below the provider opens no socket, and a late mount sees the last event', async () => {
    const { server } = stage;
    const gate = createSuspender();
    gate.suspend();
    const tick = createProbe(() => numberOf(useWsEvent('tick')));
    stage.mount(
      <Wire to={server}>
        <Suspense fallback="…">
          <gate.Suspender />
          <tick.Probe />
        </Suspense>
      </Wire>,
    );
    await stage.pass();
    expect(server.socketsConstructed).toBe(1);
    server.emit('tick', { n: 1 });
    await stage.frame();
    await gate.goOn();
    expect(tick.last).toBe(1);
    expect(server.socketsConstructed).toBe(1);
  });

  it('above the provider opens no socket while suspended, then exactly one', async () => {
    const { server } = stage;
    const gate = createSuspender();
    gate.suspend();
    stage.mount(
      <Suspense fallback="…">
        <Wire to={server}>
          <gate.Suspender />
        </Wire>
      </Suspense>,
    );
    await stage.pass(60_000);
    expect(server.socketsConstructed).toBe(0);
    await gate.goOn();
    await stage.pass();
    expect(server.socketsConstructed).toBe(1);
  });

  it('that hides the provider later keeps the link, and handlers receive every event', async () => {
    const { server } = stage;
    const gate = createSuspender();
    const heard: unknown[] = [];
    const handler = createProbe(() => useWsEventHandler('tick', (event) => heard.push(numberOf(event))));
    const tree = () => (
      <Suspense fallback="…">
        <Wire to={server}>
          <gate.Suspender />
          <handler.Probe />
        </Wire>
      </Suspense>
    );
    const page = stage.mount(tree());
    await stage.pass();
    gate.suspend();
    page.rerender(tree());
    expect(page.container.textContent).toBe('…');
    server.emit('tick', { n: 1 });
    await stage.pass(1_000);
    await gate.goOn();
    server.emit('tick', { n: 2 });
    await stage.pass();
    expect(heard).toEqual([1, 2]);
    expect(server.socketsConstructed).toBe(1);
  });
});

// Only React 19.2 and newer have it.
const { Activity } = React as { readonly Activity?: ComponentType<ActivityProps> };

interface ActivityProps {
  readonly mode: 'visible' | 'hidden';
  readonly children?: ReactNode;
}

describe.runIf(Activity !== undefined)('Activity', () => {
  const Shelf: ComponentType<ActivityProps> = Activity ?? (() => null);

  it('around the provider: disconnects while hidden, connects when shown again', async () => {
    const { server } = stage;
    const status = createProbe(() => useConnectionStatus());
    const tree = (mode: ActivityProps['mode']) => (
      <Shelf mode={mode}>
        <Wire to={server}>
          <status.Probe />
        </Wire>
      </Shelf>
    );
    const page = stage.mount(tree('visible'));
    await stage.pass();
    page.rerender(tree('hidden'));
    await stage.pass();
    expect(server.socketCount).toBe(0);
    page.rerender(tree('visible'));
    await stage.pass();
    expect(server.socketCount).toBe(1);
    expect(status.last).toBe('connected');
  });

  it('below the provider: a handler receives nothing while hidden, and useWsEvent shows the last event when shown again', async () => {
    const { server } = stage;
    const heard: unknown[] = [];
    const handler = createProbe(() => useWsEventHandler('tick', (event) => heard.push(numberOf(event))));
    const tick = createProbe(() => numberOf(useWsEvent('tick')));
    const tree = (mode: ActivityProps['mode']) => (
      <Wire to={server}>
        <Shelf mode={mode}>
          <handler.Probe />
          <tick.Probe />
        </Shelf>
      </Wire>
    );
    const page = stage.mount(tree('visible'));
    await stage.pass();
    server.emit('tick', { n: 1 });
    await stage.frame();
    page.rerender(tree('hidden'));
    // Hidden parts are rendered later, when there is nothing else to do.
    await stage.pass();
    server.emit('tick', { n: 2 });
    await stage.frame();
    page.rerender(tree('visible'));
    await stage.pass();
    server.emit('tick', { n: 3 });
    await stage.frame();
    expect(heard).toEqual([1, 3]);
    expect(tick.last).toBe(3);
    expect(server.socketsConstructed).toBe(1);
  });

  it('below the provider: useWsConnected is left while hidden, and called again when shown', async () => {
    const { server } = stage;
    const log: string[] = [];
    const probe = createProbe(() =>
      useWsConnected(({ attempt }) => {
        log.push(`link ${attempt}`);
        return () => log.push('gone');
      }),
    );
    const tree = (mode: ActivityProps['mode']) => (
      <Wire to={server}>
        <Shelf mode={mode}>
          <probe.Probe />
        </Shelf>
      </Wire>
    );
    const page = stage.mount(tree('visible'));
    await stage.pass();
    page.rerender(tree('hidden'));
    await stage.pass();
    expect(log).toEqual(['link 1', 'gone']);
    server.restart();
    await stage.pass(5_000);
    page.rerender(tree('visible'));
    await stage.pass();
    expect(log).toEqual(['link 1', 'gone', 'link 2']);
  });

  it('below the provider: a subtree hidden during a session change shows nothing of the old session', async () => {
    const { server } = stage;
    const shown = createProbe(() => [
      numberOf(useWsEvent('tick')),
      numberOf(useWsEvent('tick', { where: () => true })),
      useWsEvents('tick').map(numberOf),
      useWsReducer('tick', (sum: number, event) => sum + (numberOf(event) ?? 0), 0),
      useWsStream('tick', (tick$) => tick$.pipe(map(numberOf))),
    ]);
    const tree = (token: string, mode: ActivityProps['mode']) => (
      <Wire to={server} token={token}>
        <Shelf mode={mode}>
          <shown.Probe />
        </Shelf>
      </Wire>
    );
    const page = stage.mount(tree('token-of-ann', 'visible'));
    await stage.pass();
    server.emit('tick', { n: 1 });
    await stage.frame();
    expect(shown.last).toEqual([1, 1, [1], 1, 1]);
    page.rerender(tree('token-of-ann', 'hidden'));
    await stage.pass();
    page.rerender(tree('token-of-ben', 'hidden'));
    await stage.pass();
    const { renders } = shown;
    page.rerender(tree('token-of-ben', 'visible'));
    await stage.pass();
    // Not in any render: the first one after it is shown is also painted.
    expect(new Set(shown.values.slice(renders).map((value) => JSON.stringify(value)))).toEqual(
      new Set([JSON.stringify([undefined, undefined, [], 0, undefined])]),
    );
    server.emit('tick', { n: 5 });
    await stage.frame();
    expect(shown.last).toEqual([5, 5, [5], 5, 5]);
  });
});

describe('a hidden page', () => {
  it('has no frames, so events are committed at most every 250 ms', async () => {
    const { server } = stage;
    const tick = createProbe(() => numberOf(useWsEvent('tick')));
    stage.mount(
      <Wire to={server}>
        <tick.Probe />
      </Wire>,
    );
    await stage.pass();
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    for (let n = 1; n <= 100; n += 1) {
      server.emit('tick', { n });
      await stage.pass(10);
    }
    await stage.pass(250);
    expect(tick.last).toBe(100);
    expect(tick.renders).toBeGreaterThan(2);
    expect(tick.renders).toBeLessThanOrEqual(7);
  });
});
