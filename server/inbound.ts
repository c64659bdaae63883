/** What one client sends: read, limited, validated, and passed to its handler, one after another. */
import type { StandardSchemaV1 } from '../src/types.ts';
import { closeCodes } from './close-codes.ts';
import { type ClientFrame, failed, type Reply, readFrame, replyFrame } from './frames.ts';
import { HubError } from './hub-error.ts';
import { countNames } from './join-message.ts';
import type { Link } from './link.ts';
import type { Memberships } from './memberships.ts';
import type { Progress } from './position.ts';
import { BURST_SECONDS, createRateLimit, type RateLimit } from './rate-limit.ts';
import type { DroppedMessage, HubLimits, HubLogger, HubSession, MessageContext } from './types.ts';

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
  readonly limits: Pick<Required<HubLimits>, 'frameBytes' | 'messagesPerSecond'>;
  readonly hasChannels: boolean;
  readonly logger: HubLogger;
  readonly clock: () => number;
  readonly onDropped: (why: DroppedMessage) => void;
}

/** The socket that the messages came over. */
export interface InboundLink extends Link {
  /** What `identify` returned, for the log. Undefined before it is known. */
  readonly identity: string | undefined;
  /** Up to where the client has everything: it is part of the answer to a ping. */
  progress(): Progress | null;
  /** A token in a message. `answer` answers the message. */
  onToken(token: string, answer: (reply: Reply) => void): void;
  /** Another message than one with a token. */
  onOther(): void;
}

/** What a session's messages are passed to. */
export interface Receiver {
  readonly session: HubSession;
  /** Undefined: the hub has no channels. */
  readonly memberships: Memberships | undefined;
}

/** A client joins and leaves many channels with one frame, of up to 60,000 bytes of names, and does not know `frameBytes`. */
const CHANNELS_FRAME_BYTES = 65_536;

/** Frames of one client that may wait for handlers, in the largest ones that it may send. */
const MAX_WAITING_FRAMES = 16;

/** One for each client that sends, so a class: see `HeldSession`. */
export class Inbound {
  readonly #parts: InboundParts;
  readonly #link: InboundLink;
  readonly #check: RateLimit;
  #receiver: Receiver | undefined;
  /** Undefined before the first message to a handler: most clients only ping. */
  #waiting: ClientFrame[] | undefined;
  #waitingLength = 0;
  #isHandling = false;
  #isDropping = false;

  constructor(parts: InboundParts, link: InboundLink) {
    this.#parts = parts;
    this.#link = link;
    this.#check = createRateLimit(parts.limits.messagesPerSecond, parts.clock);
  }

  receive(data: unknown, isBinary: boolean | undefined): void {
    const { limits, logger } = this.#parts;
    const link = this.#link;
    if (link.isOver) return;
    if (isBinary === true) return link.close(closeCodes.malformed, 'Send text frames.');
    // Before it is made a text, which takes as much memory again.
    const bytes = sizeOf(data);
    if (bytes > this.#mostBytes()) return this.#refuseSize();
    const rate = this.#check();
    if (rate === 'close') {
      logger.warn('A client that sends too many messages is disconnected.', { user: link.identity });
      return link.close(closeCodes.tooMany, 'Too many messages.');
    }
    const frame = readFrame(String(data));
    if (frame === null) return link.close(closeCodes.malformed, 'Send JSON objects with an event name.');
    if (bytes > limits.frameBytes && !isAboutChannels(frame)) return this.#refuseSize();
    const cost = costOf(frame, limits.messagesPerSecond);
    if (rate === 'refused' || (cost > 0 && this.#check(cost) !== 'allowed'))
      return this.#drop(frame, 'too-many-messages', `At most ${limits.messagesPerSecond} messages a second.`);
    this.#isDropping = false;
    this.#accept(frame);
  }

  /** The session is known: what was received before is handled now. */
  open(receiver: Receiver): void {
    this.#receiver = receiver;
    void this.#handleWaiting();
  }

  #mostBytes(): number {
    const { limits, hasChannels } = this.#parts;
    return hasChannels ? Math.max(limits.frameBytes, CHANNELS_FRAME_BYTES) : limits.frameBytes;
  }

  #refuseSize(): void {
    this.#link.close(closeCodes.tooLarge, 'The frame is too large.');
  }

  #accept(frame: ClientFrame): void {
    const { handlers, limits } = this.#parts;
    const link = this.#link;
    // At once: a client that waits long for this answer takes its link for dead.
    if (frame.event === 'ping' && own(handlers.requests, 'ping') === undefined)
      return this.#reply(frame, { status: 'OK', progress: link.progress() ?? undefined });
    if (frame.event === 'authenticate') {
      const { token } = Object(frame.data) as { readonly token?: unknown };
      return link.onToken(typeof token === 'string' ? token : '', (reply) => this.#reply(frame, reply));
    }
    link.onOther();
    this.#waiting ??= [];
    const isFull =
      this.#waiting.length >= limits.messagesPerSecond * BURST_SECONDS ||
      this.#waitingLength > this.#mostBytes() * MAX_WAITING_FRAMES;
    if (isFull) return this.#drop(frame, 'busy', 'Too many messages are waiting. Send fewer, or later.');
    this.#waiting.push(frame);
    this.#waitingLength += frame.length;
    void this.#handleWaiting();
  }

  /** Said once for each row of them: a client that sends too much must not fill the log. */
  #drop(frame: ClientFrame, why: DroppedMessage, words: string): void {
    const { logger, onDropped } = this.#parts;
    onDropped(why);
    if (!this.#isDropping)
      logger.warn('Messages of a client are dropped.', { why, user: this.#link.identity });
    this.#isDropping = true;
    this.#reply(frame, failed(why, words));
  }

  #reply({ seq, event }: ClientFrame, answer: Reply): void {
    const link = this.#link;
    if (seq === null || link.isOver) return;
    let text: string;
    try {
      text = replyFrame(seq, answer);
    } catch (thrown) {
      const error = describe(thrown);
      this.#parts.logger.error(`The reply to "${event}" can not be written as JSON.`, { error });
      text = replyFrame(seq, failed('failed', 'The request failed.'));
    }
    link.send(text);
    // Replies wait in the same buffer as events.
    if (link.isSlow()) link.cut();
  }

  /** One at a time: an answer may depend on the message before it. */
  async #handleWaiting(): Promise<void> {
    const receiver = this.#receiver;
    const waiting = this.#waiting;
    if (this.#isHandling || receiver === undefined || waiting === undefined) return;
    this.#isHandling = true;
    try {
      while (!this.#link.isOver) {
        const frame = waiting.shift();
        if (frame === undefined) return;
        this.#waitingLength -= frame.length;
        await this.#handle(frame, receiver);
      }
    } finally {
      this.#isHandling = false;
    }
  }

  async #handle(frame: ClientFrame, receiver: Receiver): Promise<void> {
    const { event, data } = frame;
    if (event === 'join' || event === 'leave') {
      const { memberships } = receiver;
      if (memberships) return await memberships[event](data, (answered) => this.#reply(frame, answered));
    }
    this.#reply(frame, await this.#answer(frame, receiver));
  }

  async #answer(frame: ClientFrame, { session }: Receiver): Promise<Reply> {
    const { handlers, logger } = this.#parts;
    const { event, channel } = frame;
    try {
      if (channel !== undefined && !session.channels.includes(channel))
        return failed('not-joined', 'Join the channel first.');
      const request = own(handlers.requests, event);
      const handler = request ?? own(handlers.messages, event);
      if (!handler) return failed('unknown', `The server has no handler for "${event}".`);
      const result = await handler(await validated(handlers, frame), session, { channel });
      return { status: 'OK', data: request ? result : undefined };
    } catch (thrown) {
      if (thrown instanceof HubError) return failed(thrown.id, thrown.message);
      // The client is told no details: they may be about the server.
      logger.error(`The handler of "${event}" failed.`, { error: describe(thrown) });
      return failed('failed', 'The request failed.');
    }
  }
}

/** The data of a frame, as its schema returns it. Throws where it is not of that form. */
async function validated({ schemas }: Handlers, { event, data }: ClientFrame): Promise<unknown> {
  const schema = own(schemas, event);
  if (!schema) return data;
  const result = await schema['~standard'].validate(data);
  if (!result.issues) return result.value;
  const words = result.issues.map(({ message }) => String(message)).join('; ');
  throw new HubError({ id: 'invalid-data', message: words });
}

function isAboutChannels({ event }: ClientFrame): boolean {
  return event === 'join' || event === 'leave';
}

/** A join costs the app a question for each name. One that costs more than a client can save up could never be sent. */
function costOf({ event, data }: ClientFrame, messagesPerSecond: number): number {
  if (event !== 'join') return 0;
  const mostCost = Math.floor((messagesPerSecond * BURST_SECONDS) / 2) - 1;
  return Math.min(Math.ceil(countNames(data) / NAMES_PER_MESSAGE) - 1, mostCost);
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
