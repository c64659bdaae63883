/**
 * The entry `everwire/tabs/worker`: importing it makes a `SharedWorker` the one that has the socket. Import it in a file of the app,
 * and pass that file to `acrossTabs({ worker })`.
 */
import { envelopeProtocol } from '../src/protocols/envelope.ts';
import type { Protocol } from '../src/protocols/protocol.ts';
import { serveTabs } from './worker-relays.ts';

const protocols = new Map<string, Protocol>([[envelopeProtocol.name, envelopeProtocol]]);

/**
 * Adds a protocol that tabs use, because functions can't be passed to a worker: `addProtocol(mattermostProtocol)`. Call it in the
 * file of the worker. `envelopeProtocol` is there already. A protocol of the same name is replaced.
 */
export function addProtocol(protocol: Protocol): void {
  protocols.set(protocol.name, protocol);
}

serveTabs(protocols);
