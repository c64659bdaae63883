/** useWsConnected calls once for each link, as soon as it is known whether the session was resumed. */

import {
  type ConnectedLink,
  createWebSocketService,
  useWsConnected,
  useWsEventHandler,
  useWsSend,
  WebSocketProvider,
} from 'everwire';
import { type ReactNode, useState } from 'react';
import { flushSync } from 'react-dom';
import { describe, expect, it } from 'vitest';
import { createPuppets } from '../node/security/puppet.ts';
import { createProbe, modes, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage();

function watch() {
  const log: unknown[] = [];
  const probe = createProbe(() =>
    useWsConnected(({ resumed, attempt }) => {
      log.push([resumed ? 'resumed' : 'new', attempt]);
      return () => log.push('gone');
    }),
  );
  return { log, probe };
}

describe.each(modes)('useWsConnected ($mode)', ({ Mode }) => {
  it('is called for each link, and its cleanup when the link is gone and at the unmount, without a render', async () => {
    const { server } = stage;
    const { log, probe } = watch();
    const page = stage.mount(
      <Mode>
        <Wire to={server}>
          <probe.Probe />
        </Wire>
      </Mode>,
    );
    const { renders } = probe;
    expect(log).toEqual([]);
    await stage.pass();
    expect(log).toEqual([['new', 1]]);
    server.emit('tick');
    await stage.pass();
    server.drop();
    await stage.pass();
    expect(log.splice(0)).toEqual([['new', 1], 'gone']);
    server.emit('tick');
    await stage.pass(4_000);
    expect(log.splice(0)).toEqual([['resumed', 2]]);
    server.restart();
    await stage.pass(5_000);
    expect(log.splice(0)).toEqual(['gone', ['new', 3]]);
    expect(probe.renders).toBe(renders);
    page.unmount();
    expect(log).toEqual(['gone']);
  });

  it('is called at once in a component that mounts while connected', async () => {
    const { server } = stage;
    const { log, probe } = watch();
    const tree = (children: ReactNode) => (
      <Mode>
        <Wire to={server}>{children}</Wire>
      </Mode>
    );
    const page = stage.mount(tree(null));
    await stage.pass();
    page.rerender(tree(<probe.Probe />));
    // StrictMode ends and starts the effects of a new component once.
    expect(log.at(-1)).toEqual(['new', 1]);
    expect(log.filter((one) => one !== 'gone').length - log.filter((one) => one === 'gone').length).toBe(1);
    page.rerender(tree(null));
    await stage.pass();
    expect(log.filter((one) => one !== 'gone').length).toBe(log.filter((one) => one === 'gone').length);
  });
});

describe('useWsConnected on a resumed link', () => {
  it('waits for the first message, and a pong is one', async () => {
    const { server } = stage;
    const { log, probe } = watch();
    stage.mount(
      <Wire to={server}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass();
    server.emit('tick');
    await stage.pass();
    server.drop();
    await stage.pass(3_050);
    expect(server.handshakes.at(-1)?.outcome).toBe('resumed');
    expect(log.splice(0)).toEqual([['new', 1], 'gone']);
    await stage.pass(1_100);
    expect(log).toEqual([['resumed', 2]]);
  });

  it('is not called for a link on which events are missing, which is replaced', async () => {
    const { log, probe } = watch();
    const sockets = createPuppets((socket) => {
      const number = sockets.made.length;
      setTimeout(() => {
        socket.accept();
        if (number === 1) socket.say({ event: 'hello', data: { connection_id: 'a' }, seq: 0 });
        socket.say({ event: 'tick', seq: [1, 5, 2][number - 1] });
      });
    });
    stage.mount(
      <WebSocketProvider url="ws://puppet.test" WebSocket={sockets.WebSocket} random={() => 0}>
        <probe.Probe />
      </WebSocketProvider>,
    );
    await stage.pass();
    sockets.last.hangUp(1006);
    await stage.pass(4_000);
    expect(sockets.made).toHaveLength(3);
    expect(log).toEqual([['new', 1], 'gone', ['resumed', 3]]);
  });
});

describe('useWsConnected', () => {
  it('may send in the handler, behind what was queued before', async () => {
    const { server } = stage;
    const probe = createProbe(() => {
      const send = useWsSend();
      useWsConnected(() => send('told'));
      return send;
    });
    stage.mount(
      <Wire to={server} sendQueue={{ limit: 5 }}>
        <probe.Probe />
      </Wire>,
    );
    expect(probe.last?.('queued')).toBe('queued');
    await stage.pass();
    expect(server.received.map(({ event }) => event)).toEqual(['queued', 'told']);
  });

  it('uses the newest closure, and the cleanup of the call that it belongs to', async () => {
    const { server } = stage;
    const log: string[] = [];
    let round = 1;
    const probe = createProbe(() => {
      const seen = round;
      useWsConnected(() => {
        log.push(`link in ${seen}`);
        return () => log.push(`gone, of ${seen}`);
      });
    });
    const tree = () => (
      <Wire to={server}>
        <probe.Probe />
      </Wire>
    );
    const page = stage.mount(tree());
    await stage.pass();
    round = 2;
    page.rerender(tree());
    expect(log).toEqual(['link in 1']);
    server.restart();
    await stage.pass(5_000);
    expect(log).toEqual(['link in 1', 'gone, of 1', 'link in 2']);
    expect(probe.renders).toBe(2);
  });

  it('reports what the handler and its cleanup throw or reject with, and still calls the others', async () => {
    const { server } = stage;
    const errors: string[] = [];
    const probes = [
      createProbe(() =>
        useWsConnected(() => {
          throw new Error('handler');
        }),
      ),
      createProbe(() =>
        useWsConnected(() => () => {
          throw new Error('cleanup');
        }),
      ),
      createProbe(() => useWsConnected(() => Promise.reject(new Error('async')))),
    ];
    const { log, probe } = watch();
    const late = createProbe(() =>
      useWsConnected(() => {
        throw new Error('mounted late');
      }),
    );
    const tree = (more: ReactNode) => (
      <Wire to={server} onError={({ code, message }) => errors.push(`${code} ${message}`)}>
        {[...probes, probe].map(({ id, Probe }) => (
          <Probe key={id} />
        ))}
        {more}
      </Wire>
    );
    const page = stage.mount(tree(null));
    await stage.pass();
    page.rerender(tree(<late.Probe />));
    server.drop();
    await stage.pass();
    expect(log).toEqual([['new', 1], 'gone']);
    expect(errors).toHaveLength(4);
    for (const words of ['handler', 'async', 'mounted late', 'cleanup'])
      expect(
        errors.find((error) => error.startsWith('handler-failed') && error.includes(words)),
      ).toBeDefined();
  });

  it('may unmount its component, or end the link, in the handler: its cleanup is called once', async () => {
    const { server } = stage;
    const log: string[] = [];
    function Once({ onDone }: { readonly onDone: () => void }): ReactNode {
      useWsConnected(() => {
        log.push('link');
        flushSync(onDone);
        return () => log.push('gone');
      });
      return null;
    }
    function Page(): ReactNode {
      const [isShown, setShown] = useState(true);
      return isShown && <Once onDone={() => setShown(false)} />;
    }
    stage.mount(
      <Wire to={server}>
        <Page />
      </Wire>,
    );
    await stage.pass();
    expect(log).toEqual(['link', 'gone']);
  });

  it('speaks to another service', async () => {
    const { server } = stage;
    const other = stage.addServer({ url: 'ws://other.test' });
    const service = createWebSocketService();
    const links: [string, ConnectedLink][] = [];
    const probe = createProbe(() => {
      useWsConnected((link) => links.push(['near', link]));
      useWsConnected((link) => links.push(['far', link]), { service });
    });
    stage.mount(
      <Wire to={server}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass();
    expect(links).toEqual([['near', { resumed: false, attempt: 1 }]]);
    service.connect({ url: other.url, WebSocket: other.WebSocket });
    await stage.pass();
    expect(links.slice(1)).toEqual([['far', { resumed: false, attempt: 1 }]]);
    service.dispose();
    await stage.pass();
  });

  it('is called after the notice of a new session, and before its first event', async () => {
    const { server } = stage;
    const log: unknown[] = [];
    const probe = createProbe(() => {
      useWsConnected(({ resumed }) => log.push(resumed));
      useWsEventHandler(['hello', 'tick'], ({ event }) => log.push(event));
    });
    stage.mount(
      <Wire to={server} onMissedEvents={({ reason }) => log.push(reason)}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass();
    server.restart();
    await stage.pass(5_000);
    server.emit('tick');
    await stage.pass();
    expect(log).toEqual([false, 'hello', 'new-session', 'hello', false, 'tick']);
  });
});
