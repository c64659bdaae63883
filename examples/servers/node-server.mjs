// A small server with everything that Everwire can use: numbers, resume, heartbeats, requests.
// `npm install ws`, then `node node-server.mjs`.

import { WebSocketServer } from 'ws';

const PORT = Number(process.env.PORT ?? 8080);
const KEPT = 256; // number of events that a session keeps for a resume
const IDLE_MS = 5 * 60_000; // a session without a socket is forgotten after this
const TOO_SLOW = 4 * 1024 * 1024; // bytes waiting for a client, above which its socket is cut

/** Token -> user. Check your own sign-in sessions instead. */
const users = new Map([
  ['secret', 'ada'],
  ['secret-too', 'bo'],
]);

/** id -> { id, user, next, events, socket, idle } */
const sessions = new Map();

/** The requests. The returned or resolved value is the reply; a thrown error is its error. */
const handlers = {
  ping: () => 'pong',
  add: ({ a, b }) => a + b,
  say: ({ text }, session) => {
    for (const each of sessions.values()) emit(each, 'posted', { from: session.user, text: String(text) });
  },
};

/** Sends an event to a session, and keeps it: a client without a link gets it when it reconnects. */
function emit(session, event, data) {
  const frame = JSON.stringify({ event, data, seq: session.next });
  session.events.push(frame);
  session.next += 1;
  if (session.events.length > KEPT) session.events.shift();
  deliver(session.socket, frame);
}

function deliver(socket, frame) {
  if (socket?.readyState !== 1) return;
  socket.send(frame);
  // The client resumes, and requests the rest.
  if (socket.bufferedAmount > TOO_SLOW) socket.terminate();
}

/** The session in the address, if it belongs to this user and still has all requested events. */
function resumable(query, user) {
  const session = sessions.get(query.get('connection_id'));
  const wanted = Number(query.get('sequence_number'));
  if (session?.user !== user) return undefined;
  const oldest = session.next - session.events.length;
  return wanted >= Math.max(1, oldest) && wanted <= session.next ? session : undefined;
}

const server = new WebSocketServer({ port: PORT, host: process.env.HOST, maxPayload: 64 * 1024 });

server.on('connection', (socket, request) => {
  socket.on('error', () => undefined); // for example a frame that is too long; `close` follows
  const query = new URLSearchParams(request.url.split('?')[1]);
  const user = users.get(query.get('token'));
  if (user === undefined) return socket.close(4401, 'unauthorized');

  let session = resumable(query, user);
  if (session !== undefined) {
    const missing = session.next - Number(query.get('sequence_number'));
    session.socket?.terminate(); // it may look alive, but its client is here
    session.socket = socket;
    if (missing > 0) for (const frame of session.events.slice(-missing)) deliver(socket, frame);
  } else {
    session = { id: crypto.randomUUID(), user, next: 0, events: [], socket };
    sessions.set(session.id, session);
    emit(session, 'hello', { connection_id: session.id });
  }
  clearTimeout(session.idle);

  socket.on('message', (raw) => answer(socket, session, raw));
  socket.on('close', () => {
    if (session.socket !== socket) return;
    session.socket = null;
    session.idle = setTimeout(() => sessions.delete(session.id), IDLE_MS).unref();
  });
});

async function answer(socket, session, raw) {
  let frame;
  try {
    frame = Object(JSON.parse(raw));
  } catch {
    return socket.close(1007, 'not JSON');
  }
  const reply = (fields) => deliver(socket, JSON.stringify({ seq_reply: frame.seq, ...fields }));
  try {
    if (!Object.hasOwn(handlers, frame.event)) throw new Error(`unknown request: ${frame.event}`);
    reply({ status: 'OK', data: await handlers[frame.event](frame.data ?? {}, session) });
  } catch (error) {
    reply({ status: 'FAIL', error: { id: 'failed', message: error.message } });
  }
}

const clock = setInterval(() => {
  for (const session of sessions.values()) emit(session, 'tick', { now: new Date().toISOString() });
}, 1000);

process.on('SIGTERM', () => {
  clearInterval(clock);
  for (const socket of server.clients) socket.close(1012, 'restarting');
  server.close();
});
