/** The app with Everwire, as its README shows it. */

import {
  type TokenContext,
  useWsEvent,
  useWsEventHandler,
  useWsRequest,
  useWsSend,
  WebSocketProvider,
} from '../../../index.ts';
import type { PeerApp, Waits } from '../peer-app.ts';

const waitOptions = {
  short: { reconnectDelay: 200, reconnectJitter: 200, backoffAfter: 2, reconnectDelayMax: 1000 },
  fast: { reconnectDelay: 50, reconnectJitter: 0 },
  slow: { reconnectDelay: 1000, reconnectJitter: 1000 },
  long: { reconnectDelay: 20_000, reconnectJitter: 0 },
} as const satisfies Record<Waits, object>;

const short = { interval: 1000, timeout: 1000 };

export const app: PeerApp = {
  Root: ({ url, waits, pings, askToken, onRefused, onReport, onProblem, children }) => (
    <WebSocketProvider
      url={url}
      {...(askToken && {
        token: ({ reason }: TokenContext) => {
          if (reason === 'unauthorized') onRefused();
          return askToken();
        },
      })}
      {...waitOptions[waits]}
      {...(pings === 'short' && { heartbeat: short })}
      onMissedEvents={({ reason }) => onReport(reason)}
      onError={({ code }) => onProblem(code)}
    >
      {children}
    </WebSocketProvider>
  ),
  useHandler: (name, handler) => useWsEventHandler(name, ({ data }) => handler(data)),
  useLatest: (name) => useWsEvent(name)?.data,
  useSend: () => useWsSend(),
  useRequest: () => useWsRequest(),
};
