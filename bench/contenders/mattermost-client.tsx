/** @mattermost/client as Mattermost's own web app uses it: one client in a context, `addMessageListener` in a hook. */

import { WebSocketClient } from '@mattermost/client';
import { createContext, useContext, useEffect, useState } from 'react';
import type { Contender, Payload } from '../contender.ts';
import { useLatestRef } from './use-latest-ref.ts';

const ClientContext = createContext(new WebSocketClient());
const ConnectedContext = createContext(false);

export const contender: Contender = {
  name: '@mattermost/client',
  dialect: 'mattermost',
  Root({ url, children }) {
    const [client] = useState(() => new WebSocketClient());
    const [isConnected, setConnected] = useState(false);
    useEffect(() => {
      const onConnect = (): void => setConnected(true);
      const onClose = (): void => setConnected(false);
      client.addFirstConnectListener(onConnect);
      client.addReconnectListener(onConnect);
      client.addCloseListener(onClose);
      // Without one listener of each kind, the client reads no number and remembers no session. The web app always has
      // them.
      client.addMessageListener(ignore);
      client.addMissedMessageListener(ignore);
      client.initialize(url);
      return () => {
        client.removeFirstConnectListener(onConnect);
        client.removeReconnectListener(onConnect);
        client.removeCloseListener(onClose);
        client.removeMessageListener(ignore);
        client.removeMissedMessageListener(ignore);
        client.close();
      };
    }, [client, url]);
    return (
      <ClientContext value={client}>
        <ConnectedContext value={isConnected}>{children}</ConnectedContext>
      </ClientContext>
    );
  },
  useHandler(name, handler) {
    const client = useContext(ClientContext);
    const latestHandler = useLatestRef(handler);
    useEffect(
      () => listen(client, name, (data) => latestHandler.current(data)),
      [client, name, latestHandler],
    );
  },
  useLatest(name) {
    const client = useContext(ClientContext);
    const [latest, setLatest] = useState<Payload>();
    useEffect(() => listen(client, name, setLatest), [client, name]);
    return latest;
  },
  useIsConnected: () => useContext(ConnectedContext),
};

/** Its types know Mattermost's own events only. */
interface Message {
  readonly event: string;
  readonly data: unknown;
}

function listen(client: WebSocketClient, name: string, callback: (data: Payload) => void): () => void {
  const listener = (message: Message): void => {
    if (message.event === name) callback(message.data as Payload);
  };
  client.addMessageListener(listener);
  return () => client.removeMessageListener(listener);
}

function ignore(): void {
  // The components have listeners of their own.
}
