/** Everwire, as its README shows it. */

import { useConnectionStatus, useWsEvent, useWsEventHandler, WebSocketProvider } from '../../index.ts';
import type { Contender, Payload } from '../contender.ts';

export const contender: Contender = {
  name: 'Everwire',
  dialect: 'plain',
  Root: ({ url, children }) => <WebSocketProvider url={url}>{children}</WebSocketProvider>,
  useHandler: (name, handler) => useWsEventHandler(name, ({ data }) => handler(data as Payload)),
  useLatest: (name) => useWsEvent(name)?.data as Payload | undefined,
  useIsConnected: () => useConnectionStatus() === 'connected',
};
