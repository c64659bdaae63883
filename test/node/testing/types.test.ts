/** The types that users rely on: the class can be passed as a `WebSocket` class, and `ws` fits `handleUpgrade`. */

import { createFakeServer, type WsServerConstructor } from 'everwire/testing';
import { expectTypeOf, it } from 'vitest';
import type { WebSocketServer } from 'ws';

it('the in-page class is a WebSocket class', () => {
  expectTypeOf(createFakeServer().WebSocket).toEqualTypeOf<typeof globalThis.WebSocket>();
});

it('WebSocketServer of ws fits listen()', () => {
  expectTypeOf<typeof WebSocketServer>().toExtend<WsServerConstructor>();
});
