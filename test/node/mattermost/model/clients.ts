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
  readonly reports: readonly string[];
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
  const reports: string[] = [];
  client.addFirstConnectListener(() => reports.push('connected'));
  client.addReconnectListener(() => reports.push('connected again'));
  client.addMissedMessageListener(() => reports.push('missed'));
  client.addCloseListener((failures) => reports.push(`lost, ${failures}`));
  client.addMessageListener(({ event, seq, data }) =>
    reports.push(`${event} ${seq} ${JSON.stringify(decoded(data as object))}`),
  );
  return {
    client,
    reports,
    connect: () => client.initialize(url, token, postedAck),
    send: (action, data) => client.sendMessage(action, data),
    ask: (action, data) =>
      client.sendMessage(
        action,
        data,
        (reply: { readonly data: unknown; readonly error?: { readonly message: string } }) =>
          reports.push(`${action}: ${reply.error?.message ?? JSON.stringify(reply.data)}`),
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
  const reports: string[] = [];
  service.store.subscribe((state, before) => {
    if (state.status === 'connected' && before.status === 'connecting') reports.push('connected');
    if (state.status === 'connected' && before.status === 'reconnecting') reports.push('connected again');
    if (state.reconnectAttempts > before.reconnectAttempts) reports.push(`lost, ${state.reconnectAttempts}`);
  });
  service.missed$.subscribe(() => reports.push('missed'));
  service.events$.subscribe(({ event, seq, data }) =>
    reports.push(`${event} ${seq} ${JSON.stringify(data)}`),
  );
  return {
    ...recorded,
    config,
    reports,
    connect: () => void service.connect(config),
    send: (action, data) => void service.send(action, data),
    ask: (action, data) =>
      void service.request(action, data).then(
        (reply) => reports.push(`${action}: ${JSON.stringify(reply)}`),
        (error: {
          readonly details: { readonly server?: { readonly message: string } };
          readonly code: string;
        }) => reports.push(`${action}: ${error.details.server?.message ?? error.code}`),
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
