/** Is this the next event, an old one, or has something been missed? The session's numbers, and nothing else. */
import type { ResumePoint } from '../protocols/protocol.ts';
import type { IWebSocketEvent, MissedEvents } from '../types.ts';

/**
 * What to do with one event: hand it on (after `missed`, if there is one), drop it as already seen, or keep it back and
 * ask the server for what is missing before it.
 */
export type SequenceVerdict =
  | {
      readonly action: 'deliver';
      readonly missed: MissedEvents | null;
      /** Kept back until now: handed on between the two. */
      readonly before?: IWebSocketEvent;
    }
  | { readonly action: 'drop' }
  | { readonly action: 'resume' };

export interface SequenceTracker {
  /** From `hello`, in this session. */
  readonly connectionId: string | null;
  /** The number that the next event must have; null where it can't be known. */
  readonly expected: number | null;
  /** The cheap question, asked first: is this simply the next event? Counts it if so. */
  isNext(seq: number): boolean;
  /** The full question, for every event that is not simply the next one. */
  judge(event: IWebSocketEvent): SequenceVerdict;
  /** A hello: the start of a session, or the word that the old one goes on. */
  greet(event: IWebSocketEvent, connectionId: string | null): SequenceVerdict;
  /** Where the next link takes the session up; null: it starts a new one. */
  resumePoint(): ResumePoint | null;
  /** A new link is open: what comes over it is judged by what it was opened with. */
  opened(resume: ResumePoint | null): void;
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

/**
 * How the stream stands. `lost`: the link broke, and the same session may go on. `ended`: the session was ended on
 * purpose, so whatever comes is a new one. One notice, or the proof that nothing is missing, makes it `whole` again.
 */
type Continuity = 'fresh' | 'whole' | 'lost' | 'ended';

const delivered: SequenceVerdict = { action: 'deliver', missed: null };
const dropped: SequenceVerdict = { action: 'drop' };
const resume: SequenceVerdict = { action: 'resume' };

/**
 * What a resume that brought nothing counts, and when it is enough: then the server does not have what it was asked for,
 * and a new session begins. A torn link may be the network's doing, so it counts less.
 */
const FRUITLESS = { gap: 5, closed: 5, torn: 2 } as const;
const MAX_FRUITLESS = 10;

/** After so many gaps with nothing between them the server just counts that way: told, and delivered. */
const MAX_BARREN_GAPS = 3;

export function createSequenceTracker(): SequenceTracker {
  let connectionId: string | null = null;
  let previousId: string | null = null;
  let expected: number | null = null;
  let continuity: Continuity = 'fresh';
  /** Whether anything has come over this link. */
  let heard: 'nothing' | 'something' = 'nothing';
  /** Whether the next link's first frame will say more than its opening does: a server with ids greets with a new one. */
  let firstFrame: 'tells' | 'tells-nothing' = 'tells';
  /** A session that was given up: named in the notice that tells of it. */
  let forgottenId: string | null = null;
  /** What this link has brought of what it was opened for. */
  let resumption: 'none' | 'fruitless' | 'fruitful' = 'none';
  let fruitless = 0;

  /** A greeting with the known id that seems to count anew: the next number shows whether it does. */
  let greeting: IWebSocketEvent | 'unreadable' | null = null;
  /** Gaps in a row with no event between them, over all links and sessions. */
  let barrenGaps = 0;

  const accept = ({ seq }: IWebSocketEvent): SequenceVerdict => {
    continuity = 'whole';
    if (seq >= 0) {
      expected = seq + 1;
      progress();
    }
    return delivered;
  };

  const progress = (): void => {
    resumption = 'fruitful';
    fruitless = 0;
  };

  /** The session could not be taken up. Asking for ever would be a loop that the server drives. */
  const fail = (how: keyof typeof FRUITLESS): void => {
    if (resumption !== 'fruitless') return;
    resumption = 'none';
    fruitless += FRUITLESS[how];
    if (fruitless < MAX_FRUITLESS) return;
    fruitless = 0;
    giveUpSession();
  };

  const giveUpSession = (): void => {
    forgottenId = connectionId;
    connectionId = null;
    continuity = 'ended';
  };

  const remember = (): void => {
    previousId = connectionId ?? forgottenId;
    forgottenId = null;
  };

  const begin = (event: IWebSocketEvent): SequenceVerdict => {
    expected = null;
    return accept(event);
  };

  const notice = (reason: MissedEvents['reason'], seq: number, count: number | null): MissedEvents => ({
    reason,
    expected,
    received: seq < 0 ? null : seq,
    count,
    previousConnectionId: previousId,
    connectionId,
  });

  const beginAfter = (reason: MissedEvents['reason'], event: IWebSocketEvent): SequenceVerdict => {
    const missed = notice(reason, event.seq, null);
    begin(event);
    return { action: 'deliver', missed };
  };

  // Never a known id with 0: a server takes that for "from the start", and replays nothing.
  const canResume = (): boolean => connectionId !== null && expected !== null && expected >= 1;

  const judgeNumber = (event: IWebSocketEvent): SequenceVerdict => {
    const { seq } = event;
    if (seq < 0 || expected === null) return accept(event);
    if (seq === expected) {
      greeting = null;
      barrenGaps = 0;
      return accept(event);
    }
    if (seq < expected)
      return greeting !== null && startsAfter(greeting, seq) ? restart(greeting, event) : dropped;
    if (canResume() && barrenGaps < MAX_BARREN_GAPS) {
      barrenGaps += 1;
      fail('gap');
      return resume;
    }
    const missed = notice('gap', seq, seq - expected);
    accept(event);
    return { action: 'deliver', missed };
  };

  const judgeAfterLoss = (event: IWebSocketEvent): SequenceVerdict => {
    if (expected === null) return beginAfter('unknown', event);
    // Not numbered, in a session that numbers: it says nothing about a hole, either way.
    return event.seq < 0 ? delivered : judgeNumber(event);
  };

  /** Some servers greet every link. Whether this one counts anew as well is told by the number of its next event. */
  const greetAgain = (event: IWebSocketEvent): SequenceVerdict => {
    if (expected === null) return continuity === 'lost' ? beginAfter('unknown', event) : begin(event);
    if (event.seq >= expected) return judgeNumber(event);
    greeting = event;
    return event.seq < 0 ? delivered : dropped;
  };

  const restart = (hello: IWebSocketEvent | 'unreadable', event: IWebSocketEvent): SequenceVerdict => {
    greeting = null;
    if (hello === 'unreadable') {
      giveUpSession();
      remember();
      return beginAfter('new-session', event);
    }
    const missed = notice('sequence-reset', hello.seq < 0 ? event.seq : hello.seq, null);
    begin(event);
    return hello.seq < 0 ? { action: 'deliver', missed } : { action: 'deliver', missed, before: hello };
  };

  const linkLost = (): void => {
    if (continuity !== 'whole') return;
    continuity = 'lost';
    firstFrame = connectionId === null && heard === 'something' ? 'tells-nothing' : 'tells';
  };

  return {
    get connectionId() {
      return connectionId;
    },
    get expected() {
      return expected;
    },
    isNext(seq) {
      if (seq !== expected || continuity !== 'whole') return false;
      expected = seq + 1;
      greeting = null;
      barrenGaps = 0;
      if (resumption !== 'fruitful') progress();
      return true;
    },
    judge(event) {
      heard = 'something';
      remember();
      switch (continuity) {
        case 'fresh':
          return begin(event);
        case 'whole':
          return judgeNumber(event);
        case 'lost':
          return judgeAfterLoss(event);
        case 'ended':
          return beginAfter('new-session', event);
        default:
          continuity satisfies never;
          return delivered;
      }
    },
    greet(event, id) {
      heard = 'something';
      remember();
      if (id === null && connectionId !== null && continuity === 'whole') return judgeNumber(event);
      connectionId = id;
      if (continuity === 'fresh') return begin(event);
      if (continuity === 'ended') return beginAfter('new-session', event);
      if (connectionId === previousId) return greetAgain(event);
      const isFirstGreeting = previousId === null && continuity === 'whole';
      return isFirstGreeting ? begin(event) : beginAfter('new-session', event);
    },
    resumePoint: () =>
      connectionId !== null && expected !== null && canResume() ? { connectionId, nextSeq: expected } : null,
    opened(point) {
      heard = 'nothing';
      greeting = null;
      resumption = point === null ? 'none' : 'fruitless';
    },
    greetedUnreadably() {
      if (continuity === 'lost' && connectionId !== null) greeting = 'unreadable';
    },
    connected() {
      if (continuity === 'fresh') continuity = 'whole';
      if (continuity === 'whole' || firstFrame === 'tells') return null;
      remember();
      const missed = notice(continuity === 'lost' ? 'unknown' : 'new-session', -1, null);
      expected = null;
      continuity = 'whole';
      return missed;
    },
    closedAtOnce: fail,
    linkLost,
    endSession() {
      linkLost();
      if (continuity === 'lost') continuity = 'ended';
      connectionId = null;
      previousId = null;
      forgottenId = null;
      expected = null;
      greeting = null;
      fruitless = 0;
      barrenGaps = 0;
    },
  };
}

/** After a greeting without a number, or one that can't be read, numbers start at 0 or at 1. */
function startsAfter(hello: IWebSocketEvent | 'unreadable', seq: number): boolean {
  return hello === 'unreadable' || hello.seq < 0 ? seq <= 1 : seq === hello.seq + 1;
}
