/** Two providers of one service: equal configs hold it together, different ones are reported, a sign-out is for both. */

import { createWebSocketService, useConnectionStatus, type WebSocketService } from 'everwire';
import type { ReactNode } from 'react';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createProbe, modes, setUpStage, Wire, type WireProps } from '../support/stage.tsx';

const stage = setUpStage();

function createOwn(): { service: WebSocketService; errors: { code: string; option: unknown }[] } {
  const service = createWebSocketService();
  const errors: { code: string; option: unknown }[] = [];
  service.errors$.subscribe(({ code, details }) => errors.push({ code, option: details['option'] }));
  onTestFinished(() => service.dispose());
  return { service, errors };
}

type Props = Partial<WireProps>;

/** Renders both with every change of the status, as a page with a banner does. */
function Page({ service, left, right }: { service: WebSocketService; left: Props; right: Props }): ReactNode {
  useConnectionStatus({ service });
  return (
    <>
      <Wire to={stage.server} service={service} {...left} />
      <Wire to={stage.server} service={service} {...right} />
    </>
  );
}

const rooms = (): (string | null)[] =>
  stage.server.handshakes.map(({ url }) => new URL(url).searchParams.get('room'));
const tokens = (): (string | null)[] =>
  stage.server.handshakes.map(({ url }) => new URL(url).searchParams.get('token'));

describe.each(modes)('two providers of one service ($mode)', ({ Mode }) => {
  it('with different urls open one socket, and are reported once', async () => {
    const { service, errors } = createOwn();
    const tree = () => (
      <Mode>
        <Page
          service={service}
          left={{ url: `${stage.server.url}?room=1` }}
          right={{ url: `${stage.server.url}?room=2` }}
        />
      </Mode>
    );
    const page = stage.mount(tree());
    await stage.pass(500);
    page.rerender(tree());
    await stage.pass(500);
    expect(rooms()).toEqual(['2']);
    expect(service.store.getState()).toMatchObject({ status: 'connected', error: null });
    expect(errors).toEqual([{ code: 'invalid-config', option: 'url' }]);
  });

  it.each<[string, Props, Props]>([
    ['identity', { identity: 'ann' }, { identity: 'ben' }],
    ['token', { token: 'token-of-ann' }, { token: 'token-of-ben' }],
    ['token', { identity: 'ann', token: 'token-1' }, { identity: 'ann', token: 'token-2' }],
    ['heartbeat', { heartbeat: { interval: 20_000 } }, { heartbeat: { interval: 25_000 } }],
    ['reconnectDelay', { reconnectDelay: -1 }, { reconnectDelay: -2 }],
  ])('with a different %s are reported once, and do not loop', async (option, left, right) => {
    const { service, errors } = createOwn();
    let changes = 0;
    service.store.subscribe(({ status, error }, before) => {
      if (status !== before.status || error !== before.error) changes += 1;
    });
    stage.mount(
      <Mode>
        <Page service={service} left={left} right={right} />
      </Mode>,
    );
    await stage.pass(500);
    expect(errors.filter((error) => error.option === option && error.code === 'invalid-config')).not.toEqual(
      [],
    );
    expect(changes).toBeLessThan(6);
    expect(stage.server.socketsConstructed).toBeLessThan(3);
  });

  it('with equal configs open one socket and report nothing, though everything is written inline', async () => {
    const { service, errors } = createOwn();
    const inline = (): Props => ({
      token: () => 'tok',
      heartbeat: { interval: 20_000 },
      sendQueue: { limit: 10 },
      reconnectDelay: 1_000,
      resync: () => undefined,
      schemas: {},
    });
    const tree = () => (
      <Mode>
        <Page service={service} left={inline()} right={inline()} />
      </Mode>
    );
    const page = stage.mount(tree());
    await stage.pass(1_000);
    page.rerender(tree());
    await stage.pass(1_000);
    expect(stage.server.socketsConstructed).toBe(1);
    expect(errors).toEqual([]);
  });

  it('may change their url together, or take the place of another', async () => {
    const { service, errors } = createOwn();
    const tree = (room: string) => (
      <Mode>
        <Page
          key={room}
          service={service}
          left={{ url: `${stage.server.url}?room=${room}` }}
          right={{ url: `${stage.server.url}?room=${room}` }}
        />
      </Mode>
    );
    const page = stage.mount(tree('1'));
    await stage.pass();
    page.rerender(tree('2'));
    await stage.pass();
    expect(rooms()).toEqual(['1', '2']);
    expect(errors).toEqual([]);
  });

  it('use the config of the other when the one in force leaves or pauses', async () => {
    const { service } = createOwn();
    const tree = (right: Props) => (
      <Mode>
        <Page
          service={service}
          left={{ url: `${stage.server.url}?room=1` }}
          right={{ url: `${stage.server.url}?room=2`, ...right }}
        />
      </Mode>
    );
    const page = stage.mount(tree({}));
    await stage.pass();
    page.rerender(tree({ enabled: false }));
    await stage.pass();
    expect(rooms()).toEqual(['2', '1']);
  });
});

describe('two providers of one service', () => {
  it('change their url in one commit without a report', async () => {
    const { service, errors } = createOwn();
    const tree = (room: string) => {
      const url = `${stage.server.url}?room=${room}`;
      return <Page service={service} left={{ url }} right={{ url }} />;
    };
    const page = stage.mount(tree('1'));
    await stage.pass();
    page.rerender(tree('2'));
    await stage.pass();
    expect(rooms()).toEqual(['1', '2']);
    expect(errors).toEqual([]);
  });

  it('use the newest functions of an equal config', async () => {
    const { service } = createOwn();
    const tree = (round: number) => (
      <Page service={service} left={{ token: () => 'left' }} right={{ token: () => `right-${round}` }} />
    );
    const page = stage.mount(tree(1));
    await stage.pass();
    page.rerender(tree(2));
    service.reconnect();
    await stage.pass();
    expect(tokens()).toEqual(['right-1', 'right-2']);
  });
});

/** A provider and the status below it. */
function createSide(service: WebSocketService) {
  const status = createProbe(() => useConnectionStatus());
  return {
    status,
    show: (props: Props) => (
      <Wire to={stage.server} service={service} token="token-of-ann" {...props}>
        <status.Probe />
      </Wire>
    ),
  };
}

describe.each([
  ['null', null],
  ['undefined', undefined],
  ['""', ''],
])('a provider whose token becomes %s', (_, empty) => {
  const signedOut = { token: empty } as unknown as Props;

  it('signs out for the other one too, which shows it', async () => {
    const { service } = createOwn();
    const [one, two] = [createSide(service), createSide(service)];
    const left = stage.mount(one.show({}));
    const right = stage.mount(two.show({}));
    await stage.pass();
    right.rerender(two.show(signedOut));
    await stage.pass(1_000);
    expect([one.status.last, two.status.last]).toEqual(['disconnected', 'disconnected']);
    // Its token is that of the user who has left.
    left.rerender(one.show({}));
    await stage.pass(1_000);
    expect([one.status.last, two.status.last]).toEqual(['disconnected', 'disconnected']);
    expect(tokens()).toEqual(['token-of-ann']);
  });

  it('shows it also if it happens before the connection is open', async () => {
    const { service } = createOwn();
    const [one, two] = [createSide(service), createSide(service)];
    stage.server.stall();
    stage.mount(one.show({}));
    const right = stage.mount(two.show({}));
    await stage.pass();
    right.rerender(two.show(signedOut));
    await stage.pass(20_000);
    expect([one.status.last, two.status.last]).toEqual(['disconnected', 'disconnected']);
  });

  it('leaves the other one to sign in with another token, and does not end that again', async () => {
    const { service } = createOwn();
    const [one, two] = [createSide(service), createSide(service)];
    const left = stage.mount(one.show({}));
    const right = stage.mount(two.show({}));
    await stage.pass();
    right.rerender(two.show(signedOut));
    await stage.pass();
    left.rerender(one.show({ token: 'token-of-ben' }));
    right.rerender(two.show(signedOut));
    await stage.pass(1_000);
    expect([one.status.last, two.status.last]).toEqual(['connected', 'connected']);
    expect(tokens()).toEqual(['token-of-ann', 'token-of-ben']);
  });

  it('signs in again for the other one too, if both have the same token', async () => {
    const { service } = createOwn();
    const [one, two] = [createSide(service), createSide(service)];
    stage.mount(one.show({}));
    const right = stage.mount(two.show({}));
    await stage.pass();
    right.rerender(two.show(signedOut));
    await stage.pass();
    right.rerender(two.show({}));
    await stage.pass();
    right.rerender(null);
    await stage.pass();
    expect(one.status.last).toBe('connected');
    expect(tokens()).toEqual(['token-of-ann', 'token-of-ann']);
  });

  it('does not leave the old token behind, for when the new user leaves', async () => {
    const { service } = createOwn();
    const [one, two] = [createSide(service), createSide(service)];
    stage.mount(one.show({}));
    const right = stage.mount(two.show({}));
    await stage.pass();
    right.rerender(two.show(signedOut));
    right.rerender(two.show({ token: 'token-of-ben' }));
    await stage.pass();
    right.rerender(null);
    await stage.pass(1_000);
    expect(one.status.last).toBe('disconnected');
    expect(tokens()).toEqual(['token-of-ann', 'token-of-ben']);
  });
});

describe('a provider that pauses', () => {
  it('leaves the connection to the other one', async () => {
    const { service } = createOwn();
    const [one, two] = [createSide(service), createSide(service)];
    const left = stage.mount(one.show({}));
    const right = stage.mount(two.show({}));
    await stage.pass();
    right.rerender(two.show({ enabled: false }));
    await stage.pass(1_000);
    expect([one.status.last, two.status.last]).toEqual(['connected', 'connected']);
    left.rerender(one.show({ enabled: false }));
    await stage.pass(60_000);
    expect([one.status.last, two.status.last]).toEqual(['disconnected', 'disconnected']);
    left.rerender(one.show({}));
    await stage.pass();
    expect([one.status.last, two.status.last]).toEqual(['connected', 'connected']);
  });
});
