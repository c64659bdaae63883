/** Sends frames to clients: an event to each session, numbered and kept, or any bytes to each link. */

import { isWritable, type Link, write } from './link.ts';
import { countDown, publish } from './links.ts';
import { nextPosition } from './positions.ts';
import type { FakeEvent } from './protocol.ts';
import type { ServerState } from './server-state.ts';
import type { Session, Written } from './sessions.ts';
import type { EmitOptions, Frame } from './types.ts';
import { envelopeServer } from './wire.ts';

/** Sends one event. A session without a link finds it in its ring at a resume. */
export function emit(server: ServerState, event: string, data: unknown, options?: EmitOptions): void {
  const { broadcast, to } = options ?? {};
  const { sessions } = server;
  const position = nextPosition(server);
  const receivers = to === undefined ? sessions.all() : sessions.withId(to.connectionId);
  sendEvent(server, { event, data, broadcast, position }, receivers);
}

/** Sends an event to these sessions. */
export function sendEvent(server: ServerState, event: FakeEvent, receivers: Iterable<Session>): void {
  const { sessions } = server;
  const numbered = numberedBy(server, event);
  const isLost = countDown(server, 'losing');
  for (const session of receivers) {
    const written = sessions.write(session, numbered);
    if (session.link !== null && !isLost) writeEvent(session.link, written);
  }
  if (isLost) publish(server);
}

/** How an event is written once it has a number. The envelope's data is serialised here, once for all sessions. */
export function numberedBy({ protocol }: ServerState, event: FakeEvent): (seq: number | null) => Written {
  if (protocol !== envelopeServer) return (seq) => (codec) => codec.event(event, seq);
  const text = envelopeServer.prepare(event);
  return (seq) => {
    const frame = text(seq);
    return () => frame;
  };
}

/** Sends an event over a link. */
export function writeEvent(link: Link, written: Written): void {
  if (link.codec !== null) write(link, written(link.codec));
}

/** Sends a frame as it is to every link. */
export function sendRaw({ links }: ServerState, frame: Frame): void {
  for (const link of links) if (isWritable(link)) write(link, frame);
}

/** Sends the newest event of each session over its link once more. */
export function duplicate({ sessions }: ServerState): void {
  for (const { link, newest } of sessions.all()) {
    if (link !== null && newest !== null) writeEvent(link, newest);
  }
}
