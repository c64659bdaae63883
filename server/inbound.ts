/** What one client sends: read, limited, validated, and passed to its handler, one after another. */
import type { StandardSchemaV1 } from '../src/types.ts';
import { type CloseCode, closeCodes } from './close-codes.ts';
import { type ClientFrame, failed, type Reply, readFrame, replyFrame } from './frames.ts';
import { HubError } from './hub-error.ts';
import { countNames } from './join-message.ts';
import type { Memberships } from './memberships.ts';
import type { Progress } from './position.ts';
import { BURST_SECONDS, createRateLimit } from './rate-limit.ts';
import type { DroppedMessage, HubLogger, HubSession, MessageContext } from './types.ts';

/** A message or request of a client, with the data that its schema returned. */
export type Handler = (data: unknown, session: HubSession, context: MessageContext) => unknown;

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
  readonly progress: () => Progress | null;
  /** A token in a message. `accept` answers the message; a refused token closes the socket. */
  readonly onToken: (token: string, accept: () => void) => void;
  /** Another message than one with a token. */
  readonly onOther: () => void;
  readonly onDropped: (why: DroppedMessage) => void;
  /** What `identify` returned, for the log. Undefined before it is known. */
  readonly identity: () => string | undefined;
}

/** What a session's messages are passed to. */
export interface Receiver {
  readonly session: HubSession;
  /** Undefined: the hub has no channels. */
  readonly memberships: Memberships | undefined;
}

export interface Inbound {
  receive(data: unknown, isBinary: boolean | undefined): void;
  /** The session is known: what was received before is handled now. */
  open(receiver: Receiver): void;
  stop(): void;
}

/** Frames of one client that may wait for handlers, in the largest ones that it may send. */
const MAX_WAITING_FRAMES = 16;

export function createInbound(parts: InboundParts): Inbound {
  const { handlers, frameBytes, messagesPerSecond, logger, clock, send, close, progress } = parts;
  const { onToken, onOther, onDropped, identity } = parts;
  const check = createRateLimit(messagesPerSecond, clock);
  let receiver: Receiver | undefined;
  let waiting: ClientFrame[] = [];
  let waitingLength = 0;
  let isHandling = false;
  let isStopped = false;
  let isDropping = false;

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

  /** Said once for each row of them: a client that sends too much must not fill the log. */
  const drop = (frame: ClientFrame, why: DroppedMessage, words: string): void => {
    onDropped(why);
    if (!isDropping) logger.warn('Messages of a client are dropped.', { why, user: identity() });
    isDropping = true;
    reply(frame, failed(why, words));
  };

  const answer = async (frame: ClientFrame, { session }: Receiver): Promise<Reply> => {
    const { event, channel } = frame;
    try {
      if (channel !== undefined && !session.channels.includes(channel))
        return failed('not-joined', 'Join the channel first.');
      const request = own(handlers.requests, event);
      const handler = request ?? own(handlers.messages, event);
      if (!handler) return failed('unknown', `The server has no handler for "${event}".`);
      const result = await handler(await validate(frame), session, { channel });
      return { status: 'OK', data: request ? result : undefined };
    } catch (thrown) {
      if (thrown instanceof HubError) return failed(thrown.id, thrown.message);
      // The client is told no details: they may be about the server.
      logger.error(`The handler of "${event}" failed.`, { error: describe(thrown) });
      return failed('failed', 'The request failed.');
    }
  };

  const handle = async (frame: ClientFrame, to: Receiver): Promise<void> => {
    const { event, data } = frame;
    if (to.memberships && (event === 'join' || event === 'leave'))
      return await to.memberships[event](data, (answered) => reply(frame, answered));
    reply(frame, await answer(frame, to));
  };

  /** One at a time: an answer may depend on the message before it. */
  const handleWaiting = async (): Promise<void> => {
    if (isHandling || receiver === undefined) return;
    isHandling = true;
    try {
      for (let frame = waiting.shift(); frame !== undefined && !isStopped; frame = waiting.shift()) {
        waitingLength -= frame.length;
        await handle(frame, receiver);
      }
    } finally {
      isHandling = false;
    }
  };

  const accept = (frame: ClientFrame): void => {
    // At once: a client that waits long for this answer takes its link for dead.
    if (frame.event === 'ping' && own(handlers.requests, 'ping') === undefined)
      return reply(frame, { status: 'OK', progress: progress() ?? undefined });
    if (frame.event === 'authenticate') {
      const { token } = Object(frame.data) as { readonly token?: unknown };
      return onToken(typeof token === 'string' ? token : '', () => reply(frame, { status: 'OK' }));
    }
    onOther();
    const isFull =
      waiting.length >= messagesPerSecond * BURST_SECONDS || waitingLength > frameBytes * MAX_WAITING_FRAMES;
    if (isFull) return drop(frame, 'busy', 'Too many messages are waiting. Send fewer, or later.');
    waiting.push(frame);
    waitingLength += frame.length;
    void handleWaiting();
  };

  /** A join costs the app a question for each name. One that costs more than a client can save up could never be sent. */
  const costOf = ({ event, data }: ClientFrame): number => {
    if (event !== 'join') return 0;
    const mostCost = Math.floor((messagesPerSecond * BURST_SECONDS) / 2) - 1;
    return Math.min(Math.ceil(countNames(data) / NAMES_PER_MESSAGE) - 1, mostCost);
  };

  return {
    receive(data, isBinary) {
      if (isStopped) return;
      if (isBinary === true) return close(closeCodes.malformed, 'Send text frames.');
      // Before it is made a text, which takes as much memory again.
      if (sizeOf(data) > frameBytes) return close(closeCodes.tooLarge, 'The frame is too large.');
      const rate = check();
      if (rate === 'close') {
        logger.warn('A client that sends too many messages is disconnected.', { user: identity() });
        return close(closeCodes.tooMany, 'Too many messages.');
      }
      const frame = readFrame(String(data));
      if (frame === null) return close(closeCodes.malformed, 'Send JSON objects with an event name.');
      const cost = costOf(frame);
      if (rate === 'refused' || (cost > 0 && check(cost) !== 'allowed'))
        return drop(frame, 'too-many-messages', `At most ${messagesPerSecond} messages a second.`);
      isDropping = false;
      accept(frame);
    },
    open(known) {
      receiver = known;
      void handleWaiting();
    },
    stop() {
      isStopped = true;
      waiting = [];
    },
  };
}

/** Names of a join that count as one message. */
const NAMES_PER_MESSAGE = 10;

/** In bytes: of a text, or of what `ws` and others pass on, a list of parts included. */
function sizeOf(data: unknown): number {
  if (typeof data === 'string') return Buffer.byteLength(data);
  if (Array.isArray(data)) return data.reduce((sum: number, part) => sum + sizeOf(part), 0);
  return (data as { readonly byteLength: number }).byteLength;
}

/** `toString` and the like are no handlers. */
function own<Value>(record: Readonly<Record<string, Value | undefined>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

export function describe(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
}
