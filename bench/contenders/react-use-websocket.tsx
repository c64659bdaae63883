/**
 * react-use-websocket as its README shows it, with `share`: the hook in every component, as if the socket were its own.
 */

import { createContext, useContext } from 'react';
import { ReadyState } from 'react-use-websocket';
/** The shape of the package's default export depends on the bundler; this is the hook in all of them. */
import { useWebSocket } from 'react-use-websocket/dist/lib/use-websocket';
import type { Contender } from '../contender.ts';
import { type Frame, parseFrame } from './frame.ts';

const UrlContext = createContext('');

/** The author's advice for components that need no render: `onMessage`, and a filter that rejects everything. */
const shared = { share: true, shouldReconnect: () => true, filter: () => false };

export const contender = createReactUseWebsocket('react-use-websocket', (message) =>
  parseFrame(message.data),
);

/** Makes a contender with this name. `readFrame` reads a message before a component knows whether it needs it. */
export function createReactUseWebsocket(
  name: string,
  readFrame: (message: MessageEvent) => Frame,
): Contender {
  return {
    name,
    dialect: 'plain',
    Root({ url, children }) {
      // Keeps the socket open while no component below uses it.
      useWebSocket(url, shared);
      return <UrlContext value={url}>{children}</UrlContext>;
    },
    useHandler(event, handler) {
      useWebSocket(useContext(UrlContext), {
        ...shared,
        onMessage: (message) => {
          const frame = readFrame(message);
          if (frame.event === event) handler(frame.data);
        },
      });
    },
    useLatest(event) {
      const { lastJsonMessage } = useWebSocket<Frame | null>(useContext(UrlContext), {
        ...shared,
        filter: (message) => readFrame(message).event === event,
      });
      return lastJsonMessage?.data;
    },
    useIsConnected: () => useWebSocket(useContext(UrlContext), shared).readyState === ReadyState.OPEN,
  };
}
