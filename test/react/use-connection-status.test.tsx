/** useConnectionStatus shows the status, renders only for a change of it, and hides short breaks with `grace`. */

import { useConnection, useConnectionStatus, useWebSocketService, WebSocketServiceError } from 'everwire';
import type { ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { createProbe, modes, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage();

describe.each(modes)('useConnectionStatus ($mode)', ({ Mode }) => {
  it('goes from connecting to connected, and through a loss', async () => {
    const { server } = stage;
    const status = createProbe(() => useConnectionStatus());
    stage.mount(
      <Mode>
        <Wire to={server}>
          <status.Probe />
        </Wire>
      </Mode>,
    );
    await stage.pass();
    server.drop();
    await stage.pass();
    await stage.pass(5_000);
    const changes = status.values.filter((one, index, all) => one !== all[index - 1]);
    expect(changes).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
  });
});

describe('useConnectionStatus', () => {
  it('renders only when the status changes', async () => {
    const { server } = stage;
    const status = createProbe(() => useConnectionStatus());
    stage.mount(
      <Wire to={server}>
        <status.Probe />
      </Wire>,
    );
    await stage.pass();
    expect(status.values).toEqual(['connecting', 'connected']);
    server.refuse(2);
    server.drop();
    for (let n = 0; n < 100; n += 1) server.emit('tick', { n });
    await stage.pass(20_000);
    expect(server.attempts).toBe(4);
    expect(status.values).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
  });

  it('never shows another status than useConnection does, however briefly', async () => {
    const { server } = stage;
    const both = createProbe(() => [useConnectionStatus(), useConnection(({ status }) => status)]);
    stage.mount(
      <Wire to={server}>
        <both.Probe />
      </Wire>,
    );
    await stage.pass();
    server.drop();
    await stage.pass(10_000);
    server.close(1001, 'restart');
    await stage.pass(10_000);
    expect(both.last).toEqual(['connected', 'connected']);
    expect(both.values.filter(([shown, actual]) => shown !== actual)).toEqual([]);
  });

  it('shows the current status to a component that mounts late', async () => {
    const { server } = stage;
    const status = createProbe(() => useConnectionStatus());
    const page = stage.mount(<Wire to={server} />);
    await stage.pass();
    page.rerender(
      <Wire to={server}>
        <status.Probe />
      </Wire>,
    );
    expect(status.values).toEqual(['connected']);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a grace of %d', (grace) => {
    function Page(): ReactNode {
      return useConnectionStatus({ grace });
    }
    const attempt = (): string =>
      stage.renderToString(
        <Wire to={stage.server}>
          <Page />
        </Wire>,
      );
    expect(attempt).toThrow(WebSocketServiceError);
    expect(attempt).toThrow(/grace/);
  });
});

describe('useConnectionStatus({ grace })', () => {
  function watch(grace: number) {
    let service: ReturnType<typeof useWebSocketService> | undefined;
    const status = createProbe(() => {
      service = useWebSocketService();
      return useConnectionStatus({ grace });
    });
    const page = stage.mount(
      <Wire to={stage.server}>
        <status.Probe />
      </Wire>,
    );
    return { status, page, service: () => service };
  }

  it('hides a loss that ends within the grace, without a render', async () => {
    const { status } = watch(5_000);
    await stage.pass();
    const { renders } = status;
    stage.server.drop();
    await stage.pass(4_000);
    expect(stage.server.connections).toHaveLength(1);
    await stage.pass(10_000);
    expect(status.last).toBe('connected');
    expect(status.renders).toBe(renders);
  });

  it('shows a loss that lasts longer, at the end of the grace and not before', async () => {
    const { status } = watch(5_000);
    await stage.pass();
    stage.server.refuse();
    stage.server.drop();
    await stage.pass(4_990);
    expect(status.last).toBe('connected');
    await stage.pass(20);
    expect(status.last).toBe('reconnecting');
    stage.server.refuse(false);
    await stage.pass(4_000);
    expect(status.last).toBe('connected');
  });

  it('counts the grace of each loss from its start', async () => {
    const { status } = watch(5_000);
    await stage.pass();
    stage.server.drop();
    await stage.pass(3_500);
    stage.server.refuse();
    stage.server.drop();
    await stage.pass(4_500);
    expect(status.last).toBe('connected');
    await stage.pass(600);
    expect(status.last).toBe('reconnecting');
  });

  it('continues when a new session starts within it', async () => {
    const { status, service } = watch(5_000);
    await stage.pass();
    stage.server.stall();
    stage.server.drop();
    await stage.pass(1_000);
    service()?.connect({ url: `${stage.server.url}?shard=2`, WebSocket: stage.server.WebSocket });
    await stage.pass(3_900);
    expect(status.last).toBe('connected');
    await stage.pass(200);
    expect(status.last).toBe('connecting');
  });

  it('shows a disconnect by the user at once, also within the grace of a loss', async () => {
    const { status, service } = watch(60_000);
    await stage.pass();
    stage.server.drop();
    await stage.pass();
    expect(status.last).toBe('connected');
    service()?.disconnect();
    await stage.pass(0);
    expect(status.last).toBe('disconnected');
  });

  it('does not apply to the first connect', async () => {
    const { status } = watch(60_000);
    await stage.pass();
    expect(status.values).toEqual(['connecting', 'connected']);
  });

  it('leaves no timer when it unmounts within the grace', async () => {
    const { page } = watch(60_000);
    await stage.pass();
    stage.server.drop();
    await stage.pass();
    page.unmount();
    await stage.pass();
    // The stage checks for pending timers when the test is over.
    expect(stage.server.socketCount).toBe(0);
  });
});
