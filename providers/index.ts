/** The provider's public face. */
export { WebSocketProvider, type WebSocketProviderProps } from './websocket-provider.tsx';
