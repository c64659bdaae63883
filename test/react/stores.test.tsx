/** The provider's `stores`: Zustand stores that get its events while it is mounted. */

import { createWebSocketService, useWsEvent, WebSocketServiceError, withEvents } from 'everwire';
import type { ComponentType, ReactNode } from 'react';
import * as React from 'react';
import { describe, expect, it } from 'vitest';
import { create } from 'zustand';
import { createProbe, modes, numberOf, setUpStage, Wire, type WireProps } from '../support/stage.tsx';

const stage = setUpStage();

interface Sum {
  readonly sum: number;
  readonly events: number;
  readonly clear: () => void;
}

function createSum(options = {}) {
  return create<Sum>()(
    withEvents(
      {
        tick: (state, event) => ({ sum: state.sum + (numberOf(event) ?? 0), events: state.events + 1 }),
      },
      (set) => ({ sum: 0, events: 0, clear: () => set({ sum: 0 }) }),
      options,
    ),
  );
}

const tree = (children: ReactNode, props: Partial<WireProps>): ReactNode => (
  <Wire to={stage.server} {...props}>
    {children}
  </Wire>
);

async function emit(...numbers: readonly number[]): Promise<void> {
  for (const n of numbers) stage.server.emit('tick', { n });
  await stage.frame();
}

describe.each(modes)('stores ($mode)', ({ Mode }) => {
  it('fold each event once, however many components read them, and render each once per frame', async () => {
    const useSum = createSum();
    const readers = Array.from({ length: 20 }, () => createProbe(() => useSum(({ sum }) => sum)));
    const other = createProbe(() => useSum(({ clear }) => clear));
    stage.mount(
      <Mode>
        {tree(
          <>
            {readers.map(({ id, Probe }) => (
              <Probe key={id} />
            ))}
            <other.Probe />
          </>,
          { stores: [useSum] },
        )}
      </Mode>,
    );
    await stage.pass();
    const renders = readers.map((reader) => reader.renders);
    const others = other.renders;
    await emit(...Array.from({ length: 500 }, (_, index) => index + 1));
    expect(useSum.getState()).toMatchObject({ sum: 125_250, events: 500 });
    expect(readers.map(({ last }) => last)).toEqual(readers.map(() => 125_250));
    const each = Mode.name === 'Strict' ? 2 : 1;
    expect(readers.map((reader, index) => reader.renders - (renders[index] ?? 0))).toEqual(
      readers.map(() => each),
    );
    expect(other.renders).toBe(others);
  });
});

describe('stores', () => {
  it('render together with the newest event', async () => {
    const useSum = createSum();
    const both = createProbe(() => [useSum(({ sum }) => sum), numberOf(useWsEvent('tick'))]);
    stage.mount(tree(<both.Probe />, { stores: [useSum] }));
    await stage.pass();
    await emit(1, 2, 3);
    await emit(4);
    expect(both.values).toEqual([
      [0, undefined],
      [6, 3],
      [10, 4],
    ]);
  });

  it('get what comes from the mount on, with a list that is new in each render', async () => {
    const [one, two] = [createSum(), createSum()];
    const page = stage.mount(tree(null, { stores: [one] }));
    await stage.pass();
    await emit(1);
    page.rerender(tree(null, { stores: [one] }));
    await emit(2);
    page.rerender(tree(null, { stores: [two, one] }));
    await emit(4);
    page.rerender(tree(null, { stores: [two] }));
    await emit(8);
    page.rerender(tree(null, {}));
    await emit(16);
    expect([one.getState().sum, two.getState().sum]).toEqual([7, 12]);
    page.unmount();
    expect(stage.takeConsoleErrors()).toEqual([]);
  });

  it('of two providers of one service fold each event once', async () => {
    const useSum = createSum();
    const service = createWebSocketService();
    const errors: unknown[] = [];
    service.errors$.subscribe((error) => errors.push(error));
    const props = { service, stores: [useSum] };
    const page = stage.mount(tree(tree(null, props), props));
    const detach = service.attach(useSum);
    await stage.pass();
    await emit(1);
    page.rerender(tree(null, props));
    await emit(2);
    detach();
    await emit(4);
    expect(useSum.getState()).toMatchObject({ sum: 7, events: 3 });
    expect(errors).toEqual([]);
  });

  it('go on in a new provider of the same user, and are reset by one of another', async () => {
    const useSum = createSum();
    const shown = createProbe(() => useSum(({ sum }) => sum));
    const errors: unknown[] = [];
    const keyed = (key: string, identity: string): ReactNode => (
      <Wire
        to={stage.server}
        key={key}
        stores={[useSum]}
        identity={identity}
        onError={(error) => errors.push(error)}
      >
        <shown.Probe />
      </Wire>
    );
    const page = stage.mount(keyed('1', 'ann'));
    await stage.pass();
    await emit(1);
    page.rerender(keyed('2', 'ann'));
    await stage.pass();
    await emit(2);
    expect(shown.last).toBe(3);
    stage.server.emit('tick', { n: 4 });
    page.rerender(keyed('3', 'ben'));
    await Promise.resolve();
    expect(useSum.getState().sum).toBe(0);
    await stage.pass();
    await emit(8);
    expect(shown.last).toBe(8);
    expect(errors).toEqual([]);
  });

  it('are reset when the identity of the provider changes', async () => {
    const [useSum, useKept] = [createSum(), createSum({ keep: true })];
    const shown = createProbe(() => useSum(({ sum }) => sum));
    const page = stage.mount(tree(<shown.Probe />, { stores: [useSum, useKept], identity: 'ann' }));
    await stage.pass();
    await emit(1);
    page.rerender(tree(<shown.Probe />, { stores: [useSum, useKept], identity: 'ben' }));
    expect(shown.last).toBe(0);
    await stage.pass();
    await emit(2);
    expect([shown.last, useKept.getState().sum]).toEqual([2, 3]);
  });

  it('follow a provider to another service, which resets them if it has another user', async () => {
    const useSum = createSum();
    const services = [createWebSocketService(), createWebSocketService()] as const;
    const of = (index: 0 | 1, identity: string): ReactNode =>
      tree(null, { service: services[index], identity, stores: [useSum] });
    const page = stage.mount(of(0, 'ann'));
    await stage.pass();
    await emit(1);
    page.rerender(of(1, 'ann'));
    await stage.pass();
    await emit(2);
    expect(useSum.getState().sum).toBe(3);
    stage.server.emit('tick', { n: 2 });
    page.rerender(of(0, 'ben'));
    await stage.pass();
    expect(useSum.getState().sum).toBe(0);
    page.unmount();
    await stage.pass();
    for (const service of services) service.dispose();
  });

  it('say so in the nearest error boundary if one of them gets no events', () => {
    const plain = create(() => ({}));
    const draw = (): string => stage.renderToString(tree(null, { stores: [plain as never] }));
    expect(draw).toThrow(WebSocketServiceError);
    expect(draw).toThrow(/created with withEvents/);
  });

  it('render on a server as they begin', () => {
    const useSum = createSum();
    const Page = (): ReactNode => useSum(({ sum }) => sum);
    expect(stage.renderToString(tree(<Page />, { stores: [useSum] }))).toBe('0');
  });
});

interface ActivityProps {
  readonly mode: 'visible' | 'hidden';
  readonly children?: ReactNode;
}

/** React 19.2 and later. By its name as text, because a bundler would not find it in React 18. */
const Activity = Reflect.get(React, 'Activity') as ComponentType<ActivityProps> | undefined;

describe.runIf(Activity !== undefined)('hidden with its provider by Activity', () => {
  it('a store gets nothing until it is shown again', async () => {
    const useSum = createSum();
    const service = createWebSocketService();
    service.connect({ url: stage.server.url, WebSocket: stage.server.WebSocket });
    const Shelf: ComponentType<ActivityProps> = Activity ?? (() => null);
    const page = (mode: 'visible' | 'hidden'): ReactNode => (
      <Shelf mode={mode}>{tree(null, { service, stores: [useSum] })}</Shelf>
    );
    const mounted = stage.mount(page('visible'));
    await stage.pass();
    await emit(1);
    mounted.rerender(page('hidden'));
    await stage.pass();
    await emit(2);
    mounted.rerender(page('visible'));
    await stage.pass();
    await emit(4);
    expect(useSum.getState().sum).toBe(5);
    mounted.unmount();
    await stage.pass();
    service.dispose();
  });
});
