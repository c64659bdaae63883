/** The public hooks. */
export type { ConnectedLink } from '../src/service/links.ts';
export type { LivePosition } from '../src/service/live/position.ts';
export { useConnection } from './use-connection.ts';
export type { UseServiceOptions } from './use-connection-of.ts';
export { type UseConnectionStatusOptions, useConnectionStatus } from './use-connection-status.ts';
export { type UseConnectionStore, useConnectionStore } from './use-connection-store.ts';
export {
  type LiveQuery,
  type LiveReducers,
  type UseLiveQueryOptions,
  useLiveQuery,
} from './use-live-query.ts';
export { useMissedEvents } from './use-missed-events.ts';
export type { HookNames, UseChannelOptions } from './use-named-events.ts';
export { useWebSocketService } from './use-websocket-service.ts';
export { type UseWsChannelOptions, useWsChannel, type WsChannel } from './use-ws-channel.ts';
export { useWsConnected } from './use-ws-connected.ts';
export { type UseWsEventOptions, useWsEvent } from './use-ws-event.ts';
export { useWsEventHandler } from './use-ws-event-handler.ts';
export { type UseWsEventsOptions, useWsEvents } from './use-ws-events.ts';
export { useWsReducer } from './use-ws-reducer.ts';
export { useWsRequest } from './use-ws-request.ts';
export { useWsSend } from './use-ws-send.ts';
export { useWsStream } from './use-ws-stream.ts';
export { watchLiveQuery } from './watch-live-query.ts';
