'use client';
/** Shows the panel. It records while it is mounted, and draws in a shadow root of its own. */
import { type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { createPortal } from 'react-dom';
import { ConnectionContext } from '../providers/nearest-connection.ts';
import { failure } from '../src/errors.ts';
import type { Register } from '../src/register.ts';
import { connectionOf } from '../src/service/connection-of.ts';
import type { WebSocketService } from '../src/types.ts';
import { keepLayout, type Layout, LEAST_HEIGHT, type Placement, readLayout } from './kept-layout.ts';
import { Panel } from './panel.tsx';
import { Pill } from './pill.tsx';
import { createRecorder } from './recorder.ts';
import { type ReduxDevtoolsOptions, reportToRedux } from './redux-devtools.ts';
import { useShadowRoot } from './use-shadow-root.ts';

/** px; in a low window the panel is as high as half of it at first. */
const HEIGHT = 460;

export interface WebSocketDevtoolsProps<Types extends object = Register> {
  /**
   * The initial position. `'floating'`: a card over a corner of the page. `'docked'`: along its bottom edge, with as much
   * room added to the end of the page. The developer can change it, and the browser remembers that. Default `'floating'`.
   */
  placement?: Placement | undefined;
  /** Whether it is open initially; the browser remembers changes. Default false: a small button in the corner. */
  initiallyOpen?: boolean | undefined;
  /** The number of newest rows to keep, with their payloads: an integer from 1 to 100000. Default 1000. */
  limit?: number | undefined;
  /** The service whose connection it shows. Default: that of the nearest `<WebSocketProvider>`. */
  service?: WebSocketService<Types> | undefined;
  /** `'auto'` follows the system. Default `'auto'`. */
  theme?: 'auto' | 'light' | 'dark' | undefined;
  /** Shows the connection in the Redux DevTools extension too: see `connectReduxDevtools`. Default false. */
  reduxDevtools?: boolean | ReduxDevtoolsOptions | undefined;
  /**
   * The nonce of your Content-Security-Policy. Only browsers without constructed style sheets need it (Safari before
   * 16.4).
   */
  nonce?: string | undefined;
}

/**
 * A panel for developers: a timeline of the connection, its messages, the missed-events notices, the reason of the last
 * close, and the next attempt.
 *
 * Renders nothing on a server, and nothing into the app: it lives in a shadow root on the body. Throws
 * `missing-provider` if there is neither a provider above it nor a `service`, and `invalid-argument` for a service that was
 * not created by `createWebSocketService`.
 */
export function WebSocketDevtools<Types extends object = Register>({
  placement = 'floating',
  initiallyOpen = false,
  limit = 1_000,
  service,
  theme = 'auto',
  reduxDevtools = false,
  nonce,
}: WebSocketDevtoolsProps<Types>): ReactNode {
  const nearest = useContext(ConnectionContext);
  const connection = service ? connectionOf(service) : nearest;
  if (connection === null) throw failure('missing-provider', {});
  const size = wholeWithin(limit, 1, 100_000);
  const recorder = useMemo(() => createRecorder(connection, size), [connection, size]);
  useEffect(() => recorder.start(), [recorder]);

  const reduxName = typeof reduxDevtools === 'object' ? reduxDevtools.name : undefined;
  const isReported = reduxDevtools !== false;
  useEffect(
    () => (isReported ? reportToRedux(connection, { name: reduxName }) : undefined),
    [connection, isReported, reduxName],
  );

  const root = useShadowRoot(nonce);
  const [layout, setLayout] = useState<Layout>(() => ({
    placement,
    isOpen: initiallyOpen,
    width: 720,
    height: HEIGHT,
  }));
  // In an effect: a server has no storage, and the first render must match the server's.
  useEffect(() => {
    const height = Math.min(HEIGHT, Math.max(LEAST_HEIGHT, Math.round(window.innerHeight / 2)));
    setLayout((initial) => readLayout({ ...initial, height }));
  }, []);
  /** `developer`: the developer opened or closed the panel, and the focus moves with it. A page that only loads keeps its focus. */
  const [opener, setOpener] = useState<'page' | 'developer'>('page');
  const change = useCallback((part: Partial<Layout>): void => {
    if (part.isOpen !== undefined) setOpener('developer');
    setLayout((before) => {
      const next = { ...before, ...part };
      keepLayout(next);
      return next;
    });
  }, []);

  if (root === null) return null;
  const shown = layout.isOpen ? (
    <Panel connection={connection} recorder={recorder} layout={layout} opener={opener} onChange={change} />
  ) : (
    <Pill
      connection={connection}
      recorder={recorder}
      opener={opener}
      onOpen={() => change({ isOpen: true })}
    />
  );
  return createPortal(
    <div className="root" data-theme={theme}>
      {layout.isOpen && layout.placement === 'docked' && (
        <div className="room" style={{ height: layout.height }} />
      )}
      {shown}
    </div>,
    root,
  );
}

function wholeWithin(given: number, least: number, most: number): number {
  const whole = Math.floor(given);
  return Number.isNaN(whole) ? least : Math.min(Math.max(whole, least), most);
}
