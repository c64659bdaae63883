// react-use-websocket as its README shows it, with `share`: the hook in every component, as if the socket were its own.

import { createContext, useContext } from 'react';
import { ReadyState } from 'react-use-websocket';
// The package's default export is another thing in each bundler; this is what it stands for.
import { useWebSocket } from 'react-use-websocket/dist/lib/use-websocket';
import type { Contender } from '../contender.ts';
import { type Frame, parseFrame } from './frame.ts';

const UrlContext = createContext('');

/** The author's advice to those who want no render: `onMessage`, and a filter that lets nothing pass. */
const shared = { share: true, shouldReconnect: () => true, filter: () => false };

export const contender = createReactUseWebsocket('react-use-websocket', (message) =>
  parseFrame(message.data),
);

/** Under a name; `readFrame` is how a component reads a message before it knows whether it is meant. */
export function createReactUseWebsocket(
  name: string,
  readFrame: (message: MessageEvent) => Frame,
): Contender {
  return {
    name,
    dialect: 'plain',
    Root({ url, children }) {
      // Holds the socket while no component below uses it.
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
