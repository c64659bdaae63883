import { useConnectionStatus, useWsEvent, WebSocketProvider } from 'everwire';

Object.assign(globalThis, { parts: [useConnectionStatus, useWsEvent, WebSocketProvider] });
