/** A server component without React: types and pure functions of everwire/core. */
import {
  type ConnectionState,
  decorrelatedBackoff,
  defaultClosePolicy,
  type EventOf,
  envelopeProtocol,
  type IWebSocketConfig,
  vendorBackoff,
  type WebSocketService,
  websocketService,
} from 'everwire/core';

export const config: IWebSocketConfig = {
  url: '/ws',
  protocol: envelopeProtocol,
  backoff: decorrelatedBackoff,
};

export function describe(
  state: ConnectionState,
  event: EventOf<'posted'>,
  service: WebSocketService,
): string {
  const waitMs: number = vendorBackoff({
    failures: 8,
    previousDelayMs: null,
    reconnectDelay: 3000,
    reconnectDelayMax: 300_000,
    reconnectJitter: 0,
    backoffAfter: 7,
    random: () => 0,
  });
  const verdict = defaultClosePolicy({
    code: 4401,
    reason: '',
    wasClean: true,
    opened: true,
    failures: 0,
    previousCode: null,
  });
  return `${state.status} ${event.seq} ${waitMs} ${verdict} ${service === websocketService}`;
}
