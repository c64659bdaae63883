/** The app with @mattermost/client, as Mattermost's own web app uses it: one client, listeners in effects. */

import { WebSocketClient } from '@mattermost/client';
import { createContext, useContext, useEffect, useState } from 'react';
import { useLatestRef } from '../../contenders/use-latest-ref.ts';
import type { PeerApp, Waits } from '../peer-app.ts';

const waitOptions = {
  short: {
    minWebSocketRetryTime: 200,
    reconnectJitterRange: 200,
    maxWebSocketFails: 2,
    maxWebSocketRetryTime: 1000,
  },
  fast: { minWebSocketRetryTime: 50, maxWebSocketRetryTime: 50, reconnectJitterRange: 0 },
  slow: { minWebSocketRetryTime: 1000, reconnectJitterRange: 1000 },
  // Its shortest wait is not changed: the client waits for it after `online`.
  long: { reconnectJitterRange: 20_000 },
} as const satisfies Record<Waits, object>;

const ClientContext = createContext(new WebSocketClient());

export const app: PeerApp = {
  Root({ url, waits, pings, askToken, onReport, children }) {
    const [client] = useState(
      () =>
        new WebSocketClient({
          ...waitOptions[waits],
          ...(pings === 'short' && { clientPingInterval: 1000 }),
        }),
    );
    const reports = useLatestRef(onReport);
    useEffect(() => {
      const onMissed = (): void => reports.current('missed');
      client.addMissedMessageListener(onMissed);
      client.addMessageListener(ignore);
      client.initialize(url, askToken?.());
      return () => {
        client.removeMissedMessageListener(onMissed);
        client.removeMessageListener(ignore);
        client.close();
      };
    }, [client, url, askToken, reports]);
    return <ClientContext.Provider value={client}>{children}</ClientContext.Provider>;
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
    const client = useContext(ClientContext);
    return (name, data) => client.sendMessage(name, data);
  },
  useRequest() {
    const client = useContext(ClientContext);
    return (name, data) =>
      new Promise((resolve) =>
        client.sendMessage(name, data, (reply) => resolve((reply as { data: unknown }).data)),
      );
  },
};

/** Its types know Mattermost's own events only. */
interface Message {
  readonly event: string;
  readonly data: unknown;
}

function useListener(name: string, listener: (data: unknown) => void): void {
  const client = useContext(ClientContext);
  const latest = useLatestRef(listener);
  useEffect(() => {
    const onMessage = (message: Message): void => {
      if (message.event === name) latest.current(message.data);
    };
    client.addMessageListener(onMessage);
    return () => client.removeMessageListener(onMessage);
  }, [client, name, latest]);
}

function ignore(): void {
  // Without a listener the client reads no number and remembers no session. The web app always has one.
}
