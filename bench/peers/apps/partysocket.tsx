/** The app with partysocket/react, as its documents show it: one socket, listeners in effects. */

import { useWebSocket } from 'partysocket/react';
import { createContext, useContext, useEffect, useState } from 'react';
import { useLatestRef } from '../../contenders/use-latest-ref.ts';
import type { PeerApp, Waits } from '../peer-app.ts';

const waitOptions = {
  short: { minReconnectionDelay: 200, maxReconnectionDelay: 1000 },
  fast: { minReconnectionDelay: 50, maxReconnectionDelay: 50 },
  slow: { minReconnectionDelay: 1000, maxReconnectionDelay: 2000 },
  long: { minReconnectionDelay: 20_000, maxReconnectionDelay: 20_000 },
} as const satisfies Record<Waits, object>;

type Socket = ReturnType<typeof useWebSocket>;

const SocketContext = createContext<Socket | null>(null);

export const app: PeerApp = {
  Root({ url, waits, askToken, onRefused, children }) {
    const [address] = useState(() => (askToken ? () => `${url}?token=${askToken()}` : url));
    const socket = useWebSocket(address, undefined, {
      ...waitOptions[waits],
      onClose: ({ code }) => {
        if (code === 4401) onRefused();
      },
    });
    return <SocketContext.Provider value={socket}>{children}</SocketContext.Provider>;
  },
  useHandler(name, handler) {
    const latestHandler = useLatestRef(handler);
    useListener(name, (data) => latestHandler.current(data));
  },
  useLatest(name) {
    const [latest, setLatest] = useState<unknown>();
    useListener(name, setLatest);
    return latest;
  },
  useSend() {
    const socket = useContext(SocketContext);
    return (event, data) => socket?.send(JSON.stringify({ event, data }));
  },
  useRequest: () => null,
};

function useListener(name: string, listener: (data: unknown) => void): void {
  const socket = useContext(SocketContext);
  const latest = useLatestRef(listener);
  useEffect(() => {
    const onMessage = ({ data }: MessageEvent): void => {
      const frame = read(data);
      if (frame.event === name) latest.current(frame.data);
    };
    socket?.addEventListener('message', onMessage);
    return () => socket?.removeEventListener('message', onMessage);
  }, [socket, name, latest]);
}

/** Guarded, as an app would do it: parsing is the app's own task here. */
function read(data: unknown): { readonly event?: string; readonly data?: unknown } {
  if (typeof data !== 'string') return { event: 'bytes', data };
  try {
    return JSON.parse(data);
  } catch {
    return {};
  }
}
