// The fake server: lets clients in, gives them events and replies, and does to their links what a network does.

import { checkServerClose } from './close-rules.ts';
import type { Arrival, ClientEnd, ServerEnd } from './door.ts';
import { FakeServerError } from './errors.ts';
import { garbledFrame } from './garble.ts';
import { installGlobalSocket } from './global-socket.ts';
import { createLink, cut, endCleanly, freeze, isAlive, isWritable, type Link, thaw, write } from './link.ts';
import { createListeners } from './listeners.ts';
import { readAddress } from './page-address.ts';
import { createPageWebSocket } from './page-socket.ts';
import { answerRequest } from './requests.ts';
import { createSessionBrain, type Session } from './session-brain.ts';
import type {
  EmitOptions,
  FakeConnection,
  FakeServer,
  FakeServerOptions,
  FaultState,
  Frame,
  HandshakeOutcome,
  HandshakeRecord,
  Listening,
  ReceivedFrame,
  RequestHandler,
} from './types.ts';
import { createWaiters } from './waiters.ts';
import { eventText, okReply, readClientFrame, readCredentials, SUBPROTOCOL } from './wire.ts';
import { openWsDoor } from './ws-door.ts';

const maxRecords = 10_000;

/** Makes a server with its in-page door open. `dispose()` it when done. */
export function createFakeServer(options: FakeServerOptions = {}): FakeServer {
  const now = options.now ?? (() => Date.now());
  const url = ownAddress(options.url ?? 'ws://fake.everwire.test/ws');
  const sessions = createSessionBrain({
    ringSize: options.ringSize ?? 128,
    numbered: options.numbered ?? true,
    policy: options.resume ?? 'idle',
    random: options.random ?? Math.random,
  });
  const handlers = new Map<string, RequestHandler>(Object.entries(options.handlers ?? {}));
  const links = new Set<Link>();
  const holders = new Map<Session, Link>();
  const sessionOf = new WeakMap<FakeConnection, Session>();
  const doors = new Set<Listening>();
  const removals: (() => unknown)[] = [];
  const received: ReceivedFrame[] = [];
  const handshakes: HandshakeRecord[] = [];
  const messages = createListeners<ReceivedFrame>();
  const changes = createListeners<void>();
  const framesAwaited = createWaiters<ReceivedFrame>();
  const connectionsAwaited = createWaiters<FakeConnection>();

  let life: 'running' | 'disposed' = 'running';
  let socketsConstructed = 0;
  let attempts = 0;
  let refusing = 0;
  let stalling = 0;
  let losing = 0;
  let latencyMs = options.latencyMs ?? 0;
  let connections: readonly FakeConnection[] = [];
  let faults: FaultState = currentFaults();

  // ---- clients come ----

  function arrive(arrival: Arrival, client: ClientEnd): ServerEnd {
    const credentials = readCredentials(arrival.url, arrival.protocols);
    const { door, url: asked, protocols } = arrival;
    const record = {
      door,
      url: asked,
      protocols,
      ...credentials,
      outcome: 'pending' as HandshakeOutcome,
      at: now(),
    };
    const link = createLink(arrival, client, record, () => latencyMs, now);
    attempts += 1;
    keep(handshakes, record);
    links.add(link);
    link.toClient.push(() => decide(link));
    changed();
    return serverEnd(link);
  }

  function decide(link: Link): void {
    const verdict = judge(link);
    if (verdict === 'stalled') {
      link.record.outcome = 'stalled';
      changed();
      return;
    }
    if (verdict !== 'welcome') {
      letGo(link, verdict);
      link.client.refuse();
      return;
    }
    link.clientView = 'open';
    if (!link.client.open(link.arrival.protocols.length > 0 ? SUBPROTOCOL : '')) {
      forget(link);
      return;
    }
    // The client's own `open` handler has run by now, and may have ended it all.
    if (link.serverView.is !== 'deciding') return;
    if (link.record.token === null && !accepts(null)) {
      link.serverView = { is: 'awaiting-token' };
      link.record.outcome = 'awaiting-token';
      changed();
    } else {
      admit(link, link.record.token);
    }
  }

  function judge(link: Link): 'welcome' | 'stalled' | 'refused' | 'unauthorized' | 'wrong-address' {
    const { address, protocols } = link.arrival;
    if (life === 'disposed') return 'refused';
    if (address === 'unknown') return 'wrong-address';
    if (refusing > 0) {
      refusing -= 1;
      return 'refused';
    }
    if (stalling > 0) {
      stalling -= 1;
      return 'stalled';
    }
    // A browser fails a handshake in which none of the subprotocols it offered was selected.
    if (protocols.length > 0 && !protocols.includes(SUBPROTOCOL)) return 'refused';
    if (link.record.token !== null && !accepts(link.record.token)) return 'unauthorized';
    return 'welcome';
  }

  function accepts(token: string | null): boolean {
    if (options.token === undefined) return true;
    return typeof options.token === 'function' ? options.token(token) : token === options.token;
  }

  function admit(link: Link, token: string | null): void {
    const admission = sessions.admit(
      link.record.resume,
      (known) => holders.get(known)?.client.isLive() ?? false,
    );
    const { session } = admission;
    const before = holders.get(session);
    if (before !== undefined) sever(before);
    const connection = createConnection(link, session, token, admission.kind === 'resumed');
    sessionOf.set(connection, session);
    holders.set(session, link);
    link.serverView = { is: 'holding', session, connection };
    link.record.outcome = admission.kind === 'resumed' ? 'resumed' : 'new-session';
    if (admission.kind === 'resumed') {
      for (const frame of admission.replay) write(link, frame);
    } else if (options.hello ?? true) {
      const data = { connection_id: session.id, server_version: options.serverVersion };
      write(link, sessions.write(session, eventText('hello', data, undefined)));
    }
    changed();
    connectionsAwaited.tell(connection);
  }

  // ---- clients speak ----

  function serverEnd(link: Link): ServerEnd {
    return {
      receive: (raw) => {
        // A client may speak from inside its own `open` handler: it is heard once the server has decided.
        if (link.serverView.is !== 'let-go') link.toServer.push(() => hear(link, raw));
      },
      close: (code, reason) => {
        link.clientView = 'leaving';
        link.toServer.push(() => {
          if (!isWritable(link)) return;
          letGo(link);
          endCleanly(link, code, reason);
        });
        changed();
      },
      abort: () => {
        letGo(link, 'abandoned');
        link.clientView = 'leaving';
        cut(link, 0);
        changed();
      },
      gone: () => forget(link),
    };
  }

  function hear(link: Link, raw: Frame): void {
    if (!isWritable(link)) return;
    const connectionId = link.serverView.is === 'holding' ? link.serverView.connection.connectionId : null;
    const frame: ReceivedFrame = { connectionId, ...readClientFrame(raw), raw, at: now() };
    keep(received, frame);
    messages.notify(frame);
    framesAwaited.tell(frame);
    if (frame.event === 'authenticate') authenticate(link, frame);
    else if (link.serverView.is === 'holding' && frame.event !== null) answer(link, frame.event, frame);
  }

  function authenticate(link: Link, frame: ReceivedFrame): void {
    const token = tokenIn(frame.data);
    if (token === null || !accepts(token)) {
      closeLink(link, 4401, 'unauthorized');
      return;
    }
    if (frame.seq !== null && isWritable(link)) write(link, okReply(frame.seq, undefined));
    if (link.serverView.is !== 'awaiting-token') return;
    link.record.token = token;
    admit(link, token);
  }

  function answer(link: Link, event: string, frame: ReceivedFrame): void {
    if (link.serverView.is !== 'holding') return;
    const builtIn = event === 'ping' && (options.pong ?? true) ? () => 'pong' : undefined;
    const handler = handlers.get(event) ?? builtIn;
    if (handler === undefined) return;
    const { connection } = link.serverView;
    answerRequest(handler, frame, { connection, emit }, (reply) => {
      if (isWritable(link)) write(link, reply);
    });
  }

  // ---- links end ----

  // The server's side of the end: the session stays, without a link.
  function letGo(link: Link, outcome?: HandshakeOutcome): void {
    if (link.serverView.is === 'holding' && holders.get(link.serverView.session) === link) {
      holders.delete(link.serverView.session);
    }
    link.serverView = { is: 'let-go' };
    if (outcome !== undefined && link.record.outcome === 'pending') link.record.outcome = outcome;
    changed();
  }

  function forget(link: Link): void {
    if (!links.delete(link)) return;
    link.clientView = 'gone';
    link.toClient.clear();
    link.toServer.clear();
    letGo(link, 'abandoned');
  }

  function sever(link: Link): void {
    letGo(link);
    cut(link);
    changed();
  }

  function closeLink(link: Link, code: number | undefined, reason: string): void {
    if (!isWritable(link)) return;
    letGo(link);
    endCleanly(link, code ?? null, reason);
  }

  // ---- events ----

  function emit(event: string, data?: unknown, { broadcast, to }: EmitOptions = {}): void {
    const only = to === undefined ? null : sessionOf.get(to);
    const text = eventText(event, data, broadcast);
    const lost = losing > 0;
    for (const session of only === null ? sessions.all() : onlyKnown(only)) {
      const frame = sessions.write(session, text);
      const link = holders.get(session);
      if (link !== undefined && !lost) write(link, frame);
    }
    if (!lost) return;
    losing -= 1;
    changed();
  }

  function onlyKnown(session: Session | undefined): readonly Session[] {
    return session !== undefined && sessions.has(session) ? [session] : [];
  }

  function createConnection(
    link: Link,
    session: Session,
    token: string | null,
    resumed: boolean,
  ): FakeConnection {
    const connection: FakeConnection = {
      connectionId: session.id,
      door: link.arrival.door,
      url: link.arrival.url,
      token,
      resumed,
      get live() {
        return holders.get(session) === link;
      },
      get nextSeq() {
        return session.next;
      },
      emit: (event, data, { broadcast } = {}) => emit(event, data, { broadcast, to: connection }),
      sendRaw: (frame) => {
        if (isWritable(link)) write(link, frame);
      },
      close: (code, reason = '') => {
        checkServerClose(code, reason);
        closeLink(link, code, reason);
      },
      drop: () => {
        if (links.has(link)) sever(link);
      },
      freeze: () => each([link], freeze),
      thaw: () => each([link], thaw),
    };
    return connection;
  }

  function sendRaw(frame: Frame): void {
    for (const link of links) if (isWritable(link)) write(link, frame);
  }

  // ---- what can be seen from outside ----

  function changed(): void {
    connections = [...links].flatMap(({ serverView }) =>
      serverView.is === 'holding' ? [serverView.connection] : [],
    );
    faults = currentFaults();
    changes.notify();
  }

  function currentFaults(): FaultState {
    const frozen = count(links, (link) => link.flow === 'frozen');
    return { refusing, stalling, losing, frozen, latencyMs };
  }

  function each(some: Iterable<Link>, act: (link: Link) => void): void {
    for (const link of [...some]) if (links.has(link)) act(link);
    changed();
  }

  function dispose(): void {
    if (life === 'disposed') return;
    life = 'disposed';
    for (const remove of removals) remove();
    for (const door of doors) void door.close();
    for (const link of [...links]) {
      letGo(link);
      link.toClient.clear();
      link.toServer.clear();
      // At once and not at a timer: after a dispose there is none left.
      link.client.cut();
      forget(link);
    }
    sessions.forget();
    framesAwaited.dispose();
    connectionsAwaited.dispose();
    changes.clear();
    messages.clear();
  }

  function checkLife(): void {
    if (life === 'disposed') throw new FakeServerError('disposed', 'the fake server is disposed of');
  }

  const PageWebSocket = createPageWebSocket({
    url,
    drainBytesPerMs: options.drainBytesPerMs ?? Number.POSITIVE_INFINITY,
    arrive,
    onConstructed: () => {
      socketsConstructed += 1;
    },
  });

  return {
    url,
    WebSocket: PageWebSocket,
    installGlobal() {
      checkLife();
      const remove = installGlobalSocket(PageWebSocket, url);
      removals.push(remove);
      return () => {
        if (remove() === 'gone') return;
        throw new FakeServerError(
          'global-replaced',
          'take away first what replaced the global WebSocket since',
        );
      };
    },
    async listen(where) {
      checkLife();
      const door = await openWsDoor(where, new URL(url).pathname, arrive);
      doors.add(door);
      return door;
    },
    get connections() {
      return connections;
    },
    get socketCount() {
      return count(links, isAlive);
    },
    get socketsConstructed() {
      return socketsConstructed;
    },
    get attempts() {
      return attempts;
    },
    received,
    handshakes,
    get faults() {
      return faults;
    },
    connected({ timeout } = {}) {
      const newest = connections.at(-1);
      return newest === undefined
        ? connectionsAwaited.next('connection', () => true, timeout)
        : Promise.resolve(newest);
    },
    message(event, { timeout } = {}) {
      const what = event === undefined ? 'client frame' : `client frame '${event}'`;
      return framesAwaited.next(what, (frame) => event === undefined || frame.event === event, timeout);
    },
    onMessage: (listener) => messages.add(listener),
    onChange: (listener) => changes.add(listener),
    handle: (event, handler) => {
      handlers.set(event, handler);
    },
    emit,
    sendRaw,
    refuse(times) {
      refusing = timesOf(times);
      changed();
    },
    stall(times) {
      stalling = timesOf(times);
      changed();
    },
    drop: () => each(links, sever),
    close(code, reason = '') {
      checkServerClose(code, reason);
      each(links, (link) => closeLink(link, code, reason));
    },
    freeze: () => each(links, freeze),
    thaw: () => each(links, thaw),
    delay(ms) {
      latencyMs = ms;
      changed();
    },
    skip: (n = 1) => sessions.skip(n),
    lose(n = 1) {
      losing += n;
      changed();
    },
    duplicate() {
      for (const [session, link] of holders)
        if (session.newestFrame !== null) write(link, session.newestFrame);
    },
    garble: (kind = 'json') => sendRaw(garbledFrame(kind)),
    restart() {
      sessions.forget();
      each(links, sever);
    },
    dispose,
  };
}

function ownAddress(url: string): string {
  try {
    return readAddress(url);
  } catch (cause) {
    throw new FakeServerError('invalid-address', `'${url}' is no address of a WebSocket server`, { cause });
  }
}

function timesOf(times: number | false | undefined): number {
  return times === false ? 0 : (times ?? Number.POSITIVE_INFINITY);
}

function tokenIn(data: unknown): string | null {
  if (typeof data !== 'object' || data === null) return null;
  const { token } = data as { readonly token?: unknown };
  return typeof token === 'string' ? token : null;
}

function keep<T>(records: T[], record: T): void {
  records.push(record);
  if (records.length > maxRecords) records.shift();
}

function count<T>(items: Iterable<T>, counts: (item: T) => boolean): number {
  let n = 0;
  for (const item of items) if (counts(item)) n += 1;
  return n;
}
