/** Sends frames to clients: an event to each session, numbered and kept, or any bytes to each link. */

import { isWritable, write } from './link.ts';
import { countDown, publish } from './links.ts';
import type { ServerState } from './server-state.ts';
import type { EmitOptions, Frame } from './types.ts';
import { eventText } from './wire.ts';

/** Sends one event. A session without a link finds it in its ring at a resume. */
export function emit(
  server: ServerState,
  event: string,
  data: unknown,
  { broadcast, to }: EmitOptions = {},
): void {
  const { sessions } = server;
  const text = eventText(event, data, broadcast);
  const isLost = countDown(server, 'losing');
  for (const session of to === undefined ? sessions.all() : sessions.withId(to.connectionId)) {
    const frame = sessions.write(session, text);
    if (session.link !== null && !isLost) write(session.link, frame);
  }
  if (isLost) publish(server);
}

/** Sends a frame as it is to every link. */
export function sendRaw({ links }: ServerState, frame: Frame): void {
  for (const link of links) if (isWritable(link)) write(link, frame);
}

/** Sends the newest event of each session over its link once more. */
export function duplicate({ sessions }: ServerState): void {
  for (const { link, newestFrame } of sessions.all()) {
    if (link !== null && newestFrame !== null) write(link, newestFrame);
  }
}
