// What the server remembers of its clients: ids, numbers, and the newest events for a resume. No sockets, no time.

import type { ResumePoint, ResumePolicy } from './types.ts';

/** One session, live or not. */
export interface Session {
  readonly id: string;
  /** The number of the next event. */
  next: number;
  /** The number of the newest event that was really written; -1 before the first. */
  newestSeq: number;
  /** The newest event, as written. */
  newestFrame: string | null;
  /** Slot `seq % ringSize` holds that event, or an older one. */
  readonly ring: { readonly seq: number; readonly frame: string }[];
}

/** Either a new session, or an old one with the frames that its client has missed. */
export type Admission =
  | { readonly kind: 'new'; readonly session: Session }
  | { readonly kind: 'resumed'; readonly session: Session; readonly replay: readonly string[] };

/** The sessions of one server. */
export interface SessionBrain {
  /** Decides who this client is. `isLive` says whether a session's old socket is still believed in. */
  admit(resume: ResumePoint | null, isLive: (session: Session) => boolean): Admission;
  /** Gives an event its number in a session, keeps it, and returns it as written. */
  write(session: Session, text: (seq: number | null) => string): string;
  /** Uses up numbers of every session. */
  skip(count: number): void;
  /** Every session, oldest first. */
  all(): Iterable<Session>;
  has(session: Session): boolean;
  /** A new process: all sessions are gone. Ids are still never used again. */
  forget(): void;
}

/** How the sessions are kept. */
export interface SessionRules {
  readonly ringSize: number;
  readonly numbered: boolean;
  readonly policy: ResumePolicy;
  readonly random: () => number;
}

// A page that reloads for a day must not grow the fake without bound.
const maxSessions = 1_000;

/** Makes the memory of one server. */
export function createSessionBrain(rules: SessionRules): SessionBrain {
  const sessions = new Map<string, Session>();
  let issued = 0;

  function admit(resume: ResumePoint | null, isLive: (session: Session) => boolean): Admission {
    const known = resume === null ? undefined : sessions.get(resume.connectionId);
    if (resume !== null && known !== undefined && mayResume(known, resume.sequenceNumber, isLive)) {
      return { kind: 'resumed', session: known, replay: kept(known, resume.sequenceNumber) };
    }
    const session: Session = { id: newId(), next: 0, newestSeq: -1, newestFrame: null, ring: [] };
    makeRoom(isLive);
    sessions.set(session.id, session);
    return { kind: 'new', session };
  }

  function mayResume(session: Session, from: number, isLive: (session: Session) => boolean): boolean {
    switch (rules.policy) {
      case 'never':
        return false;
      case 'always':
        return true;
      case 'idle':
        return !isLive(session) && isComplete(session, from);
      case 'takeover':
        return isComplete(session, from);
      default:
        return rules.policy satisfies never;
    }
  }

  // 0 would ask for the hello, which only a new session gets.
  function isComplete(session: Session, from: number): boolean {
    if (!rules.numbered || from < 1) return false;
    return from === session.newestSeq + 1 || at(session, from) !== null;
  }

  function kept(session: Session, from: number): readonly string[] {
    const frames: string[] = [];
    for (
      let seq = Math.max(from, session.newestSeq - rules.ringSize + 1);
      seq <= session.newestSeq;
      seq += 1
    ) {
      const frame = at(session, seq);
      if (frame !== null) frames.push(frame);
    }
    return frames;
  }

  function at(session: Session, seq: number): string | null {
    const slot = session.ring[seq % rules.ringSize];
    return slot?.seq === seq ? slot.frame : null;
  }

  function write(session: Session, text: (seq: number | null) => string): string {
    if (!rules.numbered) {
      session.newestFrame = text(null);
      return session.newestFrame;
    }
    const seq = session.next;
    const frame = text(seq);
    session.next = seq + 1;
    session.newestSeq = seq;
    session.newestFrame = frame;
    if (rules.ringSize > 0) session.ring[seq % rules.ringSize] = { seq, frame };
    return frame;
  }

  function makeRoom(isLive: (session: Session) => boolean): void {
    if (sessions.size < maxSessions) return;
    for (const session of sessions.values()) {
      if (isLive(session)) continue;
      sessions.delete(session.id);
      return;
    }
  }

  // The counter makes it unique even where a test's random source always says the same.
  function newId(): string {
    issued += 1;
    const letters = Array.from({ length: 20 }, () => Math.floor(rules.random() * 36).toString(36));
    return letters.join('') + issued.toString(36).padStart(6, '0');
  }

  return {
    admit,
    write,
    skip: (count) => {
      for (const session of sessions.values()) session.next += count;
    },
    all: () => sessions.values(),
    has: (session) => sessions.get(session.id) === session,
    forget: () => sessions.clear(),
  };
}
