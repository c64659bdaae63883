/** Records what clients have done, and resolves the waits for it. */

import { createListeners, type Listeners } from './listeners.ts';
import type { FakeConnection, HandshakeRecord, ReceivedFrame } from './types.ts';
import { createWaiters, type Waiters } from './waiters.ts';

/** Everything recorded of one server's clients. Only the functions of this file change it. */
export interface Records {
  readonly received: ReceivedFrame[];
  readonly handshakes: HandshakeRecord[];
  /** Handshakes ever. */
  attempts: number;
  /** In-page sockets ever constructed. Each one begins with a handshake, for any address. */
  socketsConstructed: number;
  readonly messages: Listeners<ReceivedFrame>;
  readonly messageWaiters: Waiters<ReceivedFrame>;
  readonly connectionWaiters: Waiters<FakeConnection>;
}

const MAX_RECORDS = 10_000;

/** Makes the empty records of one server. */
export function createRecords(): Records {
  return {
    received: [],
    handshakes: [],
    attempts: 0,
    socketsConstructed: 0,
    messages: createListeners(),
    messageWaiters: createWaiters(),
    connectionWaiters: createWaiters(),
  };
}

/** A client asks to be let in. */
export function recordHandshake(records: Records, handshake: HandshakeRecord): void {
  records.attempts += 1;
  if (handshake.door === 'page') records.socketsConstructed += 1;
  keep(records.handshakes, handshake);
}

/** A client has sent a frame. */
export function recordFrame(records: Records, frame: ReceivedFrame): void {
  keep(records.received, frame);
  records.messages.notify(frame);
  records.messageWaiters.notify(frame);
}

function keep<T>(list: T[], record: T): void {
  list.push(record);
  if (list.length > MAX_RECORDS) list.shift();
}
