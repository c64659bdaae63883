/** One socket, from its handshake to its end: who is it, which session, then entries out and messages in. */
import { type CloseCode, closeCodes } from './close-codes.ts';
import { failed, type Reply } from './frames.ts';
import { isAllowedOrigin, readHandshake } from './handshake.ts';
import type { HeldSession, RecordFate } from './held-session.ts';
import { type Authenticate, createIdentification, type Identification } from './identification.ts';
import { describe, Inbound, type InboundLink, type InboundParts } from './inbound.ts';
import { SocketSession, type SocketSessionParts } from './open-session.ts';
import type { Progress } from './position.ts';
import { type Corkable, type Holding, streamOf, type Turn } from './turn.ts';
import type { HubLimits, HubRequest, HubSocket } from './types.ts';

/** What all sockets of a hub use. */
export interface SocketParts extends SocketSessionParts, InboundParts {
  readonly limits: Required<HubLimits>;
  readonly turn: Turn;
  readonly origins: readonly string[] | undefined;
  readonly tokenIn: 'handshake' | 'message';
  readonly authenticate: Authenticate;
  /** Called once, with the code if the hub closed the socket. */
  readonly onClosed: (socket: OpenSocket, code: CloseCode | null) => void;
}

/** What is needed until it is sure who the client is. A request takes more memory than all the rest of a socket. */
interface Door {
  readonly request: HubRequest;
  readonly identification: Identification;
  /** Ends with the socket. */
  readonly lifetime: AbortController;
  readonly hasToken: boolean;
  /** How often the socket was pinged meanwhile. */
  pings: number;
}

/** One for each client, so a class: see `HeldSession`. */
export class OpenSocket implements InboundLink, Holding {
  readonly #socket: HubSocket;
  readonly #parts: SocketParts;
  readonly #stream: Corkable | undefined;
  readonly #session: SocketSession;
  /** Undefined before the first message. */
  #inbound: Inbound | undefined;
  #door: Door | undefined;
  /** Who the socket was opened for. */
  #identity: string | undefined;
  /** The text of the ping that was not answered yet. */
  #unanswered: string | undefined;
  #phase: 'opening' | 'open' | 'over' = 'opening';
  #isHeldBack = false;

  constructor(socket: HubSocket, request: HubRequest, parts: SocketParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#stream = streamOf(request);
    this.#session = new SocketSession(parts, this);
    this.#listen();
    this.#start(request);
  }

  get isOver(): boolean {
    return this.#phase === 'over';
  }

  /** The session, for as long as this socket holds it. */
  get held(): HeldSession | undefined {
    return this.#session.held;
  }

  get identity(): string | undefined {
    return this.#identity;
  }

  send(text: string): void {
    if (this.#stream && !this.#isHeldBack) {
      this.#isHeldBack = true;
      this.#stream.cork();
      this.#parts.turn.hold(this);
    }
    this.#socket.send(text);
    if (this.#stream) this.#parts.turn.add(text.length);
  }

  release(): void {
    if (!this.#isHeldBack) return;
    this.#isHeldBack = false;
    this.#stream?.uncork();
  }

  isSlow(): boolean {
    if (!this.#hasMuchWaiting()) return false;
    // The client is not blamed for what is held back here.
    this.release();
    return this.#hasMuchWaiting();
  }

  /** It does nothing afterwards. */
  close(code: CloseCode, reason: string, fate?: RecordFate): void {
    this.#end(code, fate);
    this.#socket.close(code, reason);
  }

  cut(): void {
    this.#end(null);
    if (this.#socket.terminate) this.#socket.terminate();
    else this.#socket.close(closeCodes.restarting, '');
  }

  /** `text` can't be guessed. A client that has not answered the ping before is cut. */
  ping(text: string): void {
    if (this.isOver) return;
    if (this.#door) this.#door.pings += 1;
    // A token that follows the handshake comes with the first message. It had the time of a ping for that.
    if (this.#door && this.#door.pings > 1) this.#leaveDoor();
    if (!this.#socket.ping) return;
    if (this.#unanswered !== undefined) return this.cut();
    this.#unanswered = text;
    this.#socket.ping(text);
  }

  progress(): Progress | null {
    return this.#session.progress();
  }

  onToken(token: string, answer: (reply: Reply) => void): void {
    const door = this.#door;
    const accept = (): void => answer({ status: 'OK' });
    if (door === undefined)
      answer(failed('late', 'A token is part of the handshake, or of the first message.'));
    else if (this.#identity === undefined) door.identification.onToken(token, accept);
    else void this.#checkToken(token, door, accept);
  }

  onOther(): void {
    this.#door?.identification.onOther();
    this.#leaveDoor();
  }

  /** By itself: what these functions share is kept for as long as the socket. */
  #listen(): void {
    const socket = this.#socket;
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('close', () => this.#end(null));
    // `close` follows. Without a listener, `ws` would throw.
    socket.on('error', ignore);
    socket.on('pong', (data) => {
      // A client that reads nothing can send pongs, too. Sockets that do not pass on the text are trusted.
      if (data === undefined || String(data) === this.#unanswered) this.#unanswered = undefined;
    });
  }

  #start(request: HubRequest): void {
    const { authenticate, tokenIn, logger } = this.#parts;
    const { token, resume } = readHandshake(request);
    const lifetime = new AbortController();
    const identification = createIdentification({
      ...{ authenticate, request, token, tokenIn },
      lifetime: lifetime.signal,
    });
    this.#door = { request, identification, lifetime, hasToken: token !== undefined, pings: 0 };
    // A microtask later: `onClosed` gets a socket that the hub knows.
    Promise.resolve()
      .then(() => this.#welcome(request, identification, resume))
      .catch((thrown) => {
        const error = describe(thrown);
        logger.warn('A session can not be opened: the log can not be reached, or channels.join failed.', {
          error,
        });
        this.close(closeCodes.unavailable, 'Come back later.');
      });
  }

  #receive(data: unknown, isBinary: boolean | undefined): void {
    if (this.isOver) return;
    if (this.#inbound === undefined) {
      this.#inbound = new Inbound(this.#parts, this);
      if (this.#phase === 'open') this.#inbound.open(this.#session);
    }
    this.#inbound.receive(data, isBinary);
  }

  #hasMuchWaiting(): boolean {
    return (this.#socket.bufferedAmount ?? 0) > this.#parts.limits.slowBytes;
  }

  #end(code: CloseCode | null, fate: RecordFate = 'kept'): void {
    if (this.isOver) return;
    this.#phase = 'over';
    this.release();
    this.#door?.lifetime.abort();
    this.#door = undefined;
    this.#session.end(fate);
    this.#parts.onClosed(this, code);
  }

  /** It is known who the client is, and no other token of it can follow. */
  #leaveDoor(): void {
    if (this.#phase === 'open') this.#door = undefined;
  }

  async #welcome(
    request: HubRequest,
    identification: Identification,
    resume: ReturnType<typeof readHandshake>['resume'],
  ): Promise<void> {
    const { origins, space } = this.#parts;
    if (!isAllowedOrigin(request, origins))
      return this.close(closeCodes.forbidden, 'This origin may not connect.');
    const found = await identification.find();
    if (this.isOver) return;
    // The client keeps its token and comes back: an outage must not sign it out.
    if (found === 'failed') return this.close(closeCodes.unavailable, 'Come back later.');
    if (found === null) return this.close(closeCodes.unauthorized, 'Not signed in.');
    this.#identity = found.identity;
    await space.started();
    const opened = await this.#session.open({ ...found, resume });
    if (opened === null || this.isOver) return;
    this.#phase = 'open';
    if (this.#door?.hasToken) this.#leaveDoor();
    this.#inbound?.open(this.#session);
  }

  /** A token, though it is known who the client is: it has to be that one's. */
  async #checkToken(token: string, { request, lifetime }: Door, accept: () => void): Promise<void> {
    const found = await this.#parts.authenticate(token, request, lifetime.signal);
    if (this.isOver) return;
    if (found === 'failed') return this.close(closeCodes.unavailable, 'Come back later.');
    if (found?.identity === this.#identity) return accept();
    if (found !== null)
      this.#parts.logger.error(
        'A client has sent its token after it was let in without one, as another user. Set tokenIn to "message".',
      );
    this.close(closeCodes.unauthorized, 'Not signed in.');
  }
}

function ignore(): void {}
