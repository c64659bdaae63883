/** The default service, for code outside React. It is created when this module is first imported, and idle until used. */
import type { WebSocketService } from '../types.ts';
import { createWebSocketService } from './websocket-service.ts';

/** The default instance. A `<WebSocketProvider>` creates its own service, unless this one is passed as `service`. */
export const websocketService: WebSocketService = /* @__PURE__ */ createWebSocketService();
