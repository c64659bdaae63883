/** Shows one link to tests and stories: a `FakeConnection`, which is still there when the link has ended. */

import { checkServerClose } from './close-rules.ts';
import { emit } from './emit.ts';
import { freeze, isWritable, type Link, thaw, write } from './link.ts';
import { close, drop, forEachLink } from './links.ts';
import type { ServerState } from './server-state.ts';
import type { Admission } from './sessions.ts';
import type { FakeConnection } from './types.ts';

/** Makes the connection of a link that is about to hold its session. */
export function createFakeConnection(
  server: ServerState,
  link: Link,
  { session, kind }: Admission,
): FakeConnection {
  const { door, url } = link.arrival;
  const connection: FakeConnection = {
    connectionId: session.id,
    door,
    url,
    token: link.record.token,
    resumed: kind === 'resumed',
    get live() {
      return link.serverView.is === 'holding';
    },
    get nextSeq() {
      return session.next;
    },
    get channels() {
      return [...session.channels];
    },
    emit: (event, data, options) =>
      emit(server, event, data, { broadcast: options?.broadcast, to: connection }),
    sendRaw: (frame) => {
      if (isWritable(link)) write(link, frame);
    },
    close: (code, reason = '') => {
      checkServerClose(code, reason);
      close(server, link, code, reason);
    },
    drop: () => {
      if (server.links.has(link)) drop(server, link);
    },
    freeze: () => forEachLink(server, freeze, [link]),
    thaw: () => forEachLink(server, thaw, [link]),
  };
  return connection;
}
