/** A server renders the page, and the browser hydrates it without a mismatch. */

import {
  useConnection,
  useConnectionStatus,
  useConnectionStore,
  useMissedEvents,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsRequest,
  useWsSend,
} from 'everwire';
import { type ReactNode, StrictMode, useEffect } from 'react';
import { hydrateRoot, type Root } from 'react-dom/client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { numberOf, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage();

let root: Root | null = null;
afterEach(async () => {
  root?.unmount();
  root = null;
  await stage.pass();
});

/** Uses every hook. */
function Page({ onMounted }: { readonly onMounted?: () => void }): ReactNode {
  const status = useConnectionStatus();
  const graceful = useConnectionStatus({ grace: 1_000 });
  const { reason } = useConnection();
  const id = useConnection(({ connectionId }) => connectionId);
  const attempts = useConnectionStore(({ reconnectAttempts }) => reconnectAttempts);
  const latest = useWsEvent('tick');
  const passing = useWsEvent('tick', { where: () => true, select: numberOf });
  const list = useWsEvents('tick');
  const count = useWsReducer('tick', (sum: number) => sum + 1, 0);
  useWsEventHandler('tick', () => undefined);
  useMissedEvents(() => undefined);
  useWsSend();
  useWsRequest();
  useEffect(() => onMounted?.(), [onMounted]);
  const shown = {
    status,
    graceful,
    reason,
    id,
    attempts,
    latest: numberOf(latest) ?? null,
    passing,
    list,
    count,
  };
  return <pre>{JSON.stringify(shown)}</pre>;
}

const connecting = {
  status: 'connecting',
  graceful: 'connecting',
  reason: null,
  id: null,
  attempts: 0,
  latest: null,
  list: [],
  count: 0,
};

describe('renderToString', () => {
  it('opens no socket, calls no token function, starts no timer, and renders the state of a first attempt', async () => {
    const token = vi.fn(() => 'one');
    const html = stage.renderToString(
      <StrictMode>
        <Wire to={stage.server} token={token}>
          <Page />
        </Wire>
      </StrictMode>,
    );
    const printed = document.createElement('div');
    printed.innerHTML = html;
    expect(JSON.parse(printed.textContent ?? '')).toEqual(connecting);
    expect(vi.getTimerCount()).toBe(0);
    await stage.pass(60_000);
    expect(stage.server.socketsConstructed).toBe(0);
    expect(token).not.toHaveBeenCalled();
  });

  it('does not throw for an invalid config; the page reports it', () => {
    const attempt = (): string =>
      stage.renderToString(
        <Wire to={stage.server} url="ftp://nowhere" reconnectDelay={Number.NaN}>
          <Page />
        </Wire>,
      );
    expect(attempt).not.toThrow();
  });
});

describe('hydrateRoot', () => {
  it.each([
    ['plain', false],
    ['StrictMode', true],
  ])('hydrates without a mismatch, then connects (%s)', async (_, isStrict) => {
    const { server } = stage;
    let resolveMounted: () => void = () => undefined;
    const mounted = new Promise<void>((resolve) => {
      resolveMounted = resolve;
    });
    const wire = (
      <Wire to={server} token="one">
        <Page onMounted={resolveMounted} />
      </Wire>
    );
    const element = isStrict ? <StrictMode>{wire}</StrictMode> : wire;
    const container = document.createElement('div');
    document.body.append(container);
    container.innerHTML = stage.renderToString(element);
    const printed = container.querySelector('pre');
    const problems: unknown[] = [];
    root = hydrateRoot(container, element, { onRecoverableError: (error) => problems.push(error) });
    await mounted;
    await stage.pass();
    server.emit('tick', { n: 1 });
    await stage.frame();
    expect(problems).toEqual([]);
    // The server's own element was kept, and not rendered anew.
    expect(container.querySelector('pre')).toBe(printed);
    expect(server.socketsConstructed).toBe(1);
    expect(JSON.parse(container.textContent ?? '')).toMatchObject({
      status: 'connected',
      graceful: 'connected',
      reason: null,
      latest: 1,
      passing: 1,
      count: 1,
    });
  });

  it('hydrates a late part without a mismatch, even after events have arrived', async () => {
    const { server } = stage;
    const { createWebSocketService } = await import('everwire');
    const service = createWebSocketService();
    stage.mount(<Wire to={server} service={service} />);
    await stage.pass();
    server.emit('tick', { n: 1 });
    await stage.frame();

    let resolveMounted: () => void = () => undefined;
    const mounted = new Promise<void>((resolve) => {
      resolveMounted = resolve;
    });
    const element = (
      <Wire to={server} service={service}>
        <Page onMounted={resolveMounted} />
      </Wire>
    );
    const container = document.createElement('div');
    document.body.append(container);
    // A server has a service of its own, which has received no event.
    container.innerHTML = stage.renderToString(
      <Wire to={server}>
        <Page />
      </Wire>,
    );
    const problems: unknown[] = [];
    root = hydrateRoot(container, element, { onRecoverableError: (error) => problems.push(error) });
    await mounted;
    await stage.frame();
    expect(problems).toEqual([]);
    expect(JSON.parse(container.textContent ?? '')).toMatchObject({ status: 'connected', latest: 1 });
    expect(server.socketsConstructed).toBe(1);
  });
});
