/** Reads one link: decides everything about the link that its frames say, and passes their content on to the inbox. */
import { type OwnCode, ownCodes } from '../../connection/states.ts';
import type {
  AttemptTarget,
  Decoded,
  InboundFrame,
  LinkCodec,
  LinkContext,
  PayloadProblem,
  Protocol,
} from '../../protocols/protocol.ts';
import type { Link, SocketClose } from '../../transport/open-socket.ts';
import type { Plugs } from '../connection.ts';
import type { Inbox, ValidFrame } from '../inbound/inbox.ts';
import type { LifecycleRunner } from '../lifecycle-runner.ts';
import type { Links } from '../links.ts';
import { type Heartbeat, type HeartbeatParts, startHeartbeat } from './heartbeat.ts';
import { acquitPings } from './known-server.ts';
import { openCodec, type ProtocolMemory } from './open-codec.ts';
import { check, lengthOf, readFrame } from './read-frame.ts';
import { watchSilence } from './silence-watch.ts';

/** What the readers of all links of a connection use. */
export interface ReaderParts extends HeartbeatParts {
  readonly lifecycle: LifecycleRunner;
  readonly inbox: Inbox;
  readonly links: Links;
  readonly memory: ProtocolMemory;
  readonly plugs: Plugs;
}

/** The link of an attempt, and how the attempt ends it. */
export interface LinkOfAttempt {
  readonly link: Link;
  readonly protocol: Protocol;
  readonly target: AttemptTarget;
  readonly facts: Pick<LinkContext, 'auth' | 'token' | 'resume' | 'signal'>;
  /** Gives up the link, on which nothing has arrived for `silentMs`. */
  readonly abandon: (code: OwnCode, reason: string, silentMs: number) => void;
  /** The server has ended the link, in words of the protocol. */
  readonly onClosed: (close: SocketClose) => void;
}

export interface LinkReader {
  readonly codec: LinkCodec;
  /** Call it inside `runInTurn`. */
  receive(frame: InboundFrame): void;
  /** The link was announced to the lifecycle. */
  begin(): void;
  probe(): void;
  /** The link was closed with this code. Returns what was sent just before. */
  onClosed(code: number): 'ping' | undefined;
  followConfig(): void;
  stop(): void;
}

/** After this many malformed frames in a row, the link is replaced. */
const MAX_MALFORMED_FRAMES = 10;

/** Opens the protocol on the link. Throws what the protocol throws. */
export function createLinkReader(
  { link, protocol, target, facts, abandon, onClosed }: LinkOfAttempt,
  parts: ReaderParts,
): LinkReader {
  const { active, lifecycle, links, sequence, inbox, memory, knownServer, reporter, runInTurn, nextId } =
    parts;
  /** What is said on a link that is given up does not count. */
  let isOver = false;
  let isReady = protocol.connectedOn !== 'hello';
  let heartbeat: Heartbeat | undefined;
  let malformedFrames = 0;
  let hasFrames = false;
  /** Whether it is known that the session goes on, or that it does not. */
  let isKnown = false;
  /** Messages of frames that held several, from `next` on. */
  let backlog: { readonly decoded: Decoded; readonly length: number }[] = [];
  let next = 0;

  const end = (code: OwnCode, reason: string, silentMs = 0): void => {
    isOver = true;
    abandon(code, reason, silentMs);
  };

  /**
   * Whether a missing answer may be late only, behind a large frame: the link has carried a frame, or the server replays what
   * was missed, which may begin with a large one. A link that is not connected without a frame has `connectTimeout` for it.
   */
  const mayBeSlow = (): boolean => hasFrames || (facts.resume !== null && protocol.connectedOn === 'open');

  const startPings = (): void => {
    if (isOver || codec.ping === undefined) return;
    heartbeat ??= startHeartbeat(link, codec, protocol.answersPings, parts, mayBeSlow, abandon);
  };

  /** A microtask later: a field may be read while React renders, when nothing may be reported. */
  const onPayloadProblem = ({ event, field }: PayloadProblem): void =>
    queueMicrotask(() => reporter.fail('invalid-payload/field', { event, field }));

  /** `length`: of its frame, or of its part of it. */
  const take = (decoded: Decoded, length: number): void => {
    const { config } = active;
    if (isOver || config === undefined || decoded.kind === 'unrecognised') return;
    if (decoded.kind === 'malformed') {
      malformedFrames += 1;
      if (decoded.reason === 'bad-hello') sequence.onUnreadableHello();
      if (malformedFrames === MAX_MALFORMED_FRAMES) end(ownCodes.badFrames, 'too many malformed frames');
      return;
    }
    malformedFrames = 0;
    hasFrames = true;
    if (decoded.kind !== 'event' || decoded.isPong) heed(decoded);
    // A server that refuses the token is not connected to us: such a frame is no proof of life.
    if (isOver) return;
    if (isReady) lifecycle.proveLife();
    if (decoded.kind === 'hello') startPings();
    if ('answer' in decoded && decoded.answer !== undefined) link.send(decoded.answer);
    if (inbox.accept(decoded, config, length) === 'resume') return end(ownCodes.gap, 'events are missing');
    if (!isReady || isKnown) return;
    isKnown = true;
    sequence.onFirstMessage();
    links.tell();
  };

  /** Does what the message says about the link itself. */
  const heed = (decoded: ValidFrame): void => {
    switch (decoded.kind) {
      case 'reply': {
        const id = Number(decoded.id);
        const isAnswer = heartbeat?.onAnswer(id, decoded.result.status) ?? false;
        sequence.onPosition(decoded.position);
        const { result } = decoded;
        if (result.status === 'ok') return;
        if (id === target.authId || (isAnswer && result.cause === 'unauthorized'))
          end(ownCodes.unauthorized, 'the server does not accept the token');
        return;
      }
      case 'pong':
        heartbeat?.onAnswer(decoded.id === null ? null : Number(decoded.id), 'ok');
        return sequence.onPosition(decoded.position);
      case 'event':
        heartbeat?.onAnswer(null, 'ok');
        return;
      case 'hello':
        isReady = true;
        if (decoded.resumed) sequence.onResumed(decoded.connectionId);
        return;
      case 'closed': {
        const { code, reason } = decoded;
        isOver = true;
        return onClosed({ code, reason, wasClean: true });
      }
      case 'channel-event':
      case 'missed':
      case 'ignored':
        return;
      default:
        decoded satisfies never;
    }
  };

  /** Each message of a frame is a task of its own, so that what a handler does takes effect before the next message. */
  const takeNext = (): void => {
    const message = backlog[next++];
    if (message !== undefined) take(message.decoded, message.length);
    if (next < backlog.length && !isOver) return runInTurn(takeNext);
    backlog = [];
    next = 0;
  };

  const receive = (frame: InboundFrame): void => {
    const { config } = active;
    if (isOver || config === undefined) return;
    const length = lengthOf(frame);
    const decoded = readFrame(frame, length, codec, config, reporter, knownServer, onPayloadProblem);
    const isIdle = backlog.length === 0;
    if (isIdle && 'kind' in decoded) return take(decoded, length ?? 0);
    const messages = [decoded].flat();
    const share = (length ?? 0) / messages.length;
    backlog = backlog.concat(messages.map((one) => ({ decoded: one, length: share })));
    if (isIdle) takeNext();
  };

  const silence = watchSilence(link, parts, mayBeSlow, end);

  const createContext = (): LinkContext => ({
    ...facts,
    subprotocol: link.subprotocol,
    nextId,
    remember: memory.remember,
    send(frame) {
      if (!isOver) link.send(frame);
    },
    receive(decoded) {
      runInTurn(() => {
        try {
          check(decoded);
        } catch (thrown) {
          return reporter.thrown("The protocol's receive", thrown);
        }
        take(decoded, 0);
      });
    },
    expectFrames(withinMs) {
      if (!isOver) silence.expect(withinMs);
    },
  });

  const stop = (): void => {
    isOver = true;
    heartbeat?.stop();
    silence.stop();
  };

  const codec = open();

  function open(): LinkCodec {
    try {
      return openCodec(protocol, createContext);
    } catch (thrown) {
      stop();
      throw thrown;
    }
  }

  return {
    codec,
    receive,
    begin() {
      if (isReady) startPings();
    },
    probe: () => heartbeat?.probe(),
    onClosed(code) {
      acquitPings(knownServer(), code);
      return heartbeat?.justSent();
    },
    followConfig() {
      silence.followConfig();
      heartbeat?.followConfig();
    },
    stop,
  };
}
