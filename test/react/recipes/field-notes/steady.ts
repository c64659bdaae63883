import type { IWebSocketConfig } from 'everwire';

export const steady: Partial<IWebSocketConfig> = {
  reconnectAttempts: Number.POSITIVE_INFINITY,
  backoff: 'decorrelated', // no wait is longer than 30 s
  restartSpread: 10_000, // ms, after a close with 1001, 1012 or 1013
  missedEventsJitter: 5_000, // ms, before a client fetches
};
