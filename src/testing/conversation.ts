/** Reads the frames of clients: records each message, checks tokens that come in one, and answers requests. */

import { accepts, admit } from './admission.ts';
import { join, leave } from './channels.ts';
import { emit } from './emit.ts';
import { isWritable, type Link, write } from './link.ts';
import { close } from './links.ts';
import type { ClientMessage, FakeReply } from './protocol.ts';
import { recordFrame } from './records.ts';
import { answerRequest } from './requests.ts';
import type { ServerState } from './server-state.ts';
import type { Frame, ReceivedFrame, RequestContext, RequestHandler } from './types.ts';
import { envelopeServer } from './wire.ts';

/** A client's frame has arrived. */
export function readFrame(server: ServerState, link: Link, raw: Frame): void {
  if (!isWritable(link) || link.codec === null) return;
  const messages = [link.codec.read(raw)].flat();
  for (const message of messages) {
    const connectionId = link.serverView.is === 'holding' ? link.serverView.connection.connectionId : null;
    recordFrame(server, { connectionId, ...recorded(message), raw, at: server.now() });
    take(server, link, message);
  }
}

function take(server: ServerState, link: Link, message: ClientMessage): void {
  switch (message.kind) {
    case 'authenticate':
      return authenticate(server, link, message);
    case 'message':
      return answer(server, link, message);
    case 'cancel':
      void link.streams.get(message.id)?.return?.();
      return;
    case 'other':
      return;
    default:
      message satisfies never;
  }
}

/** What is recorded of a message besides its frame. */
function recorded(message: ClientMessage): Pick<ReceivedFrame, 'event' | 'data' | 'seq'> {
  switch (message.kind) {
    case 'authenticate':
      return { event: 'authenticate', data: { token: message.token }, seq: numberOf(message.id) };
    case 'message':
      return { event: message.event, data: message.data, seq: numberOf(message.id) };
    case 'cancel':
      return { event: 'cancel', data: { id: message.id }, seq: null };
    case 'other':
      return { event: null, data: 'data' in message ? message.data : null, seq: numberOf(message.id) };
    default:
      return message satisfies never;
  }
}

function numberOf(id: number | string | null | undefined): number | null {
  return typeof id === 'number' ? id : null;
}

function authenticate(
  server: ServerState,
  link: Link,
  { token, resume, id = null }: Extract<ClientMessage, { kind: 'authenticate' }>,
): void {
  // A client of the envelope that says who it is without a token is refused.
  const isAccepted =
    server.protocol.admits === 'open' ? token !== null && accepts(server, token) : accepts(server, token);
  if (!isAccepted) {
    if (link.codec?.refuse) link.codec.refuse();
    else close(server, link, 4401, 'unauthorized');
    return;
  }
  if (id !== null) reply(link, id, { status: 'ok', data: undefined, more: false });
  if (link.serverView.is !== 'awaiting-token') return;
  link.record.token = token;
  if (resume) link.record.resume = resume;
  admit(server, link);
}

function answer(
  server: ServerState,
  link: Link,
  { event, data, id }: Extract<ClientMessage, { kind: 'message' }>,
): void {
  const { serverView } = link;
  if (serverView.is !== 'holding') return;
  const own = server.handlers.get(event);
  if (own === undefined && isAboutChannels(server, event))
    return answerChannels(server, link, serverView, { event, data, id });
  const handler = own ?? missingHandler(server, event);
  if (handler === undefined) return;
  const context: RequestContext = {
    connection: serverView.connection,
    emit: (...args) => emit(server, ...args),
  };
  const say = (said: FakeReply): void => {
    if (id !== null) reply(link, id, said);
  };
  answerRequest(handler, data, context, say, (parts) => {
    if (id === null) return;
    if (parts === null) link.streams.delete(id);
    else link.streams.set(id, parts);
  });
}

/** A server of the envelope has channels, unless it has handlers of these names. */
function isAboutChannels({ protocol }: ServerState, event: string): boolean {
  return protocol === envelopeServer && (event === 'join' || event === 'leave');
}

function answerChannels(
  server: ServerState,
  link: Link,
  { session, connection }: Extract<Link['serverView'], { is: 'holding' }>,
  { event, data, id }: Pick<Extract<ClientMessage, { kind: 'message' }>, 'event' | 'data' | 'id'>,
): void {
  const say = (said: FakeReply): void => {
    if (id !== null) reply(link, id, said);
  };
  if (event === 'join') join(server, session, connection, data, say);
  if (event === 'leave') leave(server, session, data, say);
}

/** A ping without a handler is one that the server leaves without an answer: the option `pong`. */
function missingHandler({ options }: ServerState, event: string): RequestHandler | undefined {
  if (options.rules !== 'protocol' || event === 'ping') return;
  return () => {
    throw Object.assign(new Error(`The server has no handler for "${event}".`), { id: 'unknown' });
  };
}

function reply(link: Link, id: number | string, said: FakeReply): void {
  if (link.codec !== null && isWritable(link)) write(link, link.codec.reply(id, said));
}
