/** socket.io-client as its guide for React shows it: one socket, `on` and `off` in an effect of each component. */

import { createContext, useContext, useEffect, useState } from 'react';
import { io, type Socket } from 'socket.io-client';
import type { Contender, Payload } from '../contender.ts';
import { useLatestRef } from './use-latest-ref.ts';

const SocketContext = createContext<Socket | null>(null);

export const contender: Contender = {
  name: 'socket.io-client',
  dialect: 'socket.io',
  Root({ url, children }) {
    const [socket] = useState(() => io(url, { autoConnect: false, transports: ['websocket'] }));
    useEffect(() => {
      socket.connect();
      return () => {
        socket.disconnect();
      };
    }, [socket]);
    return <SocketContext value={socket}>{children}</SocketContext>;
  },
  useHandler(name, handler) {
    const socket = useSocket();
    const latestHandler = useLatestRef(handler);
    useEffect(() => {
      const onEvent = (data: Payload): void => latestHandler.current(data);
      socket.on(name, onEvent);
      return () => {
        socket.off(name, onEvent);
      };
    }, [socket, name, latestHandler]);
  },
  useLatest(name) {
    const socket = useSocket();
    const [latest, setLatest] = useState<Payload>();
    useEffect(() => {
      socket.on(name, setLatest);
      return () => {
        socket.off(name, setLatest);
      };
    }, [socket, name]);
    return latest;
  },
  useIsConnected() {
    const socket = useSocket();
    const [isConnected, setConnected] = useState(socket.connected);
    useEffect(() => {
      const onConnect = (): void => setConnected(true);
      const onDisconnect = (): void => setConnected(false);
      socket.on('connect', onConnect);
      socket.on('disconnect', onDisconnect);
      return () => {
        socket.off('connect', onConnect);
        socket.off('disconnect', onDisconnect);
      };
    }, [socket]);
    return isConnected;
  },
};

function useSocket(): Socket {
  const socket = useContext(SocketContext);
  if (socket === null) throw new Error('There is no socket above this component.');
  return socket;
}
