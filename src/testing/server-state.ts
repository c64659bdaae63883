/** Puts together the state of one fake server. Each part is made and changed by the module that owns it. */

import { type ChannelState, createChannelState } from './channels.ts';
import { createLinkState, type LinkState } from './links.ts';
import type { FakeProtocol } from './protocol.ts';
import { createRecords, type Records } from './records.ts';
import { createSessions, type Sessions } from './sessions.ts';
import type { FakeServerOptions, RequestHandler } from './types.ts';
import { envelopeServer } from './wire.ts';

/** What the handshakes, the conversations and the events of one server work on. */
export interface ServerState extends LinkState, Records {
  readonly options: FakeServerOptions;
  readonly protocol: FakeProtocol;
  readonly now: () => number;
  readonly sessions: Sessions;
  readonly channels: ChannelState;
  /** By event name. */
  readonly handlers: Map<string, RequestHandler>;
  /** `disposed`: every handshake is refused. */
  life: 'running' | 'disposed';
}

/** Makes the state of a server that no client has come to yet. */
export function createServerState(options: FakeServerOptions): ServerState {
  const { pong = true, protocol = envelopeServer } = options;
  const answersPings = pong && protocol === envelopeServer;
  return {
    ...createLinkState(options.latencyMs ?? 0),
    ...createRecords(),
    options,
    protocol,
    now: options.now ?? (() => Date.now()),
    sessions: createSessions({
      ringSize: options.ringSize ?? 128,
      numbered: options.numbered ?? true,
      policy: options.resume ?? 'idle',
      random: options.random ?? Math.random,
    }),
    channels: createChannelState(options.join),
    handlers: new Map(Object.entries({ ...(answersPings && { ping: () => 'pong' }), ...options.handlers })),
    life: 'running',
  };
}
