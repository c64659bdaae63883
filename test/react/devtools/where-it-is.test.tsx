/** The devtools work in a page that a server rendered and beside a provider, and show nothing without a connection. */

import { createWebSocketService, type WebSocketService } from 'everwire';
import { WebSocketDevtools } from 'everwire/devtools';
import { Component, type ReactNode, StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { setUpStage, Wire } from '../../support/stage.tsx';
import { DevtoolsPage, draw, emitTicks, hosts, look } from './support.tsx';

const stage = setUpStage();

beforeEach(() => localStorage.clear());

describe('a page that a server rendered', () => {
  it('does not contain the devtools, and hydrates without a mismatch', async () => {
    const element = (
      <StrictMode>
        <DevtoolsPage to={stage.server}>
          <p>The app</p>
        </DevtoolsPage>
      </StrictMode>
    );
    const container = document.createElement('div');
    container.innerHTML = stage.renderToString(element);
    expect(container.innerHTML).toBe('<p>The app</p>');
    document.body.append(container);
    const problems: unknown[] = [];
    const root = hydrateRoot(container, element, { onRecoverableError: (error) => problems.push(error) });
    // React hydrates in tasks of its own, before timers run.
    for (let task = 0; task < 5; task += 1) await draw(stage);
    expect(problems).toEqual([]);
    expect(container.innerHTML).toBe('<p>The app</p>');
    expect(stage.server.socketsConstructed).toBe(1);
    expect(look().figure('Received')).toBe('1');
    root.unmount();
    await stage.pass();
    expect(hosts()).toHaveLength(0);
  });
});

describe('outside a provider', () => {
  it('they show the given service, and then another one', async () => {
    const other = stage.addServer({ url: 'ws://other.everwire.test/ws' });
    const services = [stage.server, other].map((server) => {
      const service = createWebSocketService();
      service.connect({ url: server.url, WebSocket: server.WebSocket });
      onTestFinished(() => service.dispose());
      return service;
    });
    const { rerender, unmount } = stage.mount(<WebSocketDevtools initiallyOpen service={services[0]} />);
    await draw(stage);
    emitTicks(stage.server, 1, 2);
    await draw(stage);
    expect(look().figure('Received')).toBe('3');
    rerender(<WebSocketDevtools initiallyOpen service={services[1]} />);
    emitTicks(stage.server, 3, 4);
    emitTicks(other, 7, 7);
    await draw(stage);
    expect(look().texts().join()).toContain('{"n":7}');
    expect(look().texts().join()).not.toContain('{"n":4}');
    expect(hosts()).toHaveLength(1);
    unmount();
    for (const service of services) service.dispose();
    await stage.pass();
  });

  it.each([
    ['without a service', 'missing-provider', undefined],
    ['with somebody else’s service', 'invalid-argument', {} as WebSocketService],
  ])('%s they explain what is missing', async (_, code, service) => {
    const caught: unknown[] = [];
    stage.mount(
      <Catch onCaught={(error) => caught.push(error)}>
        <WebSocketDevtools service={service} />
      </Catch>,
    );
    await stage.pass();
    expect(caught).toEqual([expect.objectContaining({ code })]);
    stage.takeConsoleErrors();
  });
});

it('they record from before the first event, even while closed', async () => {
  stage.mount(
    <Wire to={stage.server}>
      <WebSocketDevtools />
    </Wire>,
  );
  await draw(stage);
  look().press(/^Everwire devtools/);
  await draw(stage);
  expect(look().moments()).toEqual(['connecting', 'connected', 'new session']);
  expect(look().texts().join()).toContain('hello');
});

interface CatchProps {
  readonly onCaught: (error: unknown) => void;
  readonly children: ReactNode;
}

/** Only a class can catch what a component throws. */
class Catch extends Component<CatchProps, { readonly caught: boolean }> {
  override state = { caught: false };

  static getDerivedStateFromError(): { readonly caught: boolean } {
    return { caught: true };
  }

  override componentDidCatch(error: unknown): void {
    this.props.onCaught(error);
  }

  override render(): ReactNode {
    return this.state.caught ? null : this.props.children;
  }
}
