/** The app with react-use-websocket, as its README shows it: `share`, and the hook in every component. */

import { createContext, useContext, useMemo } from 'react';
/** The shape of the package's default export depends on the bundler; this is the hook in all of them. */
import type { Options } from 'react-use-websocket';
import { useWebSocket } from 'react-use-websocket/dist/lib/use-websocket';
import type { PeerApp, Pings, Waits } from '../peer-app.ts';

const waitOptions = {
  short: { reconnectInterval: (attempt: number) => Math.min(2 ** attempt * 100, 1000) },
  fast: { reconnectInterval: 50 },
  slow: { reconnectInterval: 1000 },
  long: { reconnectInterval: 20_000 },
} as const satisfies Record<Waits, object>;

/** Its heartbeat is off by default; its README recommends it. */
const shared = {
  share: true,
  shouldReconnect: () => true,
};

const heartbeats = {
  usual: { message: '{"event":"ping"}' },
  short: { message: '{"event":"ping"}', interval: 1000, timeout: 2000 },
} as const satisfies Record<Pings, object>;

/** The author's advice for components that need no render. */
const renderless = { filter: () => false };

interface Link {
  readonly address: string | (() => Promise<string>);
  readonly options: Options;
}

const LinkContext = createContext<Link>({ address: '', options: shared });

export const app: PeerApp = {
  Root({ url, waits, pings, askToken, onRefused, children }) {
    const link = useMemo(
      () => ({
        address: askToken ? () => Promise.resolve(`${url}?token=${askToken()}`) : url,
        options: { ...shared, ...waitOptions[waits], heartbeat: heartbeats[pings] },
      }),
      [url, waits, pings, askToken],
    );
    useWebSocket(link.address, {
      ...link.options,
      ...renderless,
      onClose: ({ code }) => {
        if (code === 4401) onRefused();
      },
    });
    return <LinkContext.Provider value={link}>{children}</LinkContext.Provider>;
  },
  useHandler(name, handler) {
    const { address, options } = useContext(LinkContext);
    useWebSocket(address, {
      ...options,
      ...renderless,
      onMessage: ({ data }) => {
        const frame = read(data);
        if (frame.event === name) handler(frame.data);
      },
    });
  },
  useLatest(name) {
    const { address, options } = useContext(LinkContext);
    const { lastJsonMessage } = useWebSocket<{ data: unknown } | null>(address, {
      ...options,
      filter: ({ data }) => read(data).event === name,
    });
    return lastJsonMessage?.data;
  },
  useSend() {
    const { address, options } = useContext(LinkContext);
    const { sendJsonMessage } = useWebSocket(address, { ...options, ...renderless });
    return (event, data) => sendJsonMessage({ event, data });
  },
  useRequest: () => null,
};

/** Guarded, as an app would do it: parsing is the app's own task here. */
function read(data: unknown): { readonly event?: string; readonly data?: unknown } {
  if (typeof data !== 'string') return { event: 'bytes', data };
  try {
    return JSON.parse(data);
  } catch {
    return {};
  }
}
