/** Admits a client: checks its token, resumes its session or opens a new one, and greets it. */

import { numberedBy, writeEvent } from './emit.ts';
import { createFakeConnection } from './fake-connection.ts';
import { type Link, write } from './link.ts';
import { drop, publish } from './links.ts';
import { currentPosition } from './positions.ts';
import type { ServerState } from './server-state.ts';
import { envelopeServer } from './wire.ts';

/** Whether the server accepts this token; `null`: the client brought none. */
export function accepts({ options }: ServerState, token: string | null): boolean {
  if (options.token === undefined) return true;
  return typeof options.token === 'function' ? options.token(token) : token === options.token;
}

/** By the protocol, a session belongs to its user. Without `userOf`, the fake knows users only by their tokens. */
function userOf({ options }: ServerState, token: string | null): unknown {
  if (options.userOf) return options.userOf(token);
  return options.rules === 'protocol' ? token : null;
}

/** Gives the link its session, and sends the hello of a new one or the events that were missed in an old one. */
export function admit(server: ServerState, link: Link): void {
  const { options, sessions } = server;
  const { token, resume } = link.record;
  const admission = sessions.admit(resume, userOf(server, token));
  const { session, kind, replay } = admission;
  if (session.link !== null) drop(server, session.link);
  const connection = createFakeConnection(server, link, admission);
  session.link = link;
  link.serverView = { is: 'holding', session, connection };
  link.record.outcome = kind;
  const greeting = link.codec?.hello?.({ connectionId: session.id, resumed: kind === 'resumed' });
  if (greeting !== undefined) write(link, greeting);
  for (const written of replay) writeEvent(link, written);
  // The envelope greets with an event, which has a number like all others.
  if (server.protocol === envelopeServer && kind === 'new-session' && (options.hello ?? true)) {
    const data = { connection_id: session.id, server_version: options.serverVersion };
    const position = currentPosition(server);
    const hello = { event: 'hello', data, broadcast: undefined, position };
    writeEvent(link, sessions.write(session, numberedBy(server, hello)));
  }
  publish(server);
  server.connectionWaiters.notify(connection);
}
