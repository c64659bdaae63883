/** The app with socket.io-client, as its guide for React shows it: one socket, `on` and `off` in effects. */

import { createContext, useContext, useEffect, useState } from 'react';
import { io, type Socket } from 'socket.io-client';
import { useLatestRef } from '../../contenders/use-latest-ref.ts';
import type { PeerApp, Waits } from '../peer-app.ts';

const waitOptions = {
  short: { reconnectionDelay: 200, reconnectionDelayMax: 1000 },
  fast: { reconnectionDelay: 50, reconnectionDelayMax: 50 },
  slow: { reconnectionDelay: 1000, reconnectionDelayMax: 2000 },
  long: { reconnectionDelay: 20_000, reconnectionDelayMax: 20_000 },
} as const satisfies Record<Waits, object>;

const SocketContext = createContext<Socket | null>(null);

export const app: PeerApp = {
  Root({ url, waits, askToken, onReport, onProblem, children }) {
    const [socket] = useState(() =>
      io(url, {
        ...waitOptions[waits],
        autoConnect: false,
        // Its own default begins with HTTP; `#polling` uses only HTTP.
        transports: [url.endsWith('#polling') ? 'polling' : 'websocket'],
        auth: (done) => done({ token: askToken?.() }),
      }),
    );
    const reports = useLatestRef(onReport);
    const problem = useLatestRef(onProblem);
    useEffect(() => {
      let connections = 0;
      const onConnect = (): void => {
        connections += 1;
        if (connections > 1 && !socket.recovered) reports.current('recovered: false');
      };
      const onConnectError = ({ message }: Error): void => problem.current(message);
      socket.on('connect', onConnect);
      socket.on('connect_error', onConnectError);
      socket.connect();
      return () => {
        socket.off('connect', onConnect);
        socket.off('connect_error', onConnectError);
        socket.disconnect();
      };
    }, [socket, reports, problem]);
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
    return (name, data) => (socket?.emit(name, data) === socket ? 'the socket' : undefined);
  },
  useRequest() {
    const socket = useContext(SocketContext);
    return (name, data) =>
      socket?.timeout(5000).emitWithAck(name, data) ?? Promise.reject(new Error('no socket'));
  },
};

function useListener(name: string, listener: (data: unknown) => void): void {
  const socket = useContext(SocketContext);
  const latest = useLatestRef(listener);
  useEffect(() => {
    const onEvent = (data: unknown): void => latest.current(data);
    socket?.on(name, onEvent);
    return () => {
      socket?.off(name, onEvent);
    };
  }, [socket, name, latest]);
}
