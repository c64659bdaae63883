/** What is there without React? Everything that a server component, a worker or a test may import: `everwire/core`. */
export { decorrelatedBackoff, vendorBackoff } from './connection/backoff.ts';
export { defaultClosePolicy } from './connection/close-policy.ts';
export { type WebSocketErrorCode, WebSocketServiceError } from './errors.ts';
export { envelopeProtocol } from './protocols/envelope.ts';
export type {
  AttemptContext,
  AttemptTarget,
  AuthMode,
  Decoded,
  Frame,
  MalformedReason,
  OutgoingMessage,
  PayloadProblem,
  Protocol,
  ReplyResult,
  ResumePoint,
} from './protocols/protocol.ts';
// With a star, because only what is exported with one can be merged into (`declare module 'everwire'`).
export * from './register.ts';
export { websocketService } from './service/default-service.ts';
export { createWebSocketService } from './service/websocket-service.ts';
export type * from './types.ts';
