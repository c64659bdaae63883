/** useWsEventHandler receives every event in order, exactly once, with the newest closure, and without a render. */

import {
  type IWebSocketEvent,
  useWsEventHandler,
  useWsSend,
  WebSocketProvider,
  type WebSocketServiceError,
} from 'everwire';
import { type ReactNode, useLayoutEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { describe, expect, it, vi } from 'vitest';
import { createMiniSocket } from '../support/mini-socket.ts';
import { createProbe, modes, numberOf, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage();

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe.each(modes)('useWsEventHandler ($mode)', ({ Mode }) => {
  it('receives every event of its name exactly once and in order, without a render', async () => {
    const { server } = stage;
    const heard: unknown[] = [];
    const handler = createProbe(() => useWsEventHandler('tick', (event) => heard.push(numberOf(event))));
    stage.mount(
      <Mode>
        <Wire to={server}>
          <handler.Probe />
        </Wire>
      </Mode>,
    );
    const { renders } = handler;
    await stage.pass();
    for (const n of upTo(500)) {
      server.emit('tick', { n });
      server.emit('tock', { n: -n });
      if (n % 50 === 0) await stage.pass(5);
    }
    await stage.pass();
    expect(heard).toEqual(upTo(500));
    expect(handler.renders).toBe(renders);
  });

  it('receives the hello, and events that arrive at the same moment', async () => {
    const { server } = stage;
    const heard: string[] = [];
    const all = createProbe(() =>
      useWsEventHandler(['hello', 'first'], ({ event }) => {
        heard.push(event);
      }),
    );
    const stop = server.onChange(() => {
      if (server.connections.length === 0) return;
      stop();
      server.emit('first');
    });
    stage.mount(
      <Mode>
        <Wire to={server}>
          <all.Probe />
        </Wire>
      </Mode>,
    );
    await stage.pass();
    expect(heard).toEqual(['hello', 'first']);
    expect(server.socketsConstructed).toBe(1);
  });

  it('receives missed events once, after a resume', async () => {
    const { server } = stage;
    const heard: unknown[] = [];
    const handler = createProbe(() => useWsEventHandler('tick', (event) => heard.push(numberOf(event))));
    stage.mount(
      <Mode>
        <Wire to={server}>
          <handler.Probe />
        </Wire>
      </Mode>,
    );
    await stage.pass();
    server.emit('tick', { n: 1 });
    await stage.pass();
    server.drop();
    server.emit('tick', { n: 2 });
    server.emit('tick', { n: 3 });
    await stage.pass(5_000);
    server.emit('tick', { n: 4 });
    server.duplicate();
    await stage.pass();
    expect(heard).toEqual([1, 2, 3, 4]);
  });
});

describe('useWsEventHandler', () => {
  it('receives several names in the order of arrival', async () => {
    const { server } = stage;
    const heard: unknown[] = [];
    const handler = createProbe(() =>
      useWsEventHandler(['tick', 'tock', 'tick'], (event) => heard.push([event.event, numberOf(event)])),
    );
    stage.mount(
      <Wire to={server}>
        <handler.Probe />
      </Wire>,
    );
    await stage.pass();
    server.emit('tock', { n: 1 });
    server.emit('tick', { n: 2 });
    server.emit('other', { n: 3 });
    server.emit('tock', { n: 4 });
    await stage.pass();
    expect(heard).toEqual([
      ['tock', 1],
      ['tick', 2],
      ['tock', 4],
    ]);
  });

  it('loses and repeats nothing while it renders repeatedly with a new list and a new closure', async () => {
    const { server } = stage;
    const heard: unknown[] = [];
    let round = 0;
    const handler = createProbe(() => {
      const seen = round;
      useWsEventHandler(['tick', 'tock'], (event) => heard.push([seen, numberOf(event)]));
    });
    const tree = () => (
      <Wire to={server}>
        <handler.Probe />
      </Wire>
    );
    const page = stage.mount(tree());
    await stage.pass();
    for (const n of upTo(20)) {
      round = n;
      page.rerender(tree());
      server.emit(n % 2 === 0 ? 'tick' : 'tock', { n });
      await stage.pass(1);
    }
    expect(heard).toEqual(upTo(20).map((n) => [n, n]));
  });

  it('receives no event from before its mount or after its unmount', async () => {
    const { server } = stage;
    const heard: unknown[] = [];
    const handler = createProbe(() => useWsEventHandler('tick', (event) => heard.push(numberOf(event))));
    const page = stage.mount(<Wire to={server} />);
    await stage.pass();
    server.emit('tick', { n: 1 });
    await stage.pass();
    page.rerender(
      <Wire to={server}>
        <handler.Probe />
      </Wire>,
    );
    server.emit('tick', { n: 2 });
    await stage.pass();
    page.rerender(<Wire to={server} />);
    server.emit('tick', { n: 3 });
    await stage.pass();
    expect(heard).toEqual([2]);
  });

  it('uses new names after a render', async () => {
    const { server } = stage;
    const heard: unknown[] = [];
    let name = 'tick';
    const handler = createProbe(() => useWsEventHandler(name, (event) => heard.push(event.event)));
    const tree = () => (
      <Wire to={server}>
        <handler.Probe />
      </Wire>
    );
    const page = stage.mount(tree());
    await stage.pass();
    name = 'tock';
    page.rerender(tree());
    server.emit('tick');
    server.emit('tock');
    await stage.pass();
    expect(heard).toEqual(['tock']);
  });

  it('reports a handler that throws; the others, and the next event, still arrive', async () => {
    const { server } = stage;
    const heard: unknown[] = [];
    const errors: WebSocketServiceError[] = [];
    const broken = createProbe(() =>
      useWsEventHandler('tick', (event) => {
        heard.push(['broken', numberOf(event)]);
        throw new TypeError(`no ${numberOf(event)}`);
      }),
    );
    const fine = createProbe(() =>
      useWsEventHandler('tick', (event) => heard.push(['fine', numberOf(event)])),
    );
    stage.mount(
      <Wire to={server} onError={(error) => errors.push(error)}>
        <broken.Probe />
        <fine.Probe />
      </Wire>,
    );
    await stage.pass();
    server.emit('tick', { n: 1 });
    server.emit('tick', { n: 2 });
    await stage.pass();
    expect(heard).toEqual([
      ['broken', 1],
      ['fine', 1],
      ['broken', 2],
      ['fine', 2],
    ]);
    expect(errors.map(({ code }) => code)).toEqual(['handler-failed', 'handler-failed']);
    expect(errors[0]?.message).toContain('tick');
    expect(errors[0]?.message).toContain('no 1');
    expect(server.socketsConstructed).toBe(1);
  });

  it('reports an async handler that rejects', async () => {
    const { server } = stage;
    const errors: WebSocketServiceError[] = [];
    const heard: unknown[] = [];
    const handler = createProbe(() =>
      useWsEventHandler('tick', async (event) => {
        heard.push(numberOf(event));
        await Promise.reject(new Error('too late'));
      }),
    );
    stage.mount(
      <Wire to={server} onError={(error) => errors.push(error)}>
        <handler.Probe />
      </Wire>,
    );
    await stage.pass();
    server.emit('tick', { n: 1 });
    server.emit('tick', { n: 2 });
    await stage.pass();
    expect(heard).toEqual([1, 2]);
    expect(errors.map(({ code, message }) => [code, message.includes('too late')])).toEqual([
      ['handler-failed', true],
      ['handler-failed', true],
    ]);
  });

  it('may set state, and send, from within', async () => {
    const { server } = stage;
    const shown: unknown[] = [];
    function Counter(): ReactNode {
      const [latest, setLatest] = useState<number | undefined>(undefined);
      const send = useWsSend();
      useWsEventHandler('tick', (event) => {
        flushSync(() => setLatest(numberOf(event)));
        send('seen', { n: numberOf(event) });
      });
      shown.push(latest);
      return latest;
    }
    stage.mount(
      <Wire to={server}>
        <Counter />
      </Wire>,
    );
    await stage.pass();
    server.emit('tick', { n: 1 });
    server.emit('tick', { n: 2 });
    await stage.pass();
    expect(shown).toEqual([undefined, 1, 2]);
    expect(server.received.map(({ event, data }) => [event, data])).toEqual([
      ['seen', { n: 1 }],
      ['seen', { n: 2 }],
    ]);
  });

  it('may unmount another handler during dispatch without an error', async () => {
    const { server } = stage;
    const heard: string[] = [];
    const second = createProbe(() => useWsEventHandler('tick', () => heard.push('second')));
    const third = createProbe(() => useWsEventHandler('tick', () => heard.push('third')));
    function First(): ReactNode {
      const [isShown, setShown] = useState(true);
      useWsEventHandler('tick', () => {
        heard.push('first');
        flushSync(() => setShown(false));
      });
      return (
        <>
          {isShown && <second.Probe />}
          <third.Probe />
        </>
      );
    }
    stage.mount(
      <Wire to={server}>
        <First />
      </Wire>,
    );
    await stage.pass();
    server.emit('tick');
    await stage.pass();
    const firstRound = heard.splice(0);
    expect(firstRound.filter((who) => who !== 'second').toSorted()).toEqual(['first', 'third']);
    server.emit('tick');
    await stage.pass();
    expect(heard.toSorted()).toEqual(['first', 'third']);
  });

  it('calls the newest closure, also right after a render', async () => {
    const { server } = stage;
    const handle = vi.fn<(round: number, event: IWebSocketEvent) => void>();
    let rerender: () => void = () => undefined;
    function Rounds(): ReactNode {
      const [round, setRound] = useState(1);
      rerender = () => flushSync(() => setRound((before) => before + 1));
      useWsEventHandler('tick', (event) => handle(round, event));
      return null;
    }
    stage.mount(
      <Wire to={server}>
        <Rounds />
      </Wire>,
    );
    await stage.pass();
    server.emit('tick');
    await stage.pass();
    rerender();
    server.emit('tick');
    await stage.pass();
    expect(handle.mock.calls.map(([round]) => round)).toEqual([1, 2]);
  });
});

describe('an event between the commit and the passive effects', () => {
  it('is heard by a component that was just mounted, and by one whose names just changed', async () => {
    const socket = createMiniSocket();
    const heard: unknown[] = [];
    function EmitsInLayoutEffect({
      name,
      children,
    }: {
      readonly name: string;
      readonly children: ReactNode;
    }) {
      useLayoutEffect(() => {
        for (const event of ['a', 'b']) socket.deliver({ event, data: { n: `${event} at ${name}` } });
      }, [name]);
      return children;
    }
    function Ear({ name }: { readonly name: string }) {
      useWsEventHandler(name, (event) => heard.push(`${name} heard ${numberOf(event)}`));
      return null;
    }
    const tree = (name: string | null): ReactNode => (
      <WebSocketProvider url="ws://mini.test" WebSocket={socket.WebSocket} heartbeat={false}>
        {name && (
          <EmitsInLayoutEffect name={name}>
            <Ear name={name} />
          </EmitsInLayoutEffect>
        )}
      </WebSocketProvider>
    );
    const page = stage.mount(tree(null));
    await stage.pass();
    page.rerender(tree('a'));
    page.rerender(tree('b'));
    page.rerender(tree('a'));
    expect(heard).toEqual(['a heard a at a', 'b heard b at b', 'a heard a at a']);
  });

  it('of the old names never reaches a handler of the new ones, not even in an earlier layout effect', async () => {
    const socket = createMiniSocket();
    const heard: string[] = [];
    function Emits({ name }: { readonly name: string }): ReactNode {
      useLayoutEffect(() => {
        for (const event of ['a', 'b']) socket.deliver({ event, data: name });
      }, [name]);
      return null;
    }
    function Ear({ name }: { readonly name: string }): ReactNode {
      useWsEventHandler(name, ({ event }) => heard.push(`${event} in the handler of ${name}`));
      return null;
    }
    const tree = (name: string): ReactNode => (
      <WebSocketProvider url="ws://mini.test" WebSocket={socket.WebSocket} heartbeat={false}>
        <Emits name={name} />
        <Ear name={name} />
      </WebSocketProvider>
    );
    const page = stage.mount(tree('a'));
    await stage.pass();
    heard.length = 0;
    page.rerender(tree('b'));
    expect(heard).toEqual(['b in the handler of b']);
  });

  it('is heard once if another component takes the place of the first', async () => {
    const socket = createMiniSocket();
    const heard: string[] = [];
    let setRoom: (room: string) => void = () => undefined;
    let delivered: () => void = () => undefined;
    function Ear({ room }: { readonly room: string }): ReactNode {
      useWsEventHandler('tick', () => heard.push(room));
      return null;
    }
    function Rooms(): ReactNode {
      const [room, set] = useState('a');
      setRoom = set;
      // After the commit, and before the passive effects.
      useLayoutEffect(
        () =>
          queueMicrotask(() => {
            socket.deliver({ event: 'tick', data: room });
            delivered();
          }),
        [room],
      );
      return <Ear key={room} room={room} />;
    }
    stage.mount(
      <WebSocketProvider url="ws://mini.test" WebSocket={socket.WebSocket} heartbeat={false}>
        <Rooms />
      </WebSocketProvider>,
    );
    await stage.pass();
    heard.length = 0;
    const isDelivered = new Promise<void>((resolve) => {
      delivered = resolve;
    });
    setRoom('b');
    await isDelivered;
    expect(heard).toEqual(['b']);
  });
});
