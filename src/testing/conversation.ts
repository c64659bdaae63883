/** Reads the frames of clients: records each one, checks tokens that come in messages, and answers requests. */

import { accepts, admit } from './admission.ts';
import { emit } from './emit.ts';
import { isWritable, type Link, write } from './link.ts';
import { close } from './links.ts';
import { recordFrame } from './records.ts';
import { answerRequest } from './requests.ts';
import type { ServerState } from './server-state.ts';
import type { Frame, ReceivedFrame, RequestContext } from './types.ts';
import { okReply, readClientFrame } from './wire.ts';

/** A client's frame has arrived. */
export function readFrame(server: ServerState, link: Link, raw: Frame): void {
  if (!isWritable(link)) return;
  const connectionId = link.serverView.is === 'holding' ? link.serverView.connection.connectionId : null;
  const frame: ReceivedFrame = { connectionId, ...readClientFrame(raw), raw, at: server.now() };
  recordFrame(server, frame);
  if (frame.event === 'authenticate') authenticate(server, link, frame);
  else answer(server, link, frame);
}

function authenticate(server: ServerState, link: Link, frame: ReceivedFrame): void {
  const token = tokenIn(frame.data);
  if (token === null || !accepts(server, token)) {
    close(server, link, 4401, 'unauthorized');
    return;
  }
  if (frame.seq !== null && isWritable(link)) write(link, okReply(frame.seq, undefined));
  if (link.serverView.is !== 'awaiting-token') return;
  link.record.token = token;
  admit(server, link);
}

function answer(server: ServerState, link: Link, frame: ReceivedFrame): void {
  const { serverView } = link;
  const handler = frame.event === null ? undefined : server.handlers.get(frame.event);
  if (serverView.is !== 'holding' || handler === undefined) return;
  const context: RequestContext = {
    connection: serverView.connection,
    emit: (...args) => emit(server, ...args),
  };
  answerRequest(handler, frame, context, (reply) => {
    if (isWritable(link)) write(link, reply);
  });
}

function tokenIn(data: unknown): string | null {
  const token = (data as { readonly token?: unknown } | null | undefined)?.token;
  return typeof token === 'string' ? token : null;
}
