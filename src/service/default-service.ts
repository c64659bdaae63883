/** Which service is there for code outside React? One, made when this module is first imported, and idle until used. */
import type { WebSocketService } from '../types.ts';
import { createWebSocketService } from './websocket-service.ts';

/** The default instance. A `<WebSocketProvider>` makes its own, unless this one is passed to it as `service`. */
export const websocketService: WebSocketService = /* @__PURE__ */ createWebSocketService();
