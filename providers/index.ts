/** The public part of `providers`. */
export { WebSocketProvider, type WebSocketProviderProps } from './websocket-provider.tsx';
