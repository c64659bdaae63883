/** Real servers on loopback ports, and the service that is compared with their own clients. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IWebSocketConfig, Protocol, WebSocketConstructor } from 'everwire/core';
import { expect, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../../support/patience.ts';
import { type Recorded, record } from '../../support/service.ts';

const NodeWebSocket = WebSocket as unknown as WebSocketConstructor;

/** An HTTP server for one test, and its address without a path. */
export async function listen(): Promise<{ readonly http: Server; readonly host: string }> {
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  return { http, host: `127.0.0.1:${(http.address() as AddressInfo).port}` };
}

/** A service that is told to connect. Its retries are quick. */
export function connect(protocol: Protocol, url: string, more: Partial<IWebSocketConfig> = {}): Recorded {
  const recorded = record();
  recorded.service.connect({
    url,
    protocol,
    WebSocket: NodeWebSocket,
    reconnectDelay: 20,
    reconnectJitter: 0,
    ...more,
  });
  return recorded;
}

export function connected({ service }: Recorded): Promise<void> {
  return eventually(() => expect(service.isConnected()).toBe(true));
}

/** What a promise rejected with. */
export function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => expect.fail(`resolved with ${String(value)}`),
    (error) => error,
  );
}
