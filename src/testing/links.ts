/** Keeps the links of one server, ends them, and publishes its connections and faults. */

import { cut, endCleanly, isWritable, type Link } from './link.ts';
import { createListeners, type Listeners } from './listeners.ts';
import type { FakeConnection, FaultState, HandshakeOutcome } from './types.ts';

/** The links and faults of one server. A handshake adds its link; every other change is made in this file. */
export interface LinkState {
  /** Every link whose client is still there, oldest first. */
  readonly links: Set<Link>;
  readonly changes: Listeners<void>;
  /** A new array after each change. */
  connections: readonly FakeConnection[];
  /** A new object after each change. */
  faults: FaultState;
}

/** Makes the state of a server that has no client yet. */
export function createLinkState(latencyMs: number): LinkState {
  return {
    links: new Set(),
    changes: createListeners(),
    connections: [],
    faults: { refusing: 0, stalling: 0, losing: 0, frozen: 0, latencyMs },
  };
}

/** Updates the published links and faults, and notifies the listeners. */
export function publish(server: LinkState, faults?: Partial<FaultState>): void {
  const links = [...server.links];
  server.connections = links.flatMap(({ serverView }) =>
    serverView.is === 'holding' ? [serverView.connection] : [],
  );
  const frozen = links.filter(({ flow }) => flow === 'frozen').length;
  server.faults = { ...server.faults, ...faults, frozen };
  server.changes.notify();
}

/** Consumes one of a counted fault, without publishing; returns false if none is left. */
export function countDown(server: LinkState, fault: 'refusing' | 'stalling' | 'losing'): boolean {
  const left = server.faults[fault];
  if (left > 0) server.faults = { ...server.faults, [fault]: left - 1 };
  return left > 0;
}

/** Ends the link at the server's side: the session stays, without a link. */
export function release(server: LinkState, link: Link, outcome?: HandshakeOutcome): void {
  const { serverView, record } = link;
  if (serverView.is === 'holding') serverView.session.link = null;
  link.serverView = { is: 'released' };
  // Nobody reads what they would still say.
  for (const parts of link.streams.values()) void parts.return?.();
  if (outcome !== undefined && record.outcome === 'pending') record.outcome = outcome;
  publish(server);
}

/** Removes the link of a client that is gone. */
export function forget(server: LinkState, link: Link): void {
  if (!server.links.delete(link)) return;
  link.clientView = 'gone';
  link.toClient.clear();
  link.toServer.clear();
  release(server, link, 'abandoned');
}

/** Ends the link without a close frame. */
export function drop(server: LinkState, link: Link): void {
  cut(link);
  release(server, link);
}

/** Ends the link with a close frame. */
export function close(server: LinkState, link: Link, code: number | null | undefined, reason: string): void {
  if (!isWritable(link)) return;
  endCleanly(link, code ?? null, reason);
  release(server, link);
}

/** Does the same to every link, or to those of a list that are still there, as one change. */
export function forEachLink(
  server: LinkState,
  act: (link: Link) => void,
  links: Iterable<Link> = server.links,
): void {
  for (const link of [...links]) if (server.links.has(link)) act(link);
  publish(server);
}
