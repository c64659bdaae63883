/** Sends joins and leaves over the link that there is, and matches their answers. */
import { describeThrown, failure, WebSocketServiceError } from '../../errors.ts';
import type { ChannelMessage, JoinResult, JoinWish } from '../../protocols/envelope-channels.ts';
import type { ReplyResult } from '../../protocols/protocol.ts';
import { inAct } from '../../transport/act.ts';
import { utf8Length } from '../../utf8-length.ts';
import type { Connection } from '../connection.ts';
import { encodeMessage, sendFrames } from '../outbound/outgoing-frames.ts';
import type { ChannelEvent } from './membership.ts';
import { type ChannelWire, mayShare } from './wire.ts';

export interface Asks {
  /** Sends as few messages as the wire allows. No wire: nothing is due. */
  join(wire: ChannelWire | undefined, wishes: readonly JoinWish[]): void;
  leave(wire: ChannelWire | undefined, names: readonly string[]): void;
  /** The server has replied to the message with this id, so it has received every message before it. */
  replied(id: number, result: ReplyResult, wire: ChannelWire | undefined): void;
  /** Whether the last message about the channel on this link, if it needs no answer, has surely reached the server. */
  wasReceived(name: string): 'surely' | 'perhaps';
  /** No answer will come any more: the link was closed with `code`. */
  linkLost(code: number | null): void;
}

export interface AskParts {
  readonly change: (name: string, event: ChannelEvent) => void;
  readonly onJoinResult: (name: string, ask: number, result: JoinResult) => void;
  /** Whether the answer to this join of the channel counts. */
  readonly isAwaited: (name: string, ask: number) => boolean;
}

interface Pending {
  readonly names: readonly string[];
  readonly message: 'join' | 'leave';
  readonly timer: ReturnType<typeof setTimeout>;
}

/** A message that is not answered. */
interface Unanswered {
  readonly id: number;
  readonly message: 'join' | 'leave';
  /** Of the uptime clock. */
  readonly sentAtMs: number;
}

/** RFC 6455, 7.4.1. */
const MESSAGE_TOO_BIG = 1009;

/** What the names in one message may take, once a server has closed a link because a message was too large for it. */
const CAREFUL_BYTES = 900;

export function createAsks(connection: Connection, { change, onJoinResult, isAwaited }: AskParts): Asks {
  const { reporter, traffic, nextId, runInTurn } = connection;
  const pending = new Map<number, Pending>();
  const unanswered = new Map<string, Unanswered>();
  let receivedUpTo = 0;
  /** What the names in one message may take, if that is less than the wire allows. */
  let mostBytes = Number.POSITIVE_INFINITY;

  const isReceived = ({ id, sentAtMs }: Unanswered): boolean => {
    const { requestTimeout = 0 } = connection.active().config ?? {};
    // A link that has lived on for so long would have been found dead.
    return id <= receivedUpTo || performance.now() - sentAtMs > requestTimeout;
  };

  /** Leaves that have arrived are over: otherwise all channels that were ever left would be kept. */
  const endLeaves = (): void => {
    for (const [name, sent] of unanswered) {
      if (!isReceived(sent) || sent.message === 'join') continue;
      unanswered.delete(name);
      change(name, { type: 'left', ask: sent.id });
    }
  };

  const onTimeout = (id: number, event: string, timeoutMs: number): void => {
    const { names = [], message } = pending.get(id) ?? {};
    // A late answer to a join counts.
    if (message === 'leave') pending.delete(id);
    const error = failure('request-timeout', { event, timeoutMs });
    for (const name of names)
      change(name, message === 'leave' ? { type: 'left', ask: id } : { type: 'failed', ask: id, error });
  };

  /** Registered before it is sent: the socket of a test may answer from inside send(). */
  const send = (
    about: 'join' | 'leave',
    names: readonly string[],
    write: () => ChannelMessage,
    answer: 'answered' | 'not-answered',
  ): void => {
    const { config } = connection.active();
    const { link, codec } = connection.attempt() ?? {};
    if (config === undefined || link === undefined || codec === undefined) return;
    const id = nextId();
    const written = writtenBy(write, names.length > 1 ? 'channels.many' : `channels.${about}`);
    if (written instanceof WebSocketServiceError) return fail(id, about, names, written);
    const { event, data } = written;
    const message = { kind: answer === 'answered' ? 'request' : 'send', event, data, id } as const;
    const isAnswered = answer === 'answered';
    for (const name of names) {
      if (about === 'leave') change(name, { type: 'leave-sent', ask: id });
      else change(name, { type: 'join-sent', ask: id, answer: isAnswered ? 'comes' : 'never' });
      if (isAnswered) unanswered.delete(name);
      else unanswered.set(name, { id, message: about, sentAtMs: performance.now() });
    }
    if (isAnswered) {
      const { requestTimeout } = config;
      const timer = setTimeout(
        inAct(() => runInTurn(() => onTimeout(id, event, requestTimeout))),
        requestTimeout,
      );
      pending.set(id, { names, message: about, timer });
    }
    try {
      const frames = encodeMessage(config.protocol, codec, message, reporter.clean);
      // A link that refuses them is about to be reported as lost.
      const outcome = sendFrames(link, frames, event, reporter.clean);
      if (outcome === 'sent') traffic.next({ type: outcome, event, data, id, channel: names });
    } catch (thrown) {
      fail(id, about, names, thrown as WebSocketServiceError);
    }
  };

  /** The functions of the option `channels` are the app's: they may throw, and return anything. */
  const writtenBy = (write: () => ChannelMessage, option: string): ChannelMessage | WebSocketServiceError => {
    try {
      return Object(write()) as ChannelMessage;
    } catch (thrown) {
      return thrown instanceof WebSocketServiceError
        ? thrown
        : failure('handler-failed/threw', {
            what: `The option ${option}`,
            words: reporter.clean(describeThrown(thrown)),
          });
    }
  };

  /** It could not be written, so the server has not got it. */
  const fail = (
    id: number,
    about: 'join' | 'leave',
    names: readonly string[],
    error: WebSocketServiceError,
  ): void => {
    clearTimeout(pending.get(id)?.timer);
    pending.delete(id);
    reporter.error(error);
    for (const name of names) {
      unanswered.delete(name);
      if (about === 'leave') {
        change(name, { type: 'leave-sent', ask: id });
        change(name, { type: 'left', ask: id });
      } else {
        change(name, { type: 'join-sent', ask: id, answer: 'comes' });
        change(name, { type: 'refused', ask: id, error });
      }
    }
  };

  const join = (wire: ChannelWire, wishes: readonly JoinWish[]): void => {
    const write = (): ChannelMessage => {
      // A server would end the link, again and again.
      if (wishes.length === 1 && sizeOf(wishes[0], wire) > wire.maxBytes)
        throw failure('too-large', { event: 'join', limitBytes: wire.maxBytes });
      return wire.join(wishes);
    };
    send(
      'join',
      wishes.map(({ name }) => name),
      write,
      wire.joins,
    );
  };

  return {
    join(wire, wishes) {
      if (wire === undefined) return;
      const shared = wishes.filter(({ from }) => mayShare(from, wire));
      for (const some of chunks(shared, wire, mostBytes)) join(wire, some);
      for (const wish of wishes) if (!mayShare(wish.from, wire)) join(wire, [wish]);
    },
    leave(wire, names) {
      if (wire === undefined) return;
      endLeaves();
      for (const some of wire.sharesLeaves ? chunks(names, wire, mostBytes) : names.map((name) => [name]))
        send('leave', some, () => wire.leave(some), wire.leaves);
    },
    replied(id, result, wire) {
      receivedUpTo = Math.max(receivedUpTo, id);
      if (unanswered.size > 0) endLeaves();
      const asked = pending.get(id);
      if (asked === undefined || wire === undefined) return;
      pending.delete(id);
      clearTimeout(asked.timer);
      const { names, message } = asked;
      if (message === 'leave') {
        for (const name of names) change(name, { type: 'left', ask: id });
        return;
      }
      const results = wire.results(names, result);
      if (results === 'one-by-one') {
        for (const name of names) if (isAwaited(name, id)) join(wire, [{ name, from: undefined }]);
        return;
      }
      for (const [index, name] of names.entries()) {
        const one = results[index];
        if (one) onJoinResult(name, id, one);
      }
    },
    wasReceived(name) {
      const sent = unanswered.get(name);
      return sent !== undefined && isReceived(sent) ? 'surely' : 'perhaps';
    },
    linkLost(code) {
      // It may have been a join. All of them are sent again, and would end the next link too, which is the last one then.
      if (code === MESSAGE_TOO_BIG) mostBytes = CAREFUL_BYTES;
      for (const { timer } of pending.values()) clearTimeout(timer);
      pending.clear();
      unanswered.clear();
      receivedUpTo = 0;
    },
  };
}

function sizeOf(item: unknown, { maxBytes }: ChannelWire): number {
  return Number.isFinite(maxBytes) ? utf8Length(JSON.stringify(item)) + 1 : 0;
}

/** Splits what does not fit into one message. */
function chunks<Item>(items: readonly Item[], wire: ChannelWire, mostBytes: number): readonly Item[][] {
  const { maxNames } = wire;
  const maxBytes = Math.min(wire.maxBytes, mostBytes);
  const all: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item, wire);
    bytes += size;
    const last = all.at(-1);
    if (last && last.length < maxNames && bytes <= maxBytes) last.push(item);
    else {
      all.push([item]);
      bytes = size;
    }
  }
  return all;
}
