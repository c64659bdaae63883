/** A change of the provider's props starts a new session, sends a new token on the old link, or changes nothing. */

import {
  createWebSocketService,
  defaultClosePolicy,
  envelopeProtocol,
  type MissedEvents,
  useConnection,
  useConnectionStatus,
  useWebSocketService,
  useWsEvent,
  type WebSocketService,
} from 'everwire';
import type { ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { createProbe, modes, numberOf, setUpStage, Wire, type WireProps } from '../support/stage.tsx';

const stage = setUpStage();

function show(tree: (props: Partial<WireProps>) => ReactNode, first: Partial<WireProps>) {
  const page = stage.mount(tree(first));
  return { page, change: (props: Partial<WireProps>) => page.rerender(tree(props)) };
}

const wire = (props: Partial<WireProps>): ReactNode => <Wire to={stage.server} {...props} />;

describe('a new session', () => {
  it.each<readonly [string, Partial<WireProps>, Partial<WireProps>]>([
    ['a new url', { token: 'one' }, { token: 'one', url: 'ws://fake.everwire.test/ws?shard=2' }],
    ['a new token, where there is no identity', { token: 'one' }, { token: 'two' }],
    ['a new identity', { token: 'one', identity: 'ann' }, { token: 'one', identity: 'ben' }],
    [
      'a token without an identity, after one with an identity',
      { token: 'one', identity: 'ann' },
      { token: 'one' },
    ],
  ])('starts with %s', async (_, first, second) => {
    const { server } = stage;
    const id = createProbe(() => useConnection(({ connectionId }) => connectionId));
    const tree = (props: Partial<WireProps>): ReactNode => (
      <Wire to={server} {...props}>
        <id.Probe />
      </Wire>
    );
    const { change } = show(tree, first);
    await stage.pass();
    server.emit('tick', { n: 1 });
    await stage.pass();
    change(second);
    // The old link is closed at once, before the new one opens.
    expect(server.socketCount).toBe(0);
    await stage.pass();
    expect(server.socketsConstructed).toBe(2);
    expect(server.socketCount).toBe(1);
    expect(server.handshakes.at(-1)?.resume).toBeNull();
    const ids = id.values.filter((one, index, all) => one !== all[index - 1]);
    expect(ids).toEqual([null, expect.any(String), null, server.connections[0]?.connectionId]);
  });

  it('rejects the requests of the old one, and drops its queue', async () => {
    const { server } = stage;
    server.handle('wait', () => new Promise(() => undefined));
    const codes: string[] = [];
    let service: WebSocketService | undefined;
    const grab = createProbe(() => {
      service = useWebSocketService();
    });
    const tree = (props: Partial<WireProps>): ReactNode => (
      <Wire to={server} sendQueue={{}} onError={({ code }) => codes.push(code)} {...props}>
        <grab.Probe />
      </Wire>
    );
    const { change } = show(tree, { token: 'one' });
    await stage.pass();
    const failure = service?.request('wait').catch((error: unknown) => error);
    change({ token: 'two' });
    expect(service?.send('late')).toBe('queued');
    change({ token: 'three' });
    await stage.pass();
    expect(await failure).toMatchObject({ code: 'connection-lost' });
    expect(codes).toEqual(['message-dropped']);
    expect(server.received.map(({ event }) => event)).toEqual(['wait']);
  });
});

describe('the same session', () => {
  it('continues with a new token of the same identity, which is used at the next attempt', async () => {
    const { server } = stage;
    const { change } = show(wire, { identity: 'ann', token: 'one' });
    await stage.pass();
    change({ identity: 'ann', token: 'two' });
    await stage.pass(1_000);
    expect(server.socketsConstructed).toBe(1);
    server.drop();
    await stage.pass(5_000);
    expect(server.handshakes.map(({ token, outcome }) => [token, outcome])).toEqual([
      ['one', 'new-session'],
      ['two', 'resumed'],
    ]);
  });

  it('continues with a new token function, which is called at the next attempt and only then', async () => {
    const { server } = stage;
    const asked: string[] = [];
    const ask = (token: string) => (context: { readonly reason: string }) => {
      asked.push(`${token}, ${context.reason}`);
      return Promise.resolve(token);
    };
    const { change } = show(wire, { token: ask('one') });
    await stage.pass();
    change({ token: ask('two') });
    change({ token: ask('three') });
    await stage.pass(1_000);
    expect(asked).toEqual(['one, initial']);
    server.drop();
    await stage.pass(5_000);
    expect(asked).toEqual(['one, initial', 'three, reconnect']);
    expect(server.handshakes.map(({ token }) => token)).toEqual(['one', 'three']);
    expect(server.handshakes.at(-1)?.outcome).toBe('resumed');
  });

  it('continues with equal functions and objects that are created in each render', async () => {
    const { server } = stage;
    const inline = (): Partial<WireProps> => ({
      url: () => server.url,
      token: () => 'one',
      protocol: { ...envelopeProtocol },
      backoff: () => 3_000,
      closePolicy: (close) => defaultClosePolicy(close),
      heartbeat: { interval: 30_000 },
      sendQueue: { limit: 10 },
      schemas: {},
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      random: () => 0,
      onError: () => {},
      onMissedEvents: () => {},
    });
    const { change } = show(wire, inline());
    await stage.pass();
    const [connection] = server.connections;
    for (let round = 0; round < 5; round += 1) {
      change(inline());
      await stage.pass(1_000);
    }
    expect(server.attempts).toBe(1);
    expect(server.connections).toEqual([connection]);
    expect(connection?.live).toBe(true);
  });

  it('uses the newest closePolicy and delays', async () => {
    const { server } = stage;
    const state = createProbe(() => useConnection(({ status, reason }) => ({ status, reason })));
    const tree = (props: Partial<WireProps>): ReactNode => (
      <Wire to={server} {...props}>
        <state.Probe />
      </Wire>
    );
    const { change } = show(tree, {});
    await stage.pass();
    change({ reconnectDelay: 60_000 });
    server.drop();
    await stage.pass(59_000);
    expect(server.attempts).toBe(1);
    await stage.pass(2_000);
    expect(server.attempts).toBe(2);
    change({ closePolicy: () => 'fatal' });
    server.drop();
    await stage.pass();
    expect(state.last).toEqual({ status: 'disconnected', reason: 'fatal-close' });
  });

  it('does not restart its wait for a new token of the same identity, and uses the token afterwards', async () => {
    const { server } = stage;
    server.refuse(1);
    const { change } = show(wire, { identity: 'ann', token: 'one' });
    await stage.pass(1_000);
    change({ identity: 'ann', token: 'two' });
    await stage.pass(1_000);
    expect(server.attempts).toBe(1);
    await stage.pass(3_000);
    expect(server.handshakes.map(({ token }) => token)).toEqual(['one', 'two']);
  });
});

describe('a stopped connection', () => {
  it('that ended as planned stays so in the next renders, and begins again for another url', async () => {
    const { server } = stage;
    const state = createProbe(() => useConnection(({ status, reason }) => ({ status, reason })));
    const tree = (props: Partial<WireProps>): ReactNode => (
      <Wire to={server} closePolicy={() => 'done'} {...props}>
        <state.Probe />
      </Wire>
    );
    const { change } = show(tree, {});
    await stage.pass();
    server.close(1000);
    await stage.pass();
    expect(state.last).toEqual({ status: 'disconnected', reason: 'ended' });
    change({ reconnectAttempts: 9 });
    await stage.pass(10_000);
    expect(server.attempts).toBe(1);
    change({ url: `${server.url}?job=2` });
    await stage.pass();
    expect(state.last?.status).toBe('connected');
  });

  function watched() {
    const seen: { service?: WebSocketService } = {};
    const state = createProbe(() => {
      seen.service = useWebSocketService();
      return useConnection(({ status, reason }) => ({ status, reason }));
    });
    const tree = (props: Partial<WireProps>): ReactNode => (
      <Wire to={stage.server} {...props}>
        <state.Probe />
      </Wire>
    );
    return { state, seen, tree };
  }

  it.each(modes)(
    'that the user disconnected stays disconnected when the provider renders ($mode)',
    async ({ Mode }) => {
      const { server } = stage;
      const { state, seen, tree } = watched();
      const { change } = show((props) => <Mode>{tree(props)}</Mode>, { token: 'one', identity: 'ann' });
      await stage.pass();
      seen.service?.disconnect();
      await stage.pass();
      expect(state.last).toEqual({ status: 'disconnected', reason: 'client' });
      change({ token: 'one', identity: 'ann' });
      change({ token: 'two', identity: 'ann', onError: () => {}, reconnectDelay: 5 });
      await stage.pass(60_000);
      expect(state.last).toEqual({ status: 'disconnected', reason: 'client' });
      expect(server.attempts).toBe(1);
    },
  );

  it.each<readonly [string, (seen: { service?: WebSocketService }, change: (p: object) => void) => void]>([
    ['reconnect()', ({ service }) => service?.reconnect()],
    ['another url', (_, change) => change({ url: 'ws://fake.everwire.test/ws?shard=2' })],
    ['another identity', (_, change) => change({ identity: 'ben' })],
    [
      'enabled, off and on',
      (_, change) => {
        change({ enabled: false });
        change({});
      },
    ],
  ])('that the user disconnected reconnects with %s', async (_, bringBack) => {
    const { state, seen, tree } = watched();
    const { change } = show(tree, {});
    await stage.pass();
    seen.service?.disconnect();
    await stage.pass();
    bringBack(seen, change);
    await stage.pass();
    expect(state.last).toEqual({ status: 'connected', reason: null });
    expect(stage.server.socketsConstructed).toBe(2);
  });

  it('that gave up is revived by a new token, not by a render', async () => {
    const { server } = stage;
    server.refuse();
    const { state, tree } = watched();
    const given = { reconnectAttempts: 0, identity: 'ann', token: 'one' };
    const { change } = show(tree, given);
    await stage.pass();
    expect(state.last).toEqual({ status: 'disconnected', reason: 'attempts-exhausted' });
    server.refuse(false);
    change(given);
    await stage.pass(60_000);
    expect(server.attempts).toBe(1);
    change({ ...given, token: 'two' });
    await stage.pass();
    expect(state.last).toEqual({ status: 'connected', reason: null });
  });

  it('whose token was refused reconnects with another token', async () => {
    const server = stage.addServer({ token: 'right' });
    const { state, tree } = watched();
    const give = (token: string) => ({ to: server, identity: 'ann', auth: 'message', token }) as const;
    const { change } = show(tree, give('wrong'));
    await stage.pass();
    expect(state.last).toEqual({ status: 'disconnected', reason: 'unauthorized' });
    change(give('wrong'));
    await stage.pass(60_000);
    expect(server.attempts).toBe(1);
    change(give('right'));
    await stage.pass();
    expect(state.last).toEqual({ status: 'connected', reason: null });
  });

  it('with an invalid config reconnects with a valid one', async () => {
    const { state, tree } = watched();
    const { change } = show(tree, { url: 'ftp://example.com' });
    await stage.pass();
    expect(state.last).toEqual({ status: 'disconnected', reason: 'invalid-config' });
    change({});
    await stage.pass();
    expect(state.last).toEqual({ status: 'connected', reason: null });
  });
});

describe('the service prop', () => {
  it('may change: the old service disconnects, the new one connects, and hooks use it', async () => {
    const { server } = stage;
    const [one, two] = [createWebSocketService(), createWebSocketService()];
    const status = createProbe(() => useConnectionStatus());
    const tick = createProbe(() => numberOf(useWsEvent('tick')));
    const tree = (service: WebSocketService): ReactNode => (
      <Wire to={server} service={service}>
        <status.Probe />
        <tick.Probe />
      </Wire>
    );
    const page = stage.mount(tree(one));
    await stage.pass();
    server.emit('tick', { n: 1 });
    await stage.frame();
    page.rerender(tree(two));
    await stage.pass();
    expect(one.isConnected()).toBe(false);
    expect(two.isConnected()).toBe(true);
    expect(status.last).toBe('connected');
    expect(tick.last).toBeUndefined();
    server.emit('tick', { n: 2 });
    await stage.frame();
    expect(tick.last).toBe(2);
    expect(server.socketCount).toBe(1);
  });

  it('may be shared by two providers, and disconnects with the last unmount', async () => {
    const { server } = stage;
    const service = createWebSocketService();
    const left = stage.mount(<Wire to={server} service={service} />);
    const right = stage.mount(<Wire to={server} service={service} />);
    await stage.pass();
    expect(server.socketsConstructed).toBe(1);
    left.unmount();
    await stage.pass();
    expect(service.isConnected()).toBe(true);
    right.unmount();
    await stage.pass();
    expect(service.isConnected()).toBe(false);
  });
});

describe('two providers', () => {
  it('are independent: sockets, events, status and errors', async () => {
    const { server } = stage;
    const other = stage.addServer({ url: 'ws://other.everwire.test/ws' });
    const make = () => ({
      status: createProbe(() => useConnectionStatus()),
      tick: createProbe(() => numberOf(useWsEvent('tick'))),
      errors: [] as string[],
    });
    const [outer, inner] = [make(), make()];
    stage.mount(
      <Wire to={server} onError={({ code }) => outer.errors.push(code)}>
        <outer.status.Probe />
        <outer.tick.Probe />
        <Wire to={other} onError={({ code }) => inner.errors.push(code)}>
          <inner.status.Probe />
          <inner.tick.Probe />
        </Wire>
      </Wire>,
    );
    await stage.pass();
    server.emit('tick', { n: 1 });
    other.emit('tick', { n: 2 });
    other.garble();
    await stage.frame();
    expect([outer.tick.values, inner.tick.values]).toEqual([
      [undefined, 1],
      [undefined, 2],
    ]);
    expect([outer.errors, inner.errors]).toEqual([[], ['malformed-frame']]);
    other.stall();
    other.drop();
    await stage.pass();
    expect([outer.status.last, inner.status.last]).toEqual(['connected', 'reconnecting']);
  });
});

describe('onError and onMissedEvents', () => {
  it('use the newest closures, and receive what happened in the first effect', async () => {
    const { server } = stage;
    const heard: string[] = [];
    const callbacks = (round: number): Partial<WireProps> => ({
      onError: ({ code }) => heard.push(`${round}: ${code}`),
      onMissedEvents: ({ reason }: MissedEvents) => heard.push(`${round}: ${reason}`),
    });
    const { change } = show(wire, { ...callbacks(1), url: 'ftp://example.com' });
    expect(heard).toEqual(['1: invalid-config']);
    change(callbacks(2));
    await stage.pass();
    server.emit('tick');
    change(callbacks(3));
    await stage.pass();
    server.restart();
    await stage.pass(5_000);
    expect(heard).toEqual(['1: invalid-config', '3: new-session']);
  });

  it('report each failed attempt, and giving up', async () => {
    stage.server.refuse();
    const codes: string[] = [];
    show(wire, { reconnectAttempts: 2, reconnectDelay: 100, onError: ({ code }) => codes.push(code) });
    await stage.pass(5_000);
    expect(stage.server.attempts).toBe(3);
    expect(codes).toEqual([...Array(3).fill('connection-failed'), 'attempts-exhausted']);
  });

  it('report a problem of the config once, for any number of renders', async () => {
    const codes: string[] = [];
    const bad = () => ({
      url: 'ftp://example.com',
      onError: ({ code }: { code: string }) => codes.push(code),
    });
    const { change } = show(wire, bad());
    change(bad());
    change(bad());
    await stage.pass();
    expect(codes).toEqual(['invalid-config']);
  });
});
