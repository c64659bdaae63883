/** Is this the next event, an old one, or has something been missed? The session's numbers, and nothing else. */
import type { ResumePoint } from '../protocols/protocol.ts';
import type { IWebSocketEvent, MissedEvents } from '../types.ts';

/**
 * What to do with one event: hand it on (after `missed`, if there is one), drop it as already seen, or keep it back and
 * ask the server for what is missing before it.
 */
export type SequenceVerdict =
  | {
      readonly missed?: MissedEvents | undefined;
      /** Kept back until now: handed on between the two. */
      readonly before?: IWebSocketEvent | undefined;
    }
  | 'drop'
  | 'resume';

export interface SequenceTracker {
  /** From `hello`, in this session. */
  readonly connectionId: string | null;
  judge(event: IWebSocketEvent): SequenceVerdict;
  /** A hello: the start of a session, or the word that the old one goes on. */
  greet(event: IWebSocketEvent, id: string | null): SequenceVerdict;
  /** Where the next link takes the session up; null: it starts a new one. */
  resumePoint(): ResumePoint | null;
  /** A link is open, to where that was. */
  opened(): void;
  /** A hello came that can't be read. After a loss it may be that of a new session: the next number shows. */
  greetedUnreadably(): void;
  /** The link may be used. Answers with a notice where waiting for the first frame would tell no more. */
  connected(): MissedEvents | null;
  /** The link ended at once, without a word: the server may not know the session. `torn`: without a close frame. */
  closedAtOnce(how: 'closed' | 'torn'): void;
  /** The link is gone: what comes next may have a hole before it. */
  linkLost(): void;
  /** The session ends, as asked: its id and numbers are forgotten. */
  endSession(): void;
}

const delivered: SequenceVerdict = {};

/** In the place of a greeting that can't be read. */
const unreadable: IWebSocketEvent = { event: 'hello', data: null, seq: -1 };

/**
 * When resumes that brought nothing are enough: then the server does not have what it was asked for, and a new session
 * begins. A torn link may be the network's doing, so it counts less.
 */
const MAX_FRUITLESS = 10;
const fruitlessness = { gap: 5, closed: 5, torn: 2 } as const;

/** After so many gaps with nothing between them the server just counts that way: told, and delivered. */
const MAX_BARREN_GAPS = 3;

export function createSequenceTracker(): SequenceTracker {
  let connectionId: string | null = null;
  /** Of the session that the last accepted event was in: a notice names it. */
  let previousId: string | null = null;
  /** The number that the next event must have; null where it can't be known. */
  let expected: number | null = null;
  /**
   * The notice that is due. `unknown`: the link broke, and what comes may still prove that nothing is missing.
   * `new-session`: the session was ended or given up, so whatever comes is another one.
   */
  let due: 'unknown' | 'new-session' | undefined;
  /** Whether anything was accepted since the link was connected; undefined before there was one: it can't be lost. */
  let isHeard: boolean | undefined;
  /** A greeting with the known id that seems to count anew: the next number shows whether it does. */
  let greeting: IWebSocketEvent | undefined;
  /** Whether this link has still to bring what it was opened for. */
  let isFruitless = false;
  let fruitless = 0;
  /** Gaps in a row with no event between them, over all links and sessions. */
  let barrenGaps = 0;

  const notice = (reason: MissedEvents['reason'], seq: number): MissedEvents => ({
    reason,
    expected,
    received: seq < 0 ? null : seq,
    count: reason === 'gap' ? seq - Number(expected) : null,
    previousConnectionId: previousId,
    connectionId,
  });

  /** From here on the numbers are those of this event's session. */
  const accept = (
    event: IWebSocketEvent,
    reason?: MissedEvents['reason'],
    before?: IWebSocketEvent,
  ): SequenceVerdict => {
    const missed = reason && notice(reason, (before ?? event).seq);
    previousId = connectionId;
    expected = null;
    due = undefined;
    isHeard = true;
    greeting = undefined;
    if (event.seq >= 0) {
      expected = event.seq + 1;
      isFruitless = false;
      fruitless = 0;
    }
    return missed ? { missed, before } : delivered;
  };

  /** The session could not be taken up. Asking for ever would be a loop that the server drives. */
  const fail = (how: keyof typeof fruitlessness): void => {
    if (!isFruitless) return;
    isFruitless = false;
    fruitless += fruitlessness[how];
    if (fruitless < MAX_FRUITLESS) return;
    fruitless = 0;
    connectionId = null;
    due = 'new-session';
  };

  const resumePoint = (): ResumePoint | null =>
    connectionId !== null && expected !== null ? { connectionId, nextSeq: expected } : null;

  const judge = (event: IWebSocketEvent): SequenceVerdict => {
    const { seq } = event;
    if (expected === null || due === 'new-session') return accept(event, due);
    // Not numbered, in a session that numbers: it says nothing about a hole, either way.
    if (seq < 0) return delivered;
    if (seq === expected) {
      barrenGaps = 0;
      return accept(event);
    }
    if (seq < expected) return judgeLower(event);
    if (!resumePoint() || barrenGaps === MAX_BARREN_GAPS) return accept(event, 'gap');
    barrenGaps += 1;
    fail('gap');
    return 'resume';
  };

  /** Lower than expected: seen already, unless the server counts anew since it greeted. */
  const judgeLower = (event: IWebSocketEvent): SequenceVerdict => {
    const hello = greeting;
    if (!hello) return 'drop';
    // Without a number in the greeting the first one is 0 or 1.
    const isNumbered = hello.seq >= 0;
    if (isNumbered ? event.seq !== hello.seq + 1 : event.seq > 1) return 'drop';
    if (hello !== unreadable) return accept(event, 'sequence-reset', isNumbered ? hello : undefined);
    connectionId = null;
    return accept(event, 'new-session');
  };

  const linkLost = (): void => {
    if (isHeard !== undefined) due ??= 'unknown';
  };

  return {
    get connectionId() {
      return connectionId;
    },
    judge,
    greet(event, id) {
      if (id === null && connectionId !== null && !due) return judge(event);
      connectionId = id;
      if (id !== previousId || due === 'new-session')
        return accept(event, previousId === null && !due ? undefined : 'new-session');
      // Some servers greet every link. Whether this one counts anew as well is told by the number of its next event.
      if (expected === null || event.seq >= expected) return judge(event);
      greeting = event;
      return event.seq < 0 ? delivered : 'drop';
    },
    resumePoint,
    opened() {
      greeting = undefined;
      isFruitless = resumePoint() !== null;
    },
    greetedUnreadably() {
      if (due && connectionId !== null) greeting = unreadable;
    },
    connected() {
      // A server with ids will greet, and say more.
      const missed = due && isHeard && previousId === null ? notice(due, -1) : null;
      isHeard = false;
      if (missed) {
        due = undefined;
        expected = null;
      }
      return missed;
    },
    closedAtOnce: fail,
    linkLost,
    endSession() {
      linkLost();
      if (due) due = 'new-session';
      if (previousId !== null) isHeard = false;
      connectionId = null;
      previousId = null;
      expected = null;
      greeting = undefined;
      fruitless = 0;
      barrenGaps = 0;
    },
  };
}
