/** Keeps the sessions of one server: their ids, their numbers, and the newest events of each for a resume. */

import type { Link } from './link.ts';
import type { FakeCodec, Frames } from './protocol.ts';
import type { ResumePoint, ResumePolicy } from './types.ts';

/** An event with its number, as a link's protocol writes it. */
export type Written = (codec: FakeCodec) => Frames;

/** One session, live or not. */
export interface Session {
  readonly id: string;
  /** Whose it is: only this user continues it. */
  readonly user: unknown;
  /** The link of the session; null while there is none. */
  link: Link | null;
  /** The number of the next event. */
  next: number;
  /** The number of the newest event that was really written; -1 before the first. */
  newestSeq: number;
  /** The newest event. */
  newest: Written | null;
  /** Slot `seq % ringSize` holds that event, or an older one. */
  readonly ring: { readonly seq: number; readonly written: Written }[];
  /** The channels that it has joined. */
  readonly channels: Set<string>;
  /** The last join of each channel, unless it was left since. */
  readonly asked: Map<string, object>;
}

/** A new session, or an old one with the events that its client has missed. */
export interface Admission {
  readonly kind: 'new-session' | 'resumed';
  readonly session: Session;
  readonly replay: readonly Written[];
}

/** The sessions of one server. */
export interface Sessions {
  /** Resumes the session that a client asks for, if the policy allows it, or creates a new one. */
  admit(resume: ResumePoint | null, user: unknown): Admission;
  /** Gives an event its number in a session, and keeps it. */
  write(session: Session, numbered: (seq: number | null) => Written): Written;
  /** Skips numbers of every session. */
  skip(count: number): void;
  /** Every session, oldest first. */
  all(): Iterable<Session>;
  /** The session with this id, alone in a list; an empty list if it was forgotten. */
  withId(id: string): readonly Session[];
  /** Forgets every session, as a restarted process would. Ids are still not reused. */
  forget(): void;
}

/** How the sessions are kept. */
export interface SessionRules {
  readonly ringSize: number;
  readonly numbered: boolean;
  readonly policy: ResumePolicy;
  readonly random: () => number;
}

// A page that reloads for a day must not make the fake grow without bound.
const MAX_SESSIONS = 1_000;

/** Makes the sessions of one server. */
export function createSessions(rules: SessionRules): Sessions {
  const sessions = new Map<string, Session>();
  let issued = 0;

  function admit(resume: ResumePoint | null, user: unknown): Admission {
    const known = resume === null ? undefined : sessions.get(resume.connectionId);
    const isTheirs = known !== undefined && Object.is(known.user, user);
    if (resume !== null && isTheirs && mayResume(known, resume.sequenceNumber)) {
      return { kind: 'resumed', session: known, replay: kept(known, resume.sequenceNumber) };
    }
    const session: Session = {
      ...{ id: newId(), user, link: null },
      ...{ next: 0, newestSeq: -1, newest: null, ring: [] },
      channels: new Set(),
      asked: new Map(),
    };
    makeRoom();
    sessions.set(session.id, session);
    return { kind: 'new-session', session, replay: [] };
  }

  function mayResume(session: Session, from: number): boolean {
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

  // 0 would request the hello, which only a new session gets.
  function isComplete(session: Session, from: number): boolean {
    if (!rules.numbered || from < 1) return false;
    return from === session.newestSeq + 1 || at(session, from) !== null;
  }

  function kept(session: Session, from: number): readonly Written[] {
    const events: Written[] = [];
    for (
      let seq = Math.max(from, session.newestSeq - rules.ringSize + 1);
      seq <= session.newestSeq;
      seq += 1
    ) {
      const written = at(session, seq);
      if (written !== null) events.push(written);
    }
    return events;
  }

  function at(session: Session, seq: number): Written | null {
    const slot = session.ring[seq % rules.ringSize];
    return slot?.seq === seq ? slot.written : null;
  }

  function write(session: Session, numbered: (seq: number | null) => Written): Written {
    const seq = rules.numbered ? session.next : null;
    const written = numbered(seq);
    session.newest = written;
    if (seq === null) return written;
    session.next = seq + 1;
    session.newestSeq = seq;
    if (rules.ringSize > 0) session.ring[seq % rules.ringSize] = { seq, written };
    return written;
  }

  function makeRoom(): void {
    if (sessions.size < MAX_SESSIONS) return;
    for (const session of sessions.values()) {
      if (isLive(session)) continue;
      sessions.delete(session.id);
      return;
    }
  }

  function isLive({ link }: Session): boolean {
    return link?.client.isLive() ?? false;
  }

  // The counter makes it unique even if a test's random source always returns the same number.
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
    withId: (id) => {
      const session = sessions.get(id);
      return session === undefined ? [] : [session];
    },
    forget: () => sessions.clear(),
  };
}
