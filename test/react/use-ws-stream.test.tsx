/** useWsStream runs an RxJS pipeline in a component: nothing is missed, nothing leaks, and errors are reported. */

import { createWebSocketService, useWsStream, WebSocketProvider, type WebSocketServiceError } from 'everwire';
import * as React from 'react';
import { type ComponentType, type ReactNode, Suspense, useLayoutEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import {
  bufferTime,
  EMPTY,
  filter,
  finalize,
  map,
  type Observable,
  of,
  scan,
  startWith,
  switchMap,
  tap,
  throwError,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createMiniSocket } from '../support/mini-socket.ts';
import { createProbe, modes, numberOf, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage();

const sum = (events$: Observable<{ readonly data: unknown }>): Observable<number> =>
  events$.pipe(scan((total, event) => total + (numberOf(event) ?? 0), 0));

describe.each(modes)('useWsStream ($mode)', ({ Mode }) => {
  it('returns the last output of the pipeline, and undefined before the first', async () => {
    const total = createProbe(() => useWsStream('tick', sum));
    stage.mount(
      <Mode>
        <Wire to={stage.server}>
          <total.Probe />
        </Wire>
      </Mode>,
    );
    await stage.pass();
    expect(total.last).toBeUndefined();
    for (const n of [1, 2, 3]) stage.server.emit('tick', { n });
    stage.server.emit('tock', { n: 10 });
    await stage.frame();
    expect(total.last).toBe(6);
  });

  it('passes the inputs as a stream, which starts with the current ones and has no repeats', async () => {
    let inputs: readonly [string, number] = ['a', 1];
    const seen: unknown[] = [];
    const picked = createProbe(() =>
      useWsStream(
        'tick',
        (events$, inputs$) =>
          inputs$.pipe(
            tap((values) => seen.push(values)),
            switchMap(([key, from]) =>
              events$.pipe(
                filter((event) => (numberOf(event) ?? 0) >= from),
                map((event) => `${key}${numberOf(event)}`),
              ),
            ),
          ),
        inputs,
      ),
    );
    const tree = (): ReactNode => (
      <Mode>
        <Wire to={stage.server}>
          <picked.Probe />
        </Wire>
      </Mode>
    );
    const page = stage.mount(tree());
    await stage.pass();
    // StrictMode mounts twice, and so subscribes twice.
    seen.length = 1;
    stage.server.emit('tick', { n: 1 });
    await stage.frame();
    expect(picked.last).toBe('a1');
    inputs = ['a', 1];
    page.rerender(tree());
    expect(seen).toEqual([['a', 1]]);
    inputs = ['b', 3];
    page.rerender(tree());
    stage.server.emit('tick', { n: 2 });
    stage.server.emit('tick', { n: 3 });
    await stage.frame();
    expect(picked.last).toBe('b3');
    expect(seen).toEqual([
      ['a', 1],
      ['b', 3],
    ]);
  });

  it('leaves no subscription behind', async () => {
    let open = 0;
    const counted = createProbe(() =>
      useWsStream('tick', (events$) => {
        open += 1;
        return events$.pipe(
          finalize(() => {
            open -= 1;
          }),
        );
      }),
    );
    const tree = (children: ReactNode): ReactNode => (
      <Mode>
        <Wire to={stage.server}>{children}</Wire>
      </Mode>
    );
    const page = stage.mount(tree(<counted.Probe />));
    await stage.pass();
    expect(open).toBe(1);
    page.rerender(tree(null));
    await stage.pass();
    expect(open).toBe(0);
  });
});

describe('useWsStream', () => {
  it('without a pipeline returns the slice: the same object while the names are the same', async () => {
    let names: string | string[] = ['tick', 'tock'];
    const slice = createProbe(() => useWsStream(names));
    const tree = (): ReactNode => (
      <Wire to={stage.server}>
        <slice.Probe />
      </Wire>
    );
    const page = stage.mount(tree());
    const received: string[] = [];
    const subscription = slice.last?.subscribe(({ event, data }) =>
      received.push(`${event}${numberOf({ data })}`),
    );
    await stage.pass();
    names = ['tick', 'tock'];
    page.rerender(tree());
    expect(slice.values.at(-1)).toBe(slice.values[0]);
    for (const name of ['tick', 'tock', 'other']) stage.server.emit(name, { n: 1 });
    await stage.frame();
    expect(received).toEqual(['tick1', 'tock1']);
    subscription?.unsubscribe();
    names = 'tick';
    page.rerender(tree());
    expect(slice.values.at(-1)).not.toBe(slice.values[0]);
  });

  it('shows the initial value first, and renders at most once per frame', async () => {
    const list = createProbe(() =>
      useWsStream(
        'tick',
        (events$) => events$.pipe(scan((all: number[], event) => [...all, numberOf(event) ?? 0], [])),
        [],
        [],
      ),
    );
    stage.mount(
      <Wire to={stage.server}>
        <list.Probe />
      </Wire>,
    );
    await stage.pass();
    expect(list.values).toEqual([[]]);
    for (let n = 0; n < 10; n += 1) {
      stage.server.emit('tick', { n });
      await stage.pass(1);
    }
    await stage.frame();
    expect(list.renders).toBe(2);
    expect(list.last).toHaveLength(10);
  });

  it('shows an output that is emitted at once, and one that comes without an event', async () => {
    const quiet = createProbe(() =>
      useWsStream('tick', (events$) =>
        events$.pipe(
          bufferTime(1_000),
          map((events) => events.length),
          startWith(-1),
        ),
      ),
    );
    stage.mount(
      <Wire to={stage.server}>
        <quiet.Probe />
      </Wire>,
    );
    await stage.pass();
    expect(quiet.last).toBe(-1);
    stage.server.emit('tick', { n: 1 });
    await stage.pass(1_100);
    expect(quiet.last).toBe(1);
    await stage.pass(1_000);
    expect(quiet.last).toBe(0);
  });

  it('misses no event between the commit and the passive effects', async () => {
    const socket = createMiniSocket();
    const total = createProbe(() => useWsStream('tick', sum));
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
          <total.Probe />
        </EmitsInLayoutEffect>,
      ),
    );
    await stage.frame();
    expect(total.last).toBe(5);
  });

  it('starts again for other names, with the initial value in the same render', async () => {
    let name = 'tick';
    const total = createProbe(() => useWsStream(name, sum, [], 0));
    const tree = (): ReactNode => (
      <Wire to={stage.server}>
        <total.Probe />
      </Wire>
    );
    const page = stage.mount(tree());
    await stage.pass();
    stage.server.emit('tick', { n: 7 });
    await stage.frame();
    expect(total.last).toBe(7);
    name = 'tock';
    page.rerender(tree());
    expect(total.values.slice(2)).toEqual([0]);
    stage.server.emit('tick', { n: 1 });
    stage.server.emit('tock', { n: 2 });
    await stage.frame();
    expect(total.last).toBe(2);
  });

  it('gives new inputs only to the pipeline of the new names', () => {
    let [name, key] = ['tick', 'a'];
    const seen: string[] = [];
    const probe = createProbe(() => {
      const own = name;
      return useWsStream(
        name,
        (_events$, inputs$) => {
          return inputs$.pipe(
            tap(([value]) => seen.push(`${own} ${value}`)),
            switchMap(() => EMPTY),
          );
        },
        [key],
      );
    });
    const tree = (): ReactNode => (
      <Wire to={stage.server}>
        <probe.Probe />
      </Wire>
    );
    const page = stage.mount(tree());
    [name, key] = ['tock', 'b'];
    page.rerender(tree());
    expect(seen).toEqual(['tick a', 'tock b']);
  });

  it("shows nothing of another user's session", async () => {
    const total = createProbe(() => useWsStream('tick', sum, [], 0));
    const tree = (token: string): ReactNode => (
      <Wire to={stage.server} token={token}>
        <total.Probe />
      </Wire>
    );
    const page = stage.mount(tree('token-of-ann'));
    await stage.pass();
    stage.server.emit('tick', { n: 7 });
    await stage.frame();
    page.rerender(tree('token-of-ben'));
    await stage.pass();
    expect(total.last).toBe(0);
    stage.server.emit('tick', { n: 2 });
    await stage.frame();
    expect(total.last).toBe(2);
  });

  it('reports a pipeline that errors, keeps its last output, and starts again with changed inputs', async () => {
    let input = 'a';
    const errors: WebSocketServiceError[] = [];
    let runs = 0;
    const total = createProbe(() =>
      useWsStream(
        'tick',
        (events$) => {
          runs += 1;
          return sum(events$).pipe(
            map((value) => {
              if (value > 10) throw new Error('too much');
              return value;
            }),
          );
        },
        [input],
      ),
    );
    const tree = (): ReactNode => (
      <Wire to={stage.server} onError={(error) => errors.push(error)}>
        <total.Probe />
      </Wire>
    );
    const page = stage.mount(tree());
    await stage.pass();
    for (const n of [6, 6, 1]) stage.server.emit('tick', { n });
    await stage.frame();
    expect(total.last).toBe(6);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      code: 'handler-failed',
      message: 'The pipeline of useWsStream("tick") threw: too much',
    });
    page.rerender(tree());
    expect(runs).toBe(1);
    input = 'b';
    page.rerender(tree());
    expect(runs).toBe(2);
    stage.server.emit('tick', { n: 2 });
    await stage.frame();
    expect(total.last).toBe(2);
    expect(errors).toHaveLength(1);
  });

  it('reports once a pipeline that throws, errors, or returns no Observable', async () => {
    const errors: string[] = [];
    const broken = createProbe(() => [
      useWsStream('a', (): Observable<number> => {
        throw new Error('not built');
      }),
      useWsStream('b', () => throwError(() => new Error('dead'))),
      useWsStream(['c', 'd'], () => undefined as unknown as Observable<number>),
    ]);
    stage.mount(
      <Wire to={stage.server} onError={({ message }) => errors.push(message)}>
        <broken.Probe />
      </Wire>,
    );
    await stage.pass();
    expect(errors).toEqual([
      'The pipeline of useWsStream("a") threw: not built',
      'The pipeline of useWsStream("b") threw: dead',
      'The pipeline of useWsStream("c", "d") threw: The pipeline of useWsStream must be a function that returns an ' +
        'Observable: (events$) => events$.pipe(…).',
    ]);
  });

  it('ends when the pipeline completes', async () => {
    const once = createProbe(() => useWsStream('tick', () => of('done')));
    stage.mount(
      <Wire to={stage.server}>
        <once.Probe />
      </Wire>,
    );
    await stage.pass();
    expect(once.last).toBe('done');
  });

  it('keeps its state and every event while Suspense hides it', async () => {
    let state: 'ready' | Promise<void> = 'ready';
    let wake: () => void = () => undefined;
    function Suspender(): ReactNode {
      if (state !== 'ready') throw state;
      return null;
    }
    const seen: unknown[] = [];
    const total = createProbe(() =>
      useWsStream(
        'tick',
        (events$, inputs$) =>
          inputs$.pipe(
            tap((values) => seen.push(values)),
            switchMap(() => sum(events$)),
          ),
        ['same'],
      ),
    );
    const tree = (): ReactNode => (
      <Wire to={stage.server}>
        <Suspense fallback="…">
          <Suspender />
          <total.Probe />
        </Suspense>
      </Wire>
    );
    const page = stage.mount(tree());
    await stage.pass();
    stage.server.emit('tick', { n: 1 });
    await stage.frame();
    state = new Promise((resolve) => {
      wake = resolve;
    });
    page.rerender(tree());
    expect(page.container.textContent).toBe('…');
    stage.server.emit('tick', { n: 2 });
    await stage.frame();
    state = 'ready';
    wake();
    await stage.pass();
    stage.server.emit('tick', { n: 4 });
    await stage.frame();
    expect(total.last).toBe(7);
    expect(seen).toEqual([['same']]);
  });

  it('starts with the inputs of the committed render after a state update while rendering', async () => {
    const seen: unknown[] = [];
    function Own(): ReactNode {
      const [value, setValue] = useState('a');
      if (value === 'a') setValue('b');
      useWsStream(
        'tick',
        (tick$, inputs$) =>
          inputs$.pipe(
            tap(([one]) => seen.push(one)),
            switchMap(() => tick$),
          ),
        [value],
      );
      return null;
    }
    stage.mount(inWire(<Own />));
    await stage.pass();
    expect(seen).toEqual(['b']);
  });

  it('starts once when the pipeline is switched on, and not again', async () => {
    let starts = 0;
    let ends = 0;
    const counted = (events$: Observable<unknown>): Observable<unknown> => {
      starts += 1;
      return events$.pipe(
        finalize(() => {
          ends += 1;
        }),
      );
    };
    function Own({ on }: { readonly on: boolean }): ReactNode {
      useWsStream('tick', (on ? counted : undefined) as typeof counted);
      return null;
    }
    const page = stage.mount(inWire(<Own on={false} />));
    await stage.pass();
    page.rerender(inWire(<Own on />));
    await stage.pass();
    expect([starts, ends]).toEqual([1, 0]);
    page.rerender(inWire(<Own on={false} />));
    expect([starts, ends]).toEqual([1, 1]);
  });

  it('starts from the initial value when the pipeline is switched on again', async () => {
    let on = true;
    const total = createProbe(() => useWsStream('tick', (on ? sum : undefined) as typeof sum, [], 0));
    const tree = (): ReactNode => inWire(<total.Probe />);
    const page = stage.mount(tree());
    await stage.pass();
    stage.server.emit('tick', { n: 7 });
    await stage.frame();
    expect(total.last).toBe(7);
    on = false;
    page.rerender(tree());
    on = true;
    const { renders } = total;
    page.rerender(tree());
    await stage.frame();
    expect(total.values.slice(renders)).toEqual([0]);
    stage.server.emit('tick', { n: 2 });
    await stage.frame();
    expect(total.last).toBe(2);
  });

  it('is over for an event that arrives while the component is replaced by one with another key', async () => {
    const socket = createMiniSocket();
    const seen: string[] = [];
    const isBusy = new Set<string>();
    let setBusy: (names: string) => void = () => undefined;
    function Own({ id }: { readonly id: string }): ReactNode {
      useWsStream('tick', (tick$) => {
        isBusy.add(id);
        return tick$.pipe(
          tap((event) => seen.push(`${id}${numberOf(event)}`)),
          finalize(() => {
            isBusy.delete(id);
            setBusy([...isBusy].join());
          }),
        );
      });
      // In the same commit, before any passive effect.
      useLayoutEffect(() => {
        if (id === 'b') socket.deliver({ event: 'tick', data: { n: 1 } });
      }, [id]);
      return null;
    }
    function Page({ id }: { readonly id: string }): ReactNode {
      const [busy, set] = useState('');
      setBusy = set;
      return (
        <>
          <i>{busy}</i>
          <Own key={id} id={id} />
        </>
      );
    }
    const tree = (id: string): ReactNode => (
      <WebSocketProvider url="ws://mini.test" WebSocket={socket.WebSocket} heartbeat={false}>
        <Page id={id} />
      </WebSocketProvider>
    );
    const page = stage.mount(tree('a'));
    await stage.pass();
    page.rerender(tree('b'));
    await stage.pass();
    expect(seen).toEqual(['b1']);
    // The pipeline's finalizer may set state.
    expect(page.container.textContent).toMatch(/^b?$/);
    expect([...isBusy]).toEqual(['b']);
  });

  it('leaves no pipeline running that unmounts its own component when the user changes', async () => {
    let running = 0;
    let starts = 0;
    let hide: () => void = () => undefined;
    function Own(): ReactNode {
      useWsStream('tick', (tick$) => {
        starts += 1;
        if (starts === 2) flushSync(hide);
        running += 1;
        return tick$.pipe(
          finalize(() => {
            running -= 1;
          }),
        );
      });
      return null;
    }
    function Page(): ReactNode {
      const [isShown, setShown] = useState(true);
      hide = () => setShown(false);
      return isShown ? <Own /> : null;
    }
    const service = createWebSocketService();
    const { url, WebSocket } = stage.server;
    const config = { url, WebSocket, random: () => 0 };
    const page = stage.mount(
      <WebSocketProvider {...config} service={service} identity="ann" token="token-of-ann">
        <Page />
      </WebSocketProvider>,
    );
    await stage.pass();
    service.connect({ ...config, identity: 'ben', token: 'token-of-ben' });
    await stage.pass();
    page.unmount();
    await stage.pass();
    service.dispose();
    expect(starts).toBe(2);
    expect(running).toBe(0);
  });

  it('reports a finalizer that throws, keeps the page, and can start again', async () => {
    const errors: string[] = [];
    let name = 'tick';
    const probe = createProbe(() =>
      useWsStream(name, (events$) =>
        events$.pipe(
          finalize(() => {
            throw new Error('cleanup');
          }),
          map(numberOf),
        ),
      ),
    );
    const tree = (children: ReactNode): ReactNode => (
      <Wire to={stage.server} onError={({ message }) => errors.push(message)}>
        <b>here</b>
        {children}
      </Wire>
    );
    const page = stage.mount(tree(<probe.Probe />));
    await stage.pass();
    name = 'tock';
    page.rerender(tree(<probe.Probe />));
    stage.server.emit('tock', { n: 1 });
    await stage.frame();
    expect(probe.last).toBe(1);
    page.rerender(tree(null));
    await stage.pass();
    expect(page.container.textContent).toBe('here');
    expect(errors).toEqual([
      'The pipeline of useWsStream("tick") threw: cleanup',
      'The pipeline of useWsStream("tock") threw: cleanup',
    ]);
  });

  it('does not render for an output that is the same value', async () => {
    const positive = createProbe(() => useWsStream('tick', (tick$) => tick$.pipe(map(() => true))));
    stage.mount(inWire(<positive.Probe />));
    await stage.pass();
    for (let n = 0; n < 5; n += 1) {
      stage.server.emit('tick', { n });
      await stage.pass(50);
    }
    expect(positive.values).toEqual([undefined, true]);
  });

  it('shows an output that is a function or an object as it is', async () => {
    const greet = (): string => 'hello';
    const fn = createProbe(() => useWsStream('tick', (tick$) => tick$.pipe(map(() => greet))));
    const objects = createProbe(() =>
      useWsStream('tick', (tick$) => tick$.pipe(map((event) => ({ [`n${numberOf(event)}`]: true })))),
    );
    stage.mount(
      inWire(
        <>
          <fn.Probe />
          <objects.Probe />
        </>,
      ),
    );
    await stage.pass();
    for (const n of [1, 2]) {
      stage.server.emit('tick', { n });
      await stage.pass(50);
    }
    expect(fn.last).toBe(greet);
    expect(objects.last).toEqual({ n2: true });
  });

  it.each([5, of(1), 'map', null])('throws a typed error for the pipeline %o', (pipeline) => {
    const broken = createProbe(() => useWsStream('tick', pipeline as never));
    expect(() => stage.renderToString(inWire(<broken.Probe />))).toThrow(invalidArgument);
  });

  it.each([5, 'symbol', {}, null])('throws a typed error for the inputs %o', (inputs) => {
    const broken = createProbe(() => useWsStream('tick', sum, inputs as never));
    expect(() => stage.renderToString(inWire(<broken.Probe />))).toThrow(invalidArgument);
  });

  it.each([5, 0, true, {}, ['a', 5], [['a']]])('throws a typed error for the names %o', (names) => {
    const broken = createProbe(() => useWsStream(names as never, sum));
    expect(() => stage.renderToString(inWire(<broken.Probe />))).toThrow(invalidArgument);
  });
});

const invalidArgument = expect.objectContaining({ code: 'invalid-argument' });

function inWire(children: ReactNode): ReactNode {
  return <Wire to={stage.server}>{children}</Wire>;
}

// Only React 19.2 and newer have it.
const { Activity } = React as { readonly Activity?: ComponentType<ActivityProps> };

interface ActivityProps {
  readonly mode: 'visible' | 'hidden';
  readonly children?: ReactNode;
}

describe.runIf(Activity !== undefined)('useWsStream in an Activity', () => {
  const Shelf: ComponentType<ActivityProps> = Activity ?? (() => null);

  it('has no subscription while it is hidden, and starts again when it is shown', async () => {
    let open = 0;
    const total = createProbe(() =>
      useWsStream('tick', (events$) => {
        open += 1;
        return sum(events$).pipe(
          finalize(() => {
            open -= 1;
          }),
        );
      }),
    );
    const tree = (mode: ActivityProps['mode']): ReactNode => (
      <Wire to={stage.server}>
        <Shelf mode={mode}>
          <total.Probe />
        </Shelf>
      </Wire>
    );
    const page = stage.mount(tree('visible'));
    await stage.pass();
    stage.server.emit('tick', { n: 1 });
    await stage.frame();
    page.rerender(tree('hidden'));
    await stage.pass();
    expect(open).toBe(0);
    stage.server.emit('tick', { n: 2 });
    await stage.frame();
    page.rerender(tree('visible'));
    await stage.pass();
    expect(open).toBe(1);
    expect(total.last).toBe(1);
    stage.server.emit('tick', { n: 4 });
    await stage.frame();
    expect(total.last).toBe(4);
  });

  it('starts with the current inputs if they changed while it was hidden from the beginning', async () => {
    const seen: unknown[] = [];
    let input = 'a';
    const probe = createProbe(() =>
      useWsStream(
        'tick',
        (tick$, inputs$) =>
          inputs$.pipe(
            tap(([value]) => seen.push(value)),
            switchMap(() => tick$),
          ),
        [input],
      ),
    );
    const tree = (mode: ActivityProps['mode']): ReactNode => (
      <Wire to={stage.server}>
        <Shelf mode={mode}>
          <probe.Probe />
        </Shelf>
      </Wire>
    );
    const page = stage.mount(tree('hidden'));
    await stage.pass();
    input = 'b';
    page.rerender(tree('hidden'));
    await stage.pass();
    page.rerender(tree('visible'));
    await stage.pass();
    expect(seen).toEqual(['b']);
  });

  it('shows nothing of another user who signed out while it was hidden', async () => {
    const total = createProbe(() => useWsStream('tick', sum, [], 0));
    const tree = (mode: ActivityProps['mode'], token: string): ReactNode => (
      <Wire to={stage.server} token={token}>
        <Shelf mode={mode}>
          <total.Probe />
        </Shelf>
      </Wire>
    );
    const page = stage.mount(tree('visible', 'token-of-ann'));
    await stage.pass();
    stage.server.emit('tick', { n: 1 });
    await stage.frame();
    page.rerender(tree('hidden', 'token-of-ann'));
    await stage.pass();
    page.rerender(tree('hidden', 'token-of-ben'));
    await stage.pass();
    page.rerender(tree('visible', 'token-of-ben'));
    await stage.pass();
    expect(total.last).toBe(0);
  });
});
