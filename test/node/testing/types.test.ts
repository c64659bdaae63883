// The types that users lean on: the class fits where a `WebSocket` class is wanted, and `ws` fits the real door.

import { createFakeServer, type WsServerConstructor } from 'everwire/testing';
import { expectTypeOf, it } from 'vitest';
import type { WebSocketServer } from 'ws';

it('the in-page class is a WebSocket class', () => {
  expectTypeOf(createFakeServer().WebSocket).toEqualTypeOf<typeof globalThis.WebSocket>();
});

it('WebSocketServer of ws fits listen()', () => {
  expectTypeOf<typeof WebSocketServer>().toExtend<WsServerConstructor>();
});
