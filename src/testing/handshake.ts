/** Answers the handshake of each client that arrives: accepts it, refuses it, or leaves it without an answer. */

import { accepts, admit } from './admission.ts';
import { readFrame } from './conversation.ts';
import type { Arrival, ClientEnd, ServerEnd } from './door.ts';
import { createLink, cut, type Link, write } from './link.ts';
import { close, countDown, forget, publish, release } from './links.ts';
import { recordHandshake } from './records.ts';
import type { ServerState } from './server-state.ts';
import type { HandshakeOutcome } from './types.ts';

type Decision = 'accepted' | 'stalled' | 'refused' | 'unauthorized' | 'wrong-address';

const noCredentials = { token: null, resume: null };

/** Starts the handshake of a client. It is answered after the latency, never before this call returns. */
export function arrive(server: ServerState, arrival: Arrival, client: ClientEnd): ServerEnd {
  const { links, now } = server;
  const { door, url, protocols } = arrival;
  const record = {
    door,
    url,
    protocols,
    ...(server.protocol.credentials?.(url, protocols) ?? noCredentials),
    outcome: 'pending' as HandshakeOutcome,
    at: now(),
  };
  const link = createLink(arrival, client, record, () => server.faults.latencyMs, now);
  recordHandshake(server, record);
  links.add(link);
  link.toClient.push(() => answerHandshake(server, link));
  publish(server);
  return createServerEnd(server, link);
}

function answerHandshake(server: ServerState, link: Link): void {
  const { record, client } = link;
  const decision = decideHandshake(server, link);
  if (decision === 'stalled') {
    record.outcome = 'stalled';
    publish(server);
    return;
  }
  if (decision !== 'accepted') {
    release(server, link, decision);
    client.refuse();
    return;
  }
  link.clientView = 'open';
  const subprotocol = selectSubprotocol(server, link.arrival.protocols) ?? '';
  if (!client.open(subprotocol)) {
    forget(server, link);
    return;
  }
  // The client's own `open` handler has run by now, and may have ended it all.
  if (link.serverView.is !== 'deciding') return;
  link.codec = server.protocol.open({
    url: link.arrival.url,
    subprotocol,
    answersPings: server.options.pong ?? true,
    send: (frame) => {
      if (link.serverView.is !== 'released') write(link, frame);
    },
    close: (code, reason = '') => close(server, link, code, reason),
  });
  if (server.options.rules === 'protocol' && isUnauthorized(server, record)) {
    link.serverView = { is: 'awaiting-token' };
    record.outcome = 'unauthorized';
    close(server, link, 4401, 'unauthorized');
  } else if (server.protocol.admits === 'message' || (record.token === null && !accepts(server, null))) {
    link.serverView = { is: 'awaiting-token' };
    record.outcome = 'awaiting-token';
    publish(server);
  } else {
    admit(server, link);
  }
}

function decideHandshake(server: ServerState, { arrival, record }: Link): Decision {
  const { address, protocols } = arrival;
  if (server.life === 'disposed') return 'refused';
  if (address === 'unknown') return 'wrong-address';
  if (countDown(server, 'refusing')) return 'refused';
  if (countDown(server, 'stalling')) return 'stalled';
  // A browser fails a handshake in which none of the subprotocols it offered was selected.
  if (protocols.length > 0 && selectSubprotocol(server, protocols) === undefined) return 'refused';
  if (server.options.rules !== 'protocol' && isUnauthorized(server, record)) return 'unauthorized';
  return 'accepted';
}

/** Its token is not accepted, as far as the handshake has one. */
function isUnauthorized(server: ServerState, { token }: Link['record']): boolean {
  return token !== null && !accepts(server, token);
}

/** The first subprotocol that the server knows and the client offers. */
export function selectSubprotocol(
  { options, protocol }: Pick<ServerState, 'options' | 'protocol'>,
  offered: readonly string[],
): string | undefined {
  return [...(options.subprotocols ?? []), ...(protocol.subprotocols ?? [])].find((known) =>
    offered.includes(known),
  );
}

function createServerEnd(server: ServerState, link: Link): ServerEnd {
  return {
    receive: (raw) => {
      // A client may send from inside its own `open` handler: its frames are read once the server has decided.
      if (link.serverView.is !== 'released') link.toServer.push(() => readFrame(server, link, raw));
    },
    close: (code, reason) => {
      link.clientView = 'leaving';
      link.toServer.push(() => close(server, link, code, reason));
      publish(server);
    },
    abort: () => {
      link.clientView = 'leaving';
      cut(link, 0);
      release(server, link, 'abandoned');
    },
    gone: () => forget(server, link),
  };
}
