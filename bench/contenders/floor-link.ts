/** A page without a library: one socket, `JSON.parse`, one look-up by name, the callbacks. */

import type { Payload } from '../contender.ts';
import { parseFrame } from './frame.ts';

export interface FloorLink {
  /** Connects, and reconnects when the link is lost, until the returned function is called. */
  open(url: string): () => void;
  listen(name: string, callback: (data: Payload) => void): () => void;
  /** Calls at once, and at every change. */
  listenToStatus(callback: (isConnected: boolean) => void): () => void;
}

const reconnectDelayMs = 1000;

export function createFloorLink(): FloorLink {
  const callbacksOf = new Map<string, Set<(data: Payload) => void>>();
  const statusCallbacks = new Set<(isConnected: boolean) => void>();
  let isConnected = false;

  const setConnected = (next: boolean): void => {
    isConnected = next;
    for (const callback of statusCallbacks) callback(next);
  };

  return {
    open(url) {
      let socket: WebSocket;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const connect = (): void => {
        socket = new WebSocket(url);
        socket.onopen = () => setConnected(true);
        socket.onmessage = (message) => {
          const frame = parseFrame(message.data);
          const callbacks = callbacksOf.get(frame.event);
          if (callbacks !== undefined) for (const callback of callbacks) callback(frame.data);
        };
        socket.onclose = () => {
          setConnected(false);
          timer = setTimeout(connect, reconnectDelayMs);
        };
      };
      connect();
      return () => {
        clearTimeout(timer);
        socket.onopen = socket.onmessage = socket.onclose = null;
        socket.close();
      };
    },
    listen(name, callback) {
      const callbacks = callbacksOf.get(name) ?? new Set();
      callbacksOf.set(name, callbacks.add(callback));
      return () => {
        callbacks.delete(callback);
        if (callbacks.size === 0) callbacksOf.delete(name);
      };
    },
    listenToStatus(callback) {
      statusCallbacks.add(callback);
      callback(isConnected);
      return () => statusCallbacks.delete(callback);
    },
  };
}
