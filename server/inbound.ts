/** What one client sends: read, limited, validated, and passed to its handler, one after another. */
import type { StandardSchemaV1 } from '../src/types.ts';
import { type CloseCode, closeCodes } from './close-codes.ts';
import { type ClientFrame, type Reply, readFrame, replyFrame } from './frames.ts';
import { HubError } from './hub-error.ts';
import { createRateLimit } from './rate-limit.ts';
import type { HubLogger, HubSession, Position } from './types.ts';

/** A message or request of a client, with the data that its schema returned. */
export type Handler = (data: unknown, session: HubSession) => unknown;

/** What the app does with what clients send. */
export interface Handlers {
  readonly requests: Readonly<Record<string, Handler | undefined>>;
  readonly messages: Readonly<Record<string, Handler | undefined>>;
  readonly schemas: Readonly<Record<string, StandardSchemaV1 | undefined>>;
}

export interface InboundParts {
  readonly handlers: Handlers;
  readonly frameBytes: number;
  readonly messagesPerSecond: number;
  readonly logger: HubLogger;
  readonly clock: () => number;
  readonly send: (text: string) => void;
  readonly close: (code: CloseCode, reason: string) => void;
  /** Up to where the client has everything: it is part of the answer to a ping. */
  readonly position: () => Position | null;
  /** A token in the first message. */
  readonly onToken: (token: string) => void;
}

export interface Inbound {
  receive(data: unknown, isBinary: boolean | undefined): void;
  /** The session is known: what was received before is handled now. */
  open(session: HubSession): void;
  stop(): void;
}

/** Messages of one client that may wait for handlers, in seconds of `messagesPerSecond`. */
const MAX_WAITING_SECONDS = 10;

const failed = (id: string, message: string): Reply => ({ status: 'FAIL', error: { id, message } });

export function createInbound(parts: InboundParts): Inbound {
  const { handlers, frameBytes, messagesPerSecond, logger, clock, send, close, position, onToken } = parts;
  const check = createRateLimit(messagesPerSecond, clock);
  let session: HubSession | undefined;
  let waiting: ClientFrame[] = [];
  let isHandling = false;
  let isStopped = false;

  const reply = ({ seq, event }: ClientFrame, answer: Reply): void => {
    if (seq === null || isStopped) return;
    let text: string;
    try {
      text = replyFrame(seq, answer);
    } catch (thrown) {
      logger.error(`The reply to "${event}" can not be written as JSON.`, { error: describe(thrown) });
      text = replyFrame(seq, failed('failed', 'The request failed.'));
    }
    send(text);
  };

  const validate = async (frame: ClientFrame): Promise<unknown> => {
    const schema = own(handlers.schemas, frame.event);
    if (!schema) return frame.data;
    const result = await schema['~standard'].validate(frame.data);
    if (!result.issues) return result.value;
    const words = result.issues.map(({ message }) => String(message)).join('; ');
    throw new HubError({ id: 'invalid-data', message: words });
  };

  const answer = async (frame: ClientFrame, to: HubSession): Promise<Reply> => {
    const { event } = frame;
    try {
      const request = own(handlers.requests, event);
      const handler = request ?? own(handlers.messages, event);
      if (!handler) return failed('unknown', `The server has no handler for "${event}".`);
      const result = await handler(await validate(frame), to);
      return { status: 'OK', data: request ? result : undefined };
    } catch (thrown) {
      if (thrown instanceof HubError) return failed(thrown.id, thrown.message);
      // The client is told no details: they may be about the server.
      logger.error(`The handler of "${event}" failed.`, { error: describe(thrown) });
      return failed('failed', 'The request failed.');
    }
  };

  /** One at a time: an answer may depend on the message before it. */
  const handleWaiting = async (): Promise<void> => {
    if (isHandling || session === undefined) return;
    isHandling = true;
    try {
      for (let frame = waiting.shift(); frame !== undefined && !isStopped; frame = waiting.shift())
        reply(frame, await answer(frame, session));
    } finally {
      isHandling = false;
    }
  };

  const accept = (frame: ClientFrame): void => {
    // At once: a client that waits long for this answer takes its link for dead.
    if (frame.event === 'ping' && own(handlers.requests, 'ping') === undefined)
      return reply(frame, { status: 'OK', position: position() ?? undefined });
    if (frame.event === 'authenticate' && session === undefined) {
      const { token } = (frame.data ?? {}) as { readonly token?: unknown };
      reply(frame, { status: 'OK' });
      return onToken(typeof token === 'string' ? token : '');
    }
    if (waiting.length >= messagesPerSecond * MAX_WAITING_SECONDS)
      return reply(frame, failed('busy', 'Too many messages are waiting. Send fewer, or later.'));
    waiting.push(frame);
    void handleWaiting();
  };

  return {
    receive(data, isBinary) {
      if (isStopped) return;
      if (isBinary === true) return close(closeCodes.malformed, 'Send text frames.');
      const text = typeof data === 'string' ? data : String(data);
      if (Buffer.byteLength(text) > frameBytes) return close(closeCodes.tooLarge, 'The frame is too large.');
      const rate = check();
      if (rate === 'close') return close(closeCodes.tooMany, 'Too many messages.');
      const frame = readFrame(text);
      if (frame === null) return close(closeCodes.malformed, 'Send JSON objects with an event name.');
      if (rate === 'refused')
        return reply(frame, failed('too-many-messages', `At most ${messagesPerSecond} messages a second.`));
      accept(frame);
    },
    open(known) {
      session = known;
      void handleWaiting();
    },
    stop() {
      isStopped = true;
      waiting = [];
    },
  };
}

/** `toString` and the like are no handlers. */
function own<Value>(record: Readonly<Record<string, Value | undefined>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

export function describe(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
}
