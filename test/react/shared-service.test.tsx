/** A connection that is owned outside React: providers and `connect()` hold it, and it closes when nobody does. */

import {
  createWebSocketService,
  useConnectionStatus,
  useWebSocketService,
  WebSocketProvider,
  type WebSocketService,
} from 'everwire';
import type { ReactNode } from 'react';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createProbe, modes, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage();

function createOwn(): WebSocketService {
  const service = createWebSocketService();
  onTestFinished(() => service.dispose());
  return service;
}

const configOf = () => ({ url: stage.server.url, WebSocket: stage.server.WebSocket, random: () => 0 });

describe.each(modes)('a service that the app has connected ($mode)', ({ Mode }) => {
  it('stays connected when a provider with the same config unmounts, until disconnect()', async () => {
    const service = createOwn();
    service.connect(configOf());
    await stage.pass();
    const page = stage.mount(
      <Mode>
        <Wire to={stage.server} service={service} />
      </Mode>,
    );
    await stage.pass();
    page.rerender(null);
    await stage.pass(60_000);
    expect(service.store.getState().status).toBe('connected');
    expect(stage.server.socketsConstructed).toBe(1);
    service.disconnect();
    await stage.pass();
    expect(service.store.getState()).toMatchObject({ status: 'disconnected', reason: 'client' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is only handed down by a provider without a url', async () => {
    const service = createOwn();
    const errors: string[] = [];
    service.connect(configOf());
    await stage.pass();
    const status = createProbe(() => useConnectionStatus());
    const page = stage.mount(
      <Mode>
        <WebSocketProvider service={service} onError={({ code }) => errors.push(code)}>
          <status.Probe />
        </WebSocketProvider>
      </Mode>,
    );
    expect(new Set(status.values)).toEqual(new Set(['connected']));
    await stage.pass();
    page.rerender(null);
    await stage.pass();
    expect(service.store.getState().status).toBe('connected');
    expect(errors).toEqual([]);
    service.disconnect();
  });

  it('is connected again when a provider that wanted another address leaves', async () => {
    const service = createOwn();
    service.connect(configOf());
    await stage.pass();
    const page = stage.mount(
      <Mode>
        <Wire to={stage.server} service={service} url={`${stage.server.url}?room=2`} />
      </Mode>,
    );
    await stage.pass();
    page.rerender(null);
    await stage.pass();
    expect(stage.server.handshakes.map(({ url }) => new URL(url).searchParams.get('room'))).toEqual([
      null,
      '2',
      null,
    ]);
    expect(stage.server.socketCount).toBe(1);
    service.disconnect();
  });
});

describe('a service that the app has connected', () => {
  it('stays connected while a provider waits for its token, or is disabled', async () => {
    const service = createOwn();
    service.connect(configOf());
    await stage.pass();
    stage.mount(<Wire to={stage.server} service={service} token="" />);
    stage.mount(<Wire to={stage.server} service={service} enabled={false} />);
    await stage.pass(1_000);
    expect(service.store.getState().status).toBe('connected');
    expect(stage.server.socketsConstructed).toBe(1);
    service.disconnect();
  });

  it('is signed out by a provider whose token becomes empty, and stays so', async () => {
    const service = createOwn();
    service.connect({ ...configOf(), token: 'token-of-ann' });
    const tree = (token: string) => <Wire to={stage.server} service={service} token={token} />;
    const page = stage.mount(tree('token-of-ann'));
    await stage.pass();
    page.rerender(tree(''));
    await stage.pass();
    page.rerender(null);
    await stage.pass(60_000);
    expect(service.store.getState()).toMatchObject({ status: 'disconnected', reason: 'idle' });
    expect(stage.server.socketsConstructed).toBe(1);
  });

  it('is closed by disconnect() while a provider is mounted, and reconnect() holds it again for the app', async () => {
    const service = createOwn();
    service.connect(configOf());
    const tree = () => <Wire to={stage.server} service={service} />;
    const page = stage.mount(tree());
    await stage.pass();
    service.disconnect();
    page.rerender(tree());
    await stage.pass(60_000);
    expect(service.store.getState().reason).toBe('client');
    service.reconnect();
    await stage.pass();
    page.rerender(null);
    await stage.pass();
    expect(service.store.getState().status).toBe('connected');
    service.disconnect();
    await stage.pass();
    service.reconnect();
    await stage.pass();
    expect(service.store.getState().status).toBe('connected');
    service.disconnect();
  });

  it('is held by connect() also if that comes after the provider', async () => {
    const service = createOwn();
    const page = stage.mount(<Wire to={stage.server} service={service} />);
    await stage.pass();
    service.connect(configOf());
    page.rerender(null);
    await stage.pass();
    expect(service.store.getState().status).toBe('connected');
    expect(stage.server.socketsConstructed).toBe(1);
    service.disconnect();
  });

  it('is connected by a provider that mounts after disconnect()', async () => {
    const service = createOwn();
    service.connect(configOf());
    await stage.pass();
    service.disconnect();
    const page = stage.mount(<Wire to={stage.server} service={service} />);
    await stage.pass();
    expect(service.store.getState().status).toBe('connected');
    page.rerender(null);
    await stage.pass();
    expect(stage.server.socketCount).toBe(0);
  });

  it('leaves nothing behind when it is disposed of while a provider is mounted', async () => {
    const service = createOwn();
    service.connect(configOf());
    const page = stage.mount(<Wire to={stage.server} service={service} />);
    await stage.pass();
    service.dispose();
    await stage.pass();
    expect(stage.server.socketCount).toBe(0);
    page.rerender(null);
    await stage.pass();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('two providers of one service', () => {
  it('hold it both: it closes when the second one unmounts', async () => {
    const service = createOwn();
    const one = stage.mount(<Wire to={stage.server} service={service} />);
    const two = stage.mount(<Wire to={stage.server} service={service} />);
    await stage.pass();
    one.rerender(null);
    await stage.pass();
    expect(service.store.getState().status).toBe('connected');
    two.rerender(<Wire to={stage.server} service={service} enabled={false} />);
    await stage.pass();
    expect(service.store.getState()).toMatchObject({ status: 'disconnected', reason: 'idle' });
    expect(stage.server.socketsConstructed).toBe(1);
  });
});

describe('the service that a provider creates', () => {
  it('closes with the provider, also if a component has called connect()', async () => {
    let service: WebSocketService | undefined;
    function Spy(): ReactNode {
      service = useWebSocketService();
      return null;
    }
    const page = stage.mount(
      <Wire to={stage.server}>
        <Spy />
      </Wire>,
    );
    await stage.pass();
    service?.connect(configOf());
    await stage.pass();
    page.unmount();
    await stage.pass();
    expect(stage.server.socketCount).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('reports that a url is missing, where there is no service to hand down', async () => {
    const errors: string[] = [];
    stage.mount(
      <Wire
        to={stage.server}
        url={undefined as unknown as string}
        onError={({ message }) => errors.push(message)}
      />,
    );
    await stage.pass();
    expect(errors).toEqual([expect.stringContaining('The config has no url')]);
  });
});
