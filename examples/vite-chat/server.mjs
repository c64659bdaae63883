// The chat's server: numbers the events of each session, and resumes sessions after a lost link.
import { WebSocketServer } from 'ws';

const sessions = new Map(); // by id: { id, name, next, events, socket, idle }
const posts = [];
function keep(list, item) {
  if (list.push(item) > 200) list.shift();
  return item;
}
function emit(session, event, data) {
  const frame = keep(session.events, JSON.stringify({ event, data, seq: session.next++ }));
  session.socket?.send(frame);
}
function emitToAll(event, data) {
  for (const session of sessions.values()) emit(session, event, data); // clients without a link get it later
}
const here = () => [...sessions.values()].filter(({ socket }) => socket).map(({ name }) => name);

function sessionOf(query, socket) {
  const known = sessions.get(query.get('connection_id'));
  const from = Number(query.get('sequence_number')) - (known ? known.next - known.events.length : 0);
  if (known && Number.isInteger(from) && from >= 0 && from <= known.events.length) {
    clearTimeout(known.idle);
    known.socket?.terminate();
    for (const frame of known.events.slice(from)) socket.send(frame);
    return Object.assign(known, { socket });
  }
  const name = query.get('name')?.slice(0, 40) || 'Guest';
  const session = { id: crypto.randomUUID(), name, next: 0, events: [], socket };
  sessions.set(session.id, session);
  emit(session, 'hello', { connection_id: session.id });
  return session;
}

const chat = new WebSocketServer({ host: '127.0.0.1', port: process.env.PORT ?? 8080, maxPayload: 16_384 });
chat.on('listening', () => console.log('The chat listens on port', chat.address().port));
chat.on('connection', (socket, request) => {
  const session = sessionOf(new URLSearchParams(request.url.split('?')[1]), socket);
  emitToAll('people', { names: here() });
  socket.on('error', () => socket.terminate()); // an invalid frame, or one that is too long
  socket.on('message', (raw) => {
    try {
      const { event, data, seq } = JSON.parse(raw);
      const reply = (data) => socket.send(JSON.stringify({ seq_reply: seq, status: 'OK', data }));
      if (event === 'ping') reply();
      if (event === 'history') reply(posts);
      if (event === 'typing') emitToAll('typing', { name: session.name, isTyping: data.isTyping === true });
      const text = event === 'say' && data.text.trim().slice(0, 2000);
      const post = { id: crypto.randomUUID(), name: session.name, text, at: Date.now() };
      if (text) emitToAll('posted', keep(posts, post));
    } catch {
      socket.close(1007, 'not understood'); // not JSON, or not an expected message
    }
  });
  socket.on('close', () => {
    if (session.socket !== socket) return; // another socket has resumed the session
    Object.assign(session, { socket: null, idle: setTimeout(() => sessions.delete(session.id), 60_000) });
    emitToAll('people', { names: here() });
  });
});
