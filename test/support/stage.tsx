/**
 * Runs a React test with a fake server, in fake time, and with React as it is in production: no act(), so that every
 * render counts. After each test nothing may be left: no timer, no socket, no line on the console.
 */

import { WebSocketProvider, type WebSocketProviderProps } from 'everwire';
import { createFakeServer, type FakeServer, type FakeServerOptions } from 'everwire/testing';
import { type ReactNode, StrictMode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, expect, vi } from 'vitest';

/** The length of a frame, ms. */
const FRAME_MS = 16;

export interface Mounted {
  readonly container: HTMLElement;
  /** Renders again, including effects, before it returns. */
  rerender(element: ReactNode): void;
  unmount(): void;
}

export interface Stage {
  /** A new one for each test. */
  readonly server: FakeServer;
  /** Adds another one, which is disposed of with the first. */
  addServer(options: FakeServerOptions): FakeServer;
  /** Renders, including effects, before it returns. */
  mount(element: ReactNode): Mounted;
  /**
   * Advances time, and runs everything that is due in it. The default is enough to connect, and too short for a retry.
   */
  pass(ms?: number): Promise<void>;
  /** Advances time by one animation frame. */
  frame(): Promise<void>;
  /** Renders to text, as a server does. */
  renderToString(element: ReactNode): string;
  /** Returns the errors that were logged to the console. They no longer fail the test. */
  takeConsoleErrors(): readonly (readonly unknown[])[];
}

/** Call once per file. */
export function setUpStage(options: FakeServerOptions = {}): Stage {
  let servers: FakeServer[] = [];
  let mounted: Mounted[] = [];
  let consoleErrors: (readonly unknown[])[] = [];

  const addServer = (more: FakeServerOptions): FakeServer => {
    const server = createFakeServer(more);
    servers.push(server);
    return server;
  };

  beforeEach(() => {
    vi.useFakeTimers({
      toFake: [
        'setTimeout',
        'clearTimeout',
        'setInterval',
        'clearInterval',
        'Date',
        'requestAnimationFrame',
        'cancelAnimationFrame',
      ],
    });
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
    consoleErrors = [];
    for (const level of ['error', 'warn'] as const) {
      vi.spyOn(console, level).mockImplementation((...words) => void consoleErrors.push(words));
    }
    servers = [];
    mounted = [];
    addServer(options);
  });

  afterEach(async () => {
    for (const one of mounted) one.unmount();
    await vi.advanceTimersByTimeAsync(50);
    // A socket that is still opening is closed when it has opened, or when connectTimeout is over.
    if (vi.getTimerCount() > 0) await vi.advanceTimersByTimeAsync(15_000);
    const sockets = servers.map(({ socketCount }) => socketCount);
    for (const server of servers) server.dispose();
    const timers = vi.getTimerCount();
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    document.body.replaceChildren();
    expect({ sockets, timers, consoleErrors }).toEqual({
      sockets: servers.map(() => 0),
      timers: 0,
      consoleErrors: [],
    });
  });

  return {
    get server() {
      const [first] = servers;
      if (first === undefined) throw new Error('There is a server only while a test runs.');
      return first;
    },
    addServer,
    mount(element) {
      const container = document.createElement('div');
      document.body.append(container);
      const root = createRoot(container);
      let life: 'mounted' | 'unmounted' = 'mounted';
      const one: Mounted = {
        container,
        rerender: (next) => flushSync(() => root.render(next)),
        unmount() {
          if (life === 'unmounted') return;
          life = 'unmounted';
          root.unmount();
        },
      };
      one.rerender(element);
      mounted.push(one);
      return one;
    },
    async pass(ms = 50) {
      await vi.advanceTimersByTimeAsync(ms);
    },
    async frame() {
      await vi.advanceTimersByTimeAsync(FRAME_MS);
    },
    renderToString(element) {
      try {
        return renderToString(element);
      } finally {
        // React 18 warns about layout effects. On a server our hooks have none, but this "server" has a window.
        consoleErrors = consoleErrors.filter(
          (words) => !/useLayoutEffect does nothing/.test(String(words[0])),
        );
      }
    },
    takeConsoleErrors() {
      const taken = consoleErrors;
      consoleErrors = [];
      return taken;
    },
  };
}

export interface WireProps extends Partial<WebSocketProviderProps> {
  readonly to: FakeServer;
}

/** A provider that is connected to a fake server, without random waits. */
export function Wire({ to, ...props }: WireProps): ReactNode {
  return <WebSocketProvider url={to.url} WebSocket={to.WebSocket} random={() => 0} {...props} />;
}

export interface Probe<Value> {
  /** A key, for lists of probes. */
  readonly id: string;
  /** A component that does nothing but call the hook. */
  readonly Probe: () => ReactNode;
  /** The return values of the hook, render by render. */
  readonly values: readonly Value[];
  /** The newest return value. */
  readonly last: Value | undefined;
  readonly renders: number;
}

let probes = 0;

/** Records what a hook returns, and how often it makes its component render. */
export function createProbe<Value>(useValue: () => Value): Probe<Value> {
  const values: Value[] = [];
  probes += 1;
  return {
    id: `probe-${probes}`,
    Probe: () => {
      values.push(useValue());
      return null;
    },
    values,
    get last() {
      return values.at(-1);
    },
    get renders() {
      return values.length;
    },
  };
}

/** The `n` of an event's data, by which these tests distinguish events. */
export function numberOf(event: { readonly data: unknown } | undefined): number | undefined {
  return (event?.data as { readonly n?: number } | null | undefined)?.n;
}

/** With StrictMode and without: for tests that must hold in both. */
export const modes: readonly { readonly mode: string; readonly Mode: typeof Plain }[] = [
  { mode: 'plain', Mode: Plain },
  { mode: 'StrictMode', Mode: Strict },
];

function Plain({ children }: { readonly children?: ReactNode }): ReactNode {
  return children;
}

function Strict({ children }: { readonly children?: ReactNode }): ReactNode {
  return <StrictMode>{children}</StrictMode>;
}
