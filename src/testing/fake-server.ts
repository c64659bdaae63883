/** Composes the fake server: its sessions, its links, the two doors to it, and the faults that can be asked for. */

import { endMembership, membersOf, publishTo, trim } from './channels.ts';
import { checkServerClose } from './close-rules.ts';
import type { Arrive } from './door.ts';
import { duplicate, emit, sendRaw } from './emit.ts';
import { FakeServerError } from './errors.ts';
import { garbledFrame } from './garble.ts';
import { installGlobalSocket } from './global-socket.ts';
import { arrive, selectSubprotocol } from './handshake.ts';
import { freeze, isAlive, thaw } from './link.ts';
import { close, drop, forEachLink, forget, publish } from './links.ts';
import { readAddress } from './page-address.ts';
import { createPageWebSocket } from './page-socket.ts';
import { createServerState } from './server-state.ts';
import type { FakeServer, FakeServerOptions } from './types.ts';
import { openWsDoor } from './ws-door.ts';

/** Makes a server with its in-page door open. `dispose()` it when done. */
export function createFakeServer(options?: FakeServerOptions): FakeServer {
  const given = options ?? {};
  const url = ownAddress(given.url ?? 'ws://fake.everwire.test/ws');
  const server = createServerState(given);
  /** What `dispose()` undoes outside of the server: global classes and open ports. */
  const undo: (() => unknown)[] = [];
  const arriveHere: Arrive = (arrival, client) => arrive(server, arrival, client);
  const PageWebSocket = createPageWebSocket({
    url,
    drainBytesPerMs: given.drainBytesPerMs ?? Number.POSITIVE_INFINITY,
    arrive: arriveHere,
  });

  function checkLife(): void {
    if (server.life === 'disposed') throw new FakeServerError('disposed', 'the fake server was disposed');
  }

  function dropAll(): void {
    forEachLink(server, (link) => drop(server, link));
  }

  return {
    url,
    WebSocket: PageWebSocket,
    installGlobal() {
      checkLife();
      const remove = installGlobalSocket(PageWebSocket, url);
      undo.push(remove);
      return () => {
        if (remove() === 'gone') return;
        throw new FakeServerError(
          'global-replaced',
          'another class replaced the global WebSocket: remove it first',
        );
      };
    },
    async listen(where) {
      checkLife();
      const door = await openWsDoor(
        where,
        new URL(url).pathname,
        (offered) => selectSubprotocol(server, offered),
        arriveHere,
      );
      undo.push(door.close);
      return door;
    },
    get connections() {
      return server.connections;
    },
    get socketCount() {
      return [...server.links].filter(isAlive).length;
    },
    get socketsConstructed() {
      return server.socketsConstructed;
    },
    get attempts() {
      return server.attempts;
    },
    received: server.received,
    handshakes: server.handshakes,
    get faults() {
      return server.faults;
    },
    connected(waiting) {
      const newest = server.connections.at(-1);
      return newest === undefined
        ? server.connectionWaiters.next('connection', () => true, waiting?.timeout)
        : Promise.resolve(newest);
    },
    message(event, waiting) {
      const what = `client frame${event === undefined ? '' : ` '${event}'`}`;
      return server.messageWaiters.next(
        what,
        (frame) => event === undefined || frame.event === event,
        waiting?.timeout,
      );
    },
    onMessage: server.messages.add,
    onChange: server.changes.add,
    handle: (event, handler) => {
      server.handlers.set(event, handler);
    },
    emit: (event, data, emitOptions) => emit(server, event, data, emitOptions),
    publish: (channel, event, data) => publishTo(server, channel, event, data),
    members: (channel) => membersOf(server, channel),
    handleJoin: (handler) => {
      server.channels.decide = handler;
    },
    endMembership: (channel, { reason = null, to } = {}) => endMembership(server, channel, reason, to),
    trim: () => trim(server),
    sendRaw: (frame) => sendRaw(server, frame),
    duplicate: () => duplicate(server),
    // Where it is false, the number is 0.
    refuse: (times = Number.POSITIVE_INFINITY) => publish(server, { refusing: Number(times) }),
    stall: (times = Number.POSITIVE_INFINITY) => publish(server, { stalling: Number(times) }),
    drop: dropAll,
    close(code, reason = '') {
      checkServerClose(code, reason);
      forEachLink(server, (link) => close(server, link, code, reason));
    },
    freeze: () => forEachLink(server, freeze),
    thaw: () => forEachLink(server, thaw),
    delay: (latencyMs) => publish(server, { latencyMs }),
    skip: (n = 1) => server.sessions.skip(n),
    lose: (n = 1) => publish(server, { losing: server.faults.losing + n }),
    garble: (kind = 'json') => sendRaw(server, garbledFrame(kind)),
    restart() {
      server.sessions.forget();
      dropAll();
    },
    dispose() {
      if (server.life === 'disposed') return;
      server.life = 'disposed';
      for (const one of undo) one();
      for (const link of [...server.links]) {
        // At once and not at a timer: after a dispose there is none left.
        link.client.cut();
        forget(server, link);
      }
      server.sessions.forget();
      server.messageWaiters.dispose();
      server.connectionWaiters.dispose();
      server.messages.clear();
      server.changes.clear();
    },
  };
}

function ownAddress(url: string): string {
  try {
    return readAddress(url);
  } catch (cause) {
    throw new FakeServerError('invalid-address', `'${url}' is not an address of a WebSocket server`, {
      cause,
    });
  }
}
