/** Channels of servers and apps that do what they should not. */

import { createEnvelopeProtocol, type IWebSocketConfig, joinChannel } from 'everwire/core';
import type { FakeServerOptions } from 'everwire/testing';
import { describe, expect, it } from 'vitest';
import { connectedRig, type Rig } from '../../support/fake.ts';

const quick = { reconnectDelay: 100, reconnectJitter: 0, heartbeat: false } as const;

const start = (options: FakeServerOptions = {}, more: Partial<IWebSocketConfig> = {}): Promise<Rig> =>
  connectedRig(options, { ...quick, ...more });

describe('the envelope with options', () => {
  it.each(['none', 'text'] as const)('heartbeat %s: has channels as well', async (heartbeat) => {
    const { service, pass } = await start({}, { protocol: createEnvelopeProtocol({ heartbeat }) });
    const channel = joinChannel(service, 'a');
    await pass();
    expect(channel.getState()).toEqual({ status: 'joined', error: null });
  });
});
