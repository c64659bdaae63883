/** Exports `everwire/testing`: a fake server for stories and tests, in the page or on a loopback port. */

export { FakeServerError, type FakeServerErrorCode } from './errors.ts';
export { createFakeServer } from './fake-server.ts';
export type {
  ClientMessage,
  Credentials,
  FakeCodec,
  FakeEvent,
  FakeLink,
  FakeProtocol,
  FakeReply,
  FakeSession,
  Frames,
} from './protocol.ts';
export type {
  DoorName,
  EmitOptions,
  FakeConnection,
  FakeRules,
  FakeServer,
  FakeServerOptions,
  FaultState,
  Frame,
  GarbleKind,
  HandshakeOutcome,
  HandshakeRecord,
  JoinHandler,
  Listening,
  ListenOptions,
  ReceivedFrame,
  RequestContext,
  RequestHandler,
  ResumePoint,
  ResumePolicy,
  WaitOptions,
} from './types.ts';
export type { WsRequest, WsServer, WsServerConstructor, WsServerOptions, WsSocket } from './ws-types.ts';
