/** Mounts the app of one peer while it is probed, and records what its components see. */

import { type ReactNode, StrictMode, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import type { PeerApp, Pings, Waits } from './peer-app.ts';
import { countPage, sockets, uncaught, waitsMs } from './watch-page.ts';

export interface SceneOptions {
  readonly url: string;
  readonly waits?: Waits;
  readonly pings?: Pings;
  readonly mode?: 'plain' | 'strict';
  /** One component for each name that shows the newest event, and one that handles every event. */
  readonly names?: readonly string[];
  /** The token that the app has, and the one that it gets once it knows that the first is refused. */
  readonly tokens?: readonly [string, string];
  /** A second handler of each name is called first, and throws. */
  readonly isFirstHandlerThrowing?: boolean;
  /** The value of Math.random while this page lives. */
  readonly random?: number;
}

export interface Seen {
  /** The events that handlers received, by name. */
  readonly handled: Record<string, unknown[]>;
  /** The newest events that an effect saw, by name. */
  readonly inEffect: Record<string, unknown[]>;
  renders: number;
  readonly reports: string[];
  readonly problems: string[];
  /** Uncaught errors. */
  readonly uncaught: string[];
  readonly sockets: WebSocket[];
  /** For each socket, how long the peer waited before it. */
  readonly waitsMs: readonly number[];
  readonly requests: string[];
}

export interface Probe {
  readonly seen: Seen;
  start(options: SceneOptions): void;
  send(name: string, data: unknown, times?: number): string;
  /** The outcome is in `seen.requests`. False if the peer has no requests. */
  request(name: string, data: unknown): boolean;
  /** Mounts a component that shows this name. Returns what it shows. */
  addLate(name: string): Promise<unknown>;
  unmount(): void;
  /** Timers and listeners of the page that did not exist before `start`. */
  leftovers(): { readonly timers: number; readonly listeners: number; readonly openSockets: number };
}

/** Makes `globalThis.probe`. */
export function openPage(app: PeerApp): void {
  const seen: Seen = {
    handled: {},
    inEffect: {},
    renders: 0,
    reports: [],
    problems: [],
    uncaught,
    sockets,
    waitsMs,
    requests: [],
  };
  const container = document.createElement('div');
  document.body.append(container);
  let root: ReturnType<typeof createRoot> | undefined;
  let send: ((name: string, data: unknown) => unknown) | undefined;
  let request: ((name: string, data: unknown) => Promise<unknown>) | null = null;
  let timersBefore = 0;
  let listenersBefore = 0;

  let showLate: ((name: string) => void) | undefined;

  function Late(): ReactNode {
    const [name, setName] = useState('');
    showLate = setName;
    return name !== '' && <Showing app={app} name={name} seen={seen} />;
  }

  function Sender(): ReactNode {
    send = app.useSend();
    request = app.useRequest();
    return null;
  }

  const probe: Probe = {
    seen,
    start({
      url,
      waits = 'short',
      pings = 'usual',
      mode = 'plain',
      names = ['e'],
      tokens,
      isFirstHandlerThrowing,
      random,
    }) {
      if (random !== undefined) Math.random = () => random;
      const [first, second] = tokens ?? [];
      let token = first;
      const askToken = tokens ? () => token ?? '' : null;
      const scene = (
        <app.Root
          url={url}
          waits={waits}
          pings={pings}
          askToken={askToken}
          onRefused={() => {
            token = second;
          }}
          onReport={(what) => seen.reports.push(what)}
          onProblem={(what) => seen.problems.push(what)}
        >
          <Sender />
          <Late />
          {names.map((name) => (
            <Parts
              key={name}
              app={app}
              name={name}
              seen={seen}
              isThrowing={isFirstHandlerThrowing === true && name !== 'knock'}
            />
          ))}
        </app.Root>
      );
      root = createRoot(container);
      // React adds its own listeners with the root.
      ({ timers: timersBefore, listeners: listenersBefore } = countPage());
      flushSync(() => root?.render(mode === 'strict' ? <StrictMode>{scene}</StrictMode> : scene));
    },
    send(name, data, times = 1) {
      let said: unknown;
      for (let time = 0; time < times; time += 1) said = send?.(name, data);
      return String(said);
    },
    request(name, data) {
      if (request === null) return false;
      const index = seen.requests.push('waits') - 1;
      request(name, data).then(
        (reply) => {
          seen.requests[index] = `got ${JSON.stringify(reply)}`;
        },
        (error) => {
          seen.requests[index] = `rejected: ${error.code ?? error.message}`;
        },
      );
      return true;
    },
    async addLate(name) {
      flushSync(() => showLate?.(name));
      await new Promise((resolve) => setTimeout(resolve, 300));
      return seen.inEffect[name]?.[0];
    },
    unmount: () => root?.unmount(),
    leftovers() {
      const { timers, listeners } = countPage();
      return {
        timers: timers - timersBefore,
        listeners: listeners - listenersBefore,
        openSockets: seen.sockets.filter(({ readyState }) => readyState < WebSocket.CLOSING).length,
      };
    },
  };
  Object.assign(globalThis, { probe });
}

interface PartsProps {
  readonly app: PeerApp;
  readonly name: string;
  readonly seen: Seen;
  readonly isThrowing: boolean;
}

/** The throwing handler comes first in the tree, so that its effects, and with them its listeners, come first too. */
function Parts({ app, name, seen, isThrowing }: PartsProps): ReactNode {
  return (
    <>
      {isThrowing && <Throwing app={app} name={name} />}
      <Handling app={app} name={name} seen={seen} />
      <Showing app={app} name={name} seen={seen} />
    </>
  );
}

function Throwing({ app, name }: Pick<PartsProps, 'app' | 'name'>): ReactNode {
  app.useHandler(name, () => {
    throw new Error('a handler that throws');
  });
  return null;
}

function Handling({ app, name, seen }: Omit<PartsProps, 'isThrowing'>): ReactNode {
  const [handled] = useState<unknown[]>([]);
  seen.handled[name] = handled;
  app.useHandler(name, (data) => handled.push(data));
  return null;
}

function Showing({ app, name, seen }: Omit<PartsProps, 'isThrowing'>): ReactNode {
  const latest = app.useLatest(name);
  seen.renders += 1;
  useEffect(() => {
    if (latest === undefined || latest === null) return;
    seen.inEffect[name] ??= [];
    seen.inEffect[name].push(latest);
  }, [latest, name, seen]);
  return <p>{String(latest)}</p>;
}
