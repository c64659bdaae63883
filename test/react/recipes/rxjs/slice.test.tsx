/** The slice in hooks of observable-hooks: what docs/rxjs.md says about them, beside what `useWsStream` does itself. */

import { useWsEventHandler, useWsStream, WebSocketProvider } from 'everwire';
import { useObservableState, useSubscription } from 'observable-hooks';
import { type ReactNode, useLayoutEffect } from 'react';
import { map } from 'rxjs';
import { expect, it, vi } from 'vitest';
import { createMiniSocket } from '../../../support/mini-socket.ts';
import { createProbe, numberOf, setUpStage, Wire } from '../../../support/stage.tsx';
import { load } from './load.ts';

const { useEveryPrice, useFramePrice } = load<{
  useEveryPrice: () => number | undefined;
  useFramePrice: () => number | undefined;
}>(import.meta.glob('../../../../.storybook/code/14-slice.tsx', { eager: true }));

const stage = setUpStage();

it('useObservableState renders once per value, useWsStream once per frame', async () => {
  const theirs = createProbe(useEveryPrice);
  const ours = createProbe(useFramePrice);
  stage.mount(
    <Wire to={stage.server}>
      <theirs.Probe />
      <ours.Probe />
    </Wire>,
  );
  await stage.pass();
  for (let price = 1; price <= 5; price += 1) {
    stage.server.emit('price', { symbol: 'A', price });
    await stage.pass(1);
    await reactTask();
  }
  await stage.frame();
  expect(theirs.values).toEqual([undefined, 1, 2, 3, 4, 5]);
  expect(ours.values).toEqual([undefined, 5]);
});

it('useObservableState misses an event between the commit and its effect, useWsStream does not', async () => {
  const socket = createMiniSocket();
  const theirs = createProbe(() => useObservableState(useWsStream('tick')));
  const ours = createProbe(() => useWsStream('tick', (tick$) => tick$.pipe(map(numberOf))));
  function EmitsInLayoutEffect({ children }: { readonly children: ReactNode }): ReactNode {
    useLayoutEffect(() => socket.deliver({ event: 'tick', data: { n: 5 } }), []);
    return children;
  }
  const tree = (children: ReactNode): ReactNode => (
    <WebSocketProvider url="ws://mini.test" WebSocket={socket.WebSocket} heartbeat={false}>
      {children}
    </WebSocketProvider>
  );
  const page = stage.mount(tree(null));
  await stage.pass();
  page.rerender(
    tree(
      <EmitsInLayoutEffect>
        <theirs.Probe />
        <ours.Probe />
      </EmitsInLayoutEffect>,
    ),
  );
  await stage.frame();
  expect({ theirs: theirs.last, ours: ours.last }).toEqual({ theirs: undefined, ours: 5 });
});

it('useSubscription drops a promise that its handler returns, useWsEventHandler reports its rejection', async () => {
  const rejected = Promise.reject(new Error('not stored'));
  // Handled here, because useSubscription leaves it unhandled.
  rejected.catch(() => undefined);
  const listened = vi.spyOn(rejected, 'catch');
  const Theirs = () => {
    useSubscription(useWsStream('tick'), () => rejected as unknown as undefined);
    return null;
  };
  const Ours = () => {
    useWsEventHandler('tock', () => rejected);
    return null;
  };
  const errors: string[] = [];
  stage.mount(
    <Wire to={stage.server} onError={({ message }) => errors.push(message)}>
      <Theirs />
      <Ours />
    </Wire>,
  );
  await stage.pass();
  stage.server.emit('tick', { n: 1 });
  await stage.frame();
  expect(listened).not.toHaveBeenCalled();
  expect(errors).toEqual([]);
  stage.server.emit('tock', { n: 1 });
  await stage.frame();
  expect(errors).toEqual([expect.stringContaining('not stored')]);
});

/** Waits for a task that is queued after React's own, which no fake timer covers. */
function reactTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
