/** A recorded service and a server of puppets, in virtual time. */
import type { Frame, IWebSocketConfig } from 'everwire/core';
import { onTestFinished, vi } from 'vitest';
import { type Recorded, record } from '../../support/service.ts';
import { createPuppets, type Puppet, type Puppets } from './puppet.ts';

export interface SecurityStage extends Recorded {
  readonly sockets: Puppets;
  readonly config: IWebSocketConfig;
  pass(ms?: number): Promise<void>;
  /** Connects, and sends hello. */
  up(more?: Partial<IWebSocketConfig>): Promise<Puppet>;
}

/** Timers are fake until the test ends, and no wait is random. */
export function setUp(
  more: Partial<IWebSocketConfig> = {},
  script?: (puppet: Puppet) => void,
): SecurityStage {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const sockets = createPuppets(script);
  const config = { url: 'wss://h.test/ws', WebSocket: sockets.WebSocket, random: () => 0, ...more };
  const recorded = record();
  const pass = async (ms = 10): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms));
  return {
    ...recorded,
    sockets,
    config,
    pass,
    async up(extra = {}) {
      recorded.service.connect({ ...config, ...extra });
      await pass();
      const socket = sockets.last;
      socket.accept();
      socket.say(hello());
      await pass();
      return socket;
    },
  };
}

export function hello(connectionId: unknown = 'session-1', seq = 0): object {
  return { event: 'hello', data: { connection_id: connectionId }, seq };
}

/** The number by which a reply refers to a frame: both protocols have it in the same place. */
export function idOf(frame: Frame | undefined): number {
  return Number(JSON.parse(String(frame)).seq);
}

/** The frames that the app has sent, without pings and the token. */
export function messagesOf(socket: Puppet): readonly string[] {
  return socket.sent
    .map((frame) => JSON.parse(String(frame)))
    .map(({ event, action }) => String(event ?? action))
    .filter((name) => !/^(ping|authenticate|authentication_challenge)$/.test(name));
}
