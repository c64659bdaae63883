/** `reconnectAttempts: Infinity` with the waits of 'vendor' is hardly ever meant, so it is warned of once. */
import { createWebSocketService, type IWebSocketConfig, type Logger } from 'everwire/core';
import { createFakeServer } from 'everwire/testing';
import { afterEach, expect, it, vi } from 'vitest';

const forever: Partial<IWebSocketConfig> = { reconnectAttempts: Number.POSITIVE_INFINITY };

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** What is warned of these configs, one after the other, in one service. */
function warningsOf(...configs: readonly Partial<IWebSocketConfig>[]): readonly string[] {
  const onConsole = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const server = createFakeServer();
  const service = createWebSocketService();
  for (const config of configs) service.connect({ url: server.url, WebSocket: server.WebSocket, ...config });
  service.dispose();
  server.dispose();
  return onConsole.mock.calls.map(([text]) => String(text));
}

it('is warned of once, and the warning says what to do', () => {
  const warnings = warningsOf(forever, { ...forever, reconnectJitter: 0 });
  expect(warnings).toEqual([expect.stringContaining("backoff: 'decorrelated'")]);
});

it('goes to the logger, if there is one', () => {
  const warn = vi.fn();
  const logger: Logger = { debug: vi.fn(), info: vi.fn(), warn, error: vi.fn() };
  expect(warningsOf({ ...forever, logger })).toEqual([]);
  expect(warn).toHaveBeenCalledOnce();
});

it.each<[string, Partial<IWebSocketConfig>]>([
  ['a limit', { reconnectAttempts: 7 }],
  ['decorrelated', { ...forever, backoff: 'decorrelated' }],
  ['a function', { ...forever, backoff: () => 1_000 }],
  ['short waits', { ...forever, reconnectDelay: 100 }],
  ['a low maximum', { ...forever, reconnectDelayMax: 30_000 }],
  ['a constant wait', { ...forever, backoffAfter: Number.POSITIVE_INFINITY }],
])('is not warned of with %s', (_name, config) => {
  expect(warningsOf(config)).toEqual([]);
});

it('is not warned of in production', () => {
  vi.stubEnv('NODE_ENV', 'production');
  expect(warningsOf(forever)).toEqual([]);
});
