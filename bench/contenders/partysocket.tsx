/** partysocket as its documents show it: its React hook owns the socket, components add their listeners to it. */

import { useWebSocket } from 'partysocket/react';
import { createContext, useContext, useEffect, useState } from 'react';
import type { Contender, Payload } from '../contender.ts';
import { type Frame, parseFrame } from './frame.ts';
import { useLatestRef } from './use-latest-ref.ts';

type Socket = ReturnType<typeof useWebSocket>;
type ReadFrame = (message: MessageEvent) => Frame;

const SocketContext = createContext<Socket | null>(null);

export const contender = createPartysocket('partysocket', (message) => parseFrame(message.data));

/** Makes a contender with this name. `readFrame` reads a message before a component knows whether it needs it. */
export function createPartysocket(name: string, readFrame: ReadFrame): Contender {
  return {
    name,
    dialect: 'plain',
    Root({ url, children }) {
      return <SocketContext value={useWebSocket(url)}>{children}</SocketContext>;
    },
    useHandler(event, handler) {
      const socket = useSocket();
      const latestHandler = useLatestRef(handler);
      useEffect(
        () => listen(socket, event, readFrame, (data) => latestHandler.current(data)),
        [socket, event, readFrame, latestHandler],
      );
    },
    useLatest(event) {
      const socket = useSocket();
      const [latest, setLatest] = useState<Payload>();
      useEffect(() => listen(socket, event, readFrame, setLatest), [socket, event, readFrame]);
      return latest;
    },
    useIsConnected() {
      const socket = useSocket();
      const [isConnected, setConnected] = useState(false);
      useEffect(() => {
        const onChange = (): void => setConnected(socket.readyState === socket.OPEN);
        onChange();
        socket.addEventListener('open', onChange);
        socket.addEventListener('close', onChange);
        return () => {
          socket.removeEventListener('open', onChange);
          socket.removeEventListener('close', onChange);
        };
      }, [socket]);
      return isConnected;
    },
  };
}

function useSocket(): Socket {
  const socket = useContext(SocketContext);
  if (socket === null) throw new Error('There is no socket above this component.');
  return socket;
}

function listen(
  socket: Socket,
  event: string,
  readFrame: ReadFrame,
  callback: (data: Payload) => void,
): () => void {
  const onMessage = (message: MessageEvent): void => {
    const frame = readFrame(message);
    if (frame.event === event) callback(frame.data);
  };
  socket.addEventListener('message', onMessage);
  return () => socket.removeEventListener('message', onMessage);
}
