/** The published client and ours behind one interface. Both write what they report in the same words. */
import { WebSocketClient } from '@mattermost/client';
import type { IWebSocketConfig, WebSocketConstructor } from 'everwire/core';
import { createMattermostProtocol } from 'everwire/mattermost';
import { onTestFinished } from 'vitest';
import { type Recorded, record } from '../../../support/service.ts';

/** Options for both clients. The defaults are the published client's, which are also ours. */
export interface Settings {
  readonly url: string;
  readonly Socket: new (url: string) => unknown;
  readonly token?: string | undefined;
  readonly postedAck?: boolean | undefined;
  /** Used by both clients. The published client reads it as `Math.random`. */
  readonly random?: (() => number) | undefined;
  readonly retryMs?: number | undefined;
  readonly jitterMs?: number | undefined;
  readonly pingMs?: number | undefined;
}

/**
 * What a listener received: `connected`, `connected again`, `lost, 1` (the failures in a row), `missed`, and `posted 3
 * {…}` for an event with its number and data.
 */
export interface Client {
  readonly told: readonly string[];
  connect(): void;
  send(action: string, data?: unknown): void;
  /** The reply is recorded as `get_statuses: {…}`. */
  ask(action: string, data?: unknown): void;
}

export interface Vendor extends Client {
  readonly client: WebSocketClient;
}

/** It has no listeners yet. */
export function publishedClient(settings: Settings): WebSocketClient {
  const { Socket, retryMs, jitterMs, pingMs } = settings;
  const client = new WebSocketClient({
    newWebSocketFn: (address: string) => new Socket(address) as WebSocket,
    ...(retryMs === undefined ? {} : { minWebSocketRetryTime: retryMs }),
    ...(jitterMs === undefined ? {} : { reconnectJitterRange: jitterMs }),
    ...(pingMs === undefined ? {} : { clientPingInterval: pingMs }),
  });
  onTestFinished(() => client.close());
  return client;
}

export function theirs(settings: Settings): Vendor {
  const { url, token, postedAck } = settings;
  const client = publishedClient(settings);
  const told: string[] = [];
  client.addFirstConnectListener(() => told.push('connected'));
  client.addReconnectListener(() => told.push('connected again'));
  client.addMissedMessageListener(() => told.push('missed'));
  client.addCloseListener((failures) => told.push(`lost, ${failures}`));
  client.addMessageListener(({ event, seq, data }) =>
    told.push(`${event} ${seq} ${JSON.stringify(decoded(data as object))}`),
  );
  return {
    client,
    told,
    connect: () => client.initialize(url, token, postedAck),
    send: (action, data) => client.sendMessage(action, data),
    ask: (action, data) =>
      client.sendMessage(
        action,
        data,
        (reply: { readonly data: unknown; readonly error?: { readonly message: string } }) =>
          told.push(`${action}: ${reply.error?.message ?? JSON.stringify(reply.data)}`),
      ),
  };
}

export interface Everwire extends Client, Recorded {
  readonly config: IWebSocketConfig;
}

export function ours(settings: Settings, more: Partial<IWebSocketConfig> = {}): Everwire {
  const { url, Socket, token, postedAck } = settings;
  const recorded = record();
  const { service } = recorded;
  const config: IWebSocketConfig = {
    url,
    protocol: createMattermostProtocol({ postedAck }),
    WebSocket: Socket as WebSocketConstructor,
    random: settings.random,
    reconnectDelay: settings.retryMs,
    reconnectJitter: settings.jitterMs,
    heartbeat: settings.pingMs === undefined ? undefined : { interval: settings.pingMs },
    ...(token === undefined ? {} : { token }),
    ...more,
  };
  const told: string[] = [];
  service.store.subscribe((state, before) => {
    if (state.status === 'connected' && before.status === 'connecting') told.push('connected');
    if (state.status === 'connected' && before.status === 'reconnecting') told.push('connected again');
    if (state.reconnectAttempts > before.reconnectAttempts) told.push(`lost, ${state.reconnectAttempts}`);
  });
  service.missed$.subscribe(() => told.push('missed'));
  service.events$.subscribe(({ event, seq, data }) => told.push(`${event} ${seq} ${JSON.stringify(data)}`));
  return {
    ...recorded,
    config,
    told,
    connect: () => void service.connect(config),
    send: (action, data) => void service.send(action, data),
    ask: (action, data) =>
      void service.request(action, data).then(
        (reply) => told.push(`${action}: ${JSON.stringify(reply)}`),
        (error: {
          readonly details: { readonly server?: { readonly message: string } };
          readonly code: string;
        }) => told.push(`${action}: ${error.details.server?.message ?? error.code}`),
      ),
  };
}

/** The published client leaves the JSON inside `data` to its user. */
function decoded(data: object): object {
  return Object.fromEntries(
    Object.entries(data).map(([field, value]) => [
      field,
      field === 'post' ? JSON.parse(String(value)) : value,
    ]),
  );
}
