/** The entry `everwire/core`: everything that works without React, for server components, workers and tests. */

export type * from './channel-types.ts';
export { decorrelatedBackoff, vendorBackoff } from './connection/backoff.ts';
export { defaultClosePolicy } from './connection/close-policy.ts';
export { type WebSocketErrorCode, WebSocketServiceError } from './errors.ts';
export type * from './given-config.ts';
export { type ChannelNumbers, createChannelNumbers } from './protocols/channel-numbers.ts';
export { envelopeProtocol } from './protocols/envelope.ts';
export { createEnvelopeProtocol, type EnvelopeProtocolOptions } from './protocols/envelope-options.ts';
export type { JsonOptions } from './protocols/json-frames.ts';
export type {
  AttemptContext,
  AttemptTarget,
  AuthMode,
  Decoded,
  Frame,
  InboundFrame,
  LinkCodec,
  LinkContext,
  LinkProtocol,
  MalformedReason,
  MissedReason,
  OutgoingMessage,
  PayloadProblem,
  Protocol,
  ProtocolBasics,
  ReplyResult,
  ResumePoint,
  SimpleProtocol,
  TextProtocol,
  UnrecognisedReason,
} from './protocols/protocol.ts';
// With a star: TypeScript merges `declare module 'everwire'` only into types that are exported with a star.
export * from './register.ts';
export {
  type ChannelCommands,
  type JoinedChannel,
  type JoinOptions,
  joinChannel,
} from './service/channels/join-channel.ts';
export { websocketService } from './service/default-service.ts';
export { withEvents } from './service/stores/with-events.ts';
export { createWebSocketService } from './service/websocket-service.ts';
export type * from './store-types.ts';
export type * from './types.ts';
