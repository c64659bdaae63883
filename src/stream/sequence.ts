/** Checks the numbers of a session: whether an event is the next one, was received before, or shows a gap. */
import type { ResumePoint } from '../protocols/protocol.ts';
import type { IWebSocketEvent, MissedEvents } from '../types.ts';

/**
 * What to do with an event: deliver it (after the notice `missed`, if there is one), drop it because it was received
 * before, or resume the session to get what is missing before it.
 */
export type SequenceVerdict =
  | {
      readonly missed?: MissedEvents | undefined;
      /** An event that was held back until now. Delivered between the two. */
      readonly before?: IWebSocketEvent | undefined;
    }
  | 'drop'
  | 'resume';

export interface SequenceTracker {
  /** The session's id from `hello`; null if there is none. */
  readonly connectionId: string | null;
  /** Whether the server numbers its events: it has done so in this session. */
  readonly isNumbered: boolean;
  /** Whether the link goes on with the session that it asked for. Undefined: its first message will show it. */
  readonly resumed: boolean | undefined;
  /** Whether it is not known yet if events are missing since the last link. */
  readonly isUncertain: boolean;
  /** Classifies an event by its number. */
  classify(event: IWebSocketEvent): SequenceVerdict;
  /** Classifies an event without a number of the session. */
  classifyUnnumbered(event: IWebSocketEvent): SequenceVerdict;
  /** Classifies a hello, which starts a session or continues the last one. Undefined: it brings no event. */
  onHello(event: IWebSocketEvent | undefined, id: string | null): SequenceVerdict;
  /** The server says that it sends everything after the resume point. Call it before the link is connected. */
  onResumed(id: string | null): void;
  /** The server says how far its log goes. Everything up to there was received. */
  onPosition(position: string | undefined): void;
  /** Where the next link resumes the session; null: it starts a new one. */
  resumePoint(): ResumePoint | null;
  /** A link has opened with the last resume point. */
  onOpen(): void;
  /** The first message of a link was accepted. If it began no other session, the server goes on with the last one. */
  onFirstMessage(): void;
  /** A hello could not be read. After a loss it may start a new session: the next number shows whether it does. */
  onUnreadableHello(): void;
  /** The link can be used. Returns a notice if events may be missing and no later frame will show it. */
  onConnected(): MissedEvents | null;
  /**
   * A link that tried to resume the session has ended. If it brought no numbered event, that counts against the session. `torn`: it
   * ended without a close frame, which may be the network's fault. `quiet`: it lived for a minute, so there may have been
   * nothing to send. `refused`: the server opens no link for the session, which is given up.
   */
  onResumeEnded(how: 'closed' | 'torn' | 'quiet' | 'refused'): void;
  /** The link is lost: events may be missing before the next one. */
  linkLost(): void;
  /** Ends the session: its id and numbers are forgotten. */
  endSession(): void;
}

const deliver: SequenceVerdict = {};

type LinkStage = 'start' | 'middle';

/** Stands for a hello that brings no event or can't be read, and for an event whose number is not the session's. */
const unnumbered: IWebSocketEvent = { event: 'hello', data: null, seq: -1 };

/**
 * Failed resumes add up by these weights. At the limit the session is given up, because the server does not have the
 * events. A torn link may be the network's fault, so it weighs less, and a quiet one the least.
 */
const RESUME_FAILURE_LIMIT = 10;
const RESUME_FAILURE_WEIGHTS = { refused: 10, gap: 5, closed: 5, torn: 2, quiet: 1 } as const;

/** After this many gaps with no event between them the server counts in larger steps: notify, and deliver. */
const MAX_CONSECUTIVE_GAPS = 3;

export function createSequenceTracker(): SequenceTracker {
  let connectionId: string | null = null;
  /** Id of the session in which the last event was accepted, for notices. */
  let previousId: string | null = null;
  /** The number that the next event must have; null if it is not known. */
  let expected: number | null = null;
  /** Where the last event is in the server's log, for protocols with positions. */
  let position: string | undefined;
  /** Whether events had numbers before `expected` was forgotten. */
  let wasNumbered = false;
  /**
   * The notice that is due before the next event. `unknown`: the link was lost, and the next number may still show that
   * nothing is missing. `new-session`: the session was ended or given up, so the next event is of another one.
   */
  let due: 'unknown' | 'new-session' | undefined;
  /** Whether an event was accepted since the link was connected; undefined before the first link, which can't be lost. */
  let hasAcceptedEvent: boolean | undefined;
  /** Whether the last accepted event was of a server that gives its sessions no id: nothing tells what a new link missed. */
  let hasNoIds = false;
  /** A hello with a lower number than expected: the next number shows whether the server counts from the start. */
  let pendingHello: IWebSocketEvent | undefined;
  /** What has happened then. `new-session`: the hello had no id, or could not be read. */
  let pendingReason: 'sequence-reset' | 'new-session' = 'sequence-reset';
  /** Where it came. A server may greet each link, but a hello after other events of the link has another reason. */
  let pendingHelloAt: LinkStage = 'start';
  /** Whether the link has brought a hello or an accepted event. */
  let linkStage: LinkStage = 'start';
  /** True from the opening of a link that resumes a session until its first numbered event. */
  let isResumeUnproven = false;
  let failedResumes = 0;
  let resumed: boolean | undefined;
  /** Gaps in a row with no event between them, over all links. */
  let consecutiveGaps = 0;

  const notice = (reason: MissedEvents['reason'], seq: number): MissedEvents => ({
    reason,
    expected,
    received: seq < 0 ? null : seq,
    count: reason === 'gap' ? seq - Number(expected) : null,
    previousConnectionId: previousId,
    connectionId,
  });

  /** Accepts the event. From here on, numbers are those of its session. */
  const accept = (
    event: IWebSocketEvent,
    reason?: MissedEvents['reason'],
    before?: IWebSocketEvent,
  ): SequenceVerdict => {
    const missed = reason && notice(reason, (before ?? event).seq);
    if (missed) resumed = false;
    previousId = connectionId;
    hasNoIds = connectionId === null;
    expected = null;
    due = undefined;
    hasAcceptedEvent = true;
    pendingHello = undefined;
    linkStage = 'middle';
    if (event.seq >= 0) {
      expected = event.seq + 1;
      isResumeUnproven = false;
      failedResumes = 0;
    }
    if (event.position !== undefined) advance(event.position);
    return missed ? { missed, before } : deliver;
  };

  /** A resume failed. The session is given up after a few, so that a server can't drive a loop. */
  const onResumeEnded = (how: keyof typeof RESUME_FAILURE_WEIGHTS): void => {
    if (how === 'refused' ? resumePoint() === null : !isResumeUnproven) return;
    isResumeUnproven = false;
    failedResumes += RESUME_FAILURE_WEIGHTS[how];
    if (failedResumes < RESUME_FAILURE_LIMIT) return;
    failedResumes = 0;
    connectionId = null;
    position = undefined;
    due = 'new-session';
  };

  /** An event that has a position is progress, like one that has a number. */
  const advance = (reached: string): void => {
    position = reached;
    isResumeUnproven = false;
    failedResumes = 0;
  };

  const resumePoint = (): ResumePoint | null => {
    if (position !== undefined) return { connectionId, nextSeq: expected ?? -1, position };
    return connectionId !== null && expected !== null ? { connectionId, nextSeq: expected } : null;
  };

  const classify = (event: IWebSocketEvent): SequenceVerdict => {
    const { seq } = event;
    if (expected === null || due === 'new-session') return accept(event, due);
    // An event without a number, in a session with numbers, shows nothing about gaps.
    if (seq < 0) {
      if (event.position !== undefined) advance(event.position);
      return deliver;
    }
    if (seq === expected) {
      consecutiveGaps = 0;
      return accept(event);
    }
    if (seq < expected) return classifyLower(event);
    if (!resumePoint() || consecutiveGaps === MAX_CONSECUTIVE_GAPS) return accept(event, 'gap');
    consecutiveGaps += 1;
    onResumeEnded('gap');
    return 'resume';
  };

  /** Lower than expected: received before, unless the server counts from the start since its last hello. */
  const classifyLower = (event: IWebSocketEvent): SequenceVerdict => {
    const hello = pendingHello;
    if (!hello) return 'drop';
    // If the hello has no number, the first one is 0 or 1.
    const isNumbered = hello.seq >= 0;
    const isFirst = isNumbered ? event.seq === hello.seq + 1 : event.seq <= 1;
    // At the start of a link, a lower number may also be a replay of what was received before. Nothing is replayed later.
    if (!isFirst && pendingHelloAt === 'start') return 'drop';
    if (pendingReason === 'new-session') connectionId = null;
    return accept(event, pendingReason, isNumbered ? hello : undefined);
  };

  const awaitReset = (hello: IWebSocketEvent, reason: typeof pendingReason): SequenceVerdict => {
    pendingHello = hello;
    pendingReason = reason;
    pendingHelloAt = 'start';
    if (reason === 'sequence-reset') {
      pendingHelloAt = linkStage;
      linkStage = 'middle';
    }
    return hello.seq < 0 ? deliver : 'drop';
  };

  const linkLost = (): void => {
    if (hasAcceptedEvent !== undefined) due ??= 'unknown';
  };

  return {
    get connectionId() {
      return connectionId;
    },
    get resumed() {
      return resumed;
    },
    get isNumbered() {
      return wasNumbered || expected !== null;
    },
    get isUncertain() {
      return due !== undefined;
    },
    classify,
    classifyUnnumbered({ position: reached }) {
      const verdict = classify(unnumbered);
      if (reached !== undefined) advance(reached);
      return verdict;
    },
    onResumed(id) {
      if (due !== 'unknown') return;
      due = undefined;
      connectionId = id;
      previousId = id;
    },
    onPosition(reached) {
      if (reached !== undefined) position = reached;
    },
    onHello(given, id) {
      const event = given ?? unnumbered;
      const isLower = expected !== null && event.seq < expected;
      // Of a server that gives ids, a hello without one is an event of the app. But the server may give none any more: then
      // the numbers start again after it.
      if (id === null && connectionId !== null && (given || !due))
        return due && isLower && !pendingHello ? awaitReset(event, 'new-session') : classify(event);
      connectionId = id;
      if (id !== previousId || due === 'new-session')
        return accept(event, previousId === null && !due ? undefined : 'new-session');
      // Some servers send a hello on every link. The number of the next event shows whether this one also starts again.
      // A second hello with the number after it shows that too.
      const isNext = event.seq > 0 && event.seq === Number(pendingHello?.seq) + 1;
      return isLower && !isNext ? awaitReset(event, 'sequence-reset') : classify(event);
    },
    resumePoint,
    onOpen() {
      pendingHello = undefined;
      linkStage = 'start';
      isResumeUnproven = resumePoint() !== null;
      resumed = isResumeUnproven ? undefined : false;
    },
    onFirstMessage() {
      resumed ??= true;
    },
    onUnreadableHello() {
      // One that could be read, and waits for the next number, says more.
      if (!due || connectionId === null || pendingHello) return;
      awaitReset(unnumbered, 'new-session');
    },
    onConnected() {
      // A server with session ids will send a hello, which shows whether the session was resumed.
      const missed = due && hasNoIds ? notice(due, -1) : null;
      hasAcceptedEvent = false;
      if (missed) {
        resumed = false;
        due = undefined;
        wasNumbered ||= expected !== null;
        expected = null;
      }
      return missed;
    },
    onResumeEnded,
    linkLost,
    endSession() {
      linkLost();
      if (due) due = 'new-session';
      if (previousId !== null) hasAcceptedEvent = false;
      connectionId = null;
      previousId = null;
      expected = null;
      position = undefined;
      wasNumbered = false;
      pendingHello = undefined;
      failedResumes = 0;
      consecutiveGaps = 0;
    },
  };
}
