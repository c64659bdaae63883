/** The public part of `providers`. */
export {
  type CookieProviderProps,
  type ProviderExtras,
  type ServiceProviderProps,
  WebSocketProvider,
  type WebSocketProviderProps,
} from './websocket-provider.tsx';
