// What a server needs for a resume: an id in its greeting, a number on each event, and a short memory.

import type { WebSocket } from 'ws';

interface Session {
  readonly id: string;
  next: number;
  events: { readonly seq: number; readonly frame: string }[];
  socket: WebSocket | null;
}

export function emit(session: Session, event: string, data: unknown) {
  const seq = session.next++;
  const frame = JSON.stringify({ event, data, seq });
  session.events = [...session.events, { seq, frame }].slice(-128);
  session.socket?.send(frame);
}

export function greet(session: Session) {
  emit(session, 'hello', { connection_id: session.id });
}

/** A client that comes back asks in its address: ?connection_id=…&sequence_number=… */
export function replay(session: Session, asked: URLSearchParams) {
  const wanted = Number(asked.get('sequence_number'));
  for (const { seq, frame } of session.events) if (seq >= wanted) session.socket?.send(frame);
}
