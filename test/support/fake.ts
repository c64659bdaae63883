/** A fake server and a recorded service, in virtual time. */
import type { IWebSocketConfig } from 'everwire/core';
import { createFakeServer, type FakeServer, type FakeServerOptions } from 'everwire/testing';
import { onTestFinished, vi } from 'vitest';
import { type Recorded, record } from './service.ts';

export interface Rig extends Recorded {
  readonly server: FakeServer;
  readonly config: IWebSocketConfig;
  /** Advances virtual time, and runs everything that is due in it. */
  pass(ms?: number): Promise<void>;
}

/** Timers are fake until the test ends. No jitter, unless the config sets one. */
export function rig(options: FakeServerOptions = {}, more: Partial<IWebSocketConfig> = {}): Rig {
  vi.useFakeTimers();
  const server = createFakeServer(options);
  onTestFinished(() => {
    server.dispose();
    vi.useRealTimers();
  });
  const config = {
    url: server.url,
    token: 'tok-4711',
    WebSocket: server.WebSocket,
    random: () => 0,
    ...more,
  };
  return {
    ...record(),
    server,
    config,
    pass: async (ms = 10) => void (await vi.advanceTimersByTimeAsync(ms)),
  };
}

/** A rig whose service is connected. */
export async function connectedRig(
  options: FakeServerOptions = {},
  more: Partial<IWebSocketConfig> = {},
): Promise<Rig> {
  const ready = rig(options, more);
  ready.service.connect(ready.config);
  await ready.pass();
  return ready;
}
