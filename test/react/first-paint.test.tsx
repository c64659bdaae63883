/** What the first frame and the HTML of a server say about the connection: that it is being opened, and never that it is lost. */

import {
  createWebSocketService,
  useConnection,
  useConnectionStatus,
  useConnectionStore,
  WebSocketProvider,
} from 'everwire';
import type { ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { createProbe, modes, setUpStage, Wire, type WireProps } from '../support/stage.tsx';

const stage = setUpStage();

/** As in docs/reconnecting.md. */
function Banner(): ReactNode {
  const status = useConnectionStatus({ grace: 1_000 });
  if (status !== 'reconnecting' && status !== 'disconnected') return null;
  return 'Not connected';
}

const wanted: readonly (readonly [string, () => Partial<WireProps>])[] = [
  ['its own service', () => ({})],
  ['a service of the app', () => ({ service: createWebSocketService() })],
  ['a token function', () => ({ token: () => 'one' })],
  ['a url function', () => ({ url: () => stage.server.url })],
];

describe.each(modes)('the first frame ($mode)', ({ Mode }) => {
  it.each(wanted)('of a provider with %s shows no banner, nor does the HTML of a server', async (_, make) => {
    const banners = createProbe(() => Banner());
    const shown = createProbe(() => {
      const { status, reason } = useConnection();
      return [status, reason, useConnection((s) => s.status), useConnectionStore((s) => s.status)];
    });
    const tree = (props: Partial<WireProps>) => (
      <Mode>
        <Wire to={stage.server} {...props}>
          <Banner />
          <banners.Probe />
          <shown.Probe />
        </Wire>
      </Mode>
    );
    expect(stage.renderToString(tree(make()))).toBe('');
    stage.server.stall();
    stage.mount(tree(make()));
    await stage.pass(5_000);
    expect(new Set(banners.values)).toEqual(new Set([null]));
    expect(new Set(shown.values.map(String))).toEqual(new Set(['connecting,,connecting,connecting']));
  });

  it.each<[string, Partial<WireProps>]>([
    ['enabled={false}', { enabled: false }],
    ['an empty token', { token: '' }],
    ['an empty url', { url: '' }],
  ])('of a provider with %s says that there is no connection', (_, props) => {
    const status = createProbe(() => useConnectionStatus());
    const tree = (
      <Mode>
        <Wire to={stage.server} {...props}>
          <status.Probe />
        </Wire>
      </Mode>
    );
    stage.renderToString(tree);
    stage.mount(tree);
    expect(new Set(status.values)).toEqual(new Set(['disconnected']));
  });

  it('after the token has arrived shows connecting', () => {
    const status = createProbe(() => useConnectionStatus());
    const tree = (token: string) => (
      <Mode>
        <Wire to={stage.server} token={token}>
          <status.Probe />
        </Wire>
      </Mode>
    );
    const page = stage.mount(tree(''));
    const { renders } = status;
    page.rerender(tree('one'));
    expect(new Set(status.values.slice(renders))).toEqual(new Set(['connecting']));
  });
});

describe('a provider that only hands a service down', () => {
  it('shows the state of the service as it is', () => {
    const status = createProbe(() => useConnectionStatus());
    const service = createWebSocketService();
    stage.renderToString(
      <WebSocketProvider service={service}>
        <status.Probe />
      </WebSocketProvider>,
    );
    // Inside of a provider that wants another connection, too.
    stage.renderToString(
      <Wire to={stage.server}>
        <WebSocketProvider service={service}>
          <status.Probe />
        </WebSocketProvider>
      </Wire>,
    );
    expect(status.values).toEqual(['disconnected', 'disconnected']);
  });

  it('shows connecting inside of the provider that wants it', () => {
    const status = createProbe(() => useConnectionStatus());
    const service = createWebSocketService();
    stage.renderToString(
      <Wire to={stage.server} service={service}>
        <WebSocketProvider service={service}>
          <status.Probe />
        </WebSocketProvider>
      </Wire>,
    );
    expect(status.values).toEqual(['connecting']);
  });
});
