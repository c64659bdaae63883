/**
 * What a session may read, and when: pure decisions, so that every order of replay, live events, claims, joins and crashes
 * can be explored by a test.
 *
 *   resume? ──> replay, page by page, until the session is as far as this process has read the log
 *           ──> live: each entry that the process reads is sent at once
 *   join    ──> not live: past events, record and answer, at one place in the log ──> replay from there ──> live
 */
import { comparePositions, laterOf, type Progress, readProgress } from './position.ts';
import type { Entry, LeaveTarget, Membership, Position, RefusedResume, SessionRecord } from './types.ts';

/** What a client asks for when it reconnects. */
export interface ResumeRequest {
  readonly id: string;
  /** The number that its next event must have. */
  readonly nextSeq: number;
  /** The position of the last frame that it has. */
  readonly position: string;
}

/**
 * From where the session may be continued. Its record must exist, belong to the same user, and the position must not lie
 * before its start: otherwise a forged one would show events from before the client signed in. Whether the log still has
 * the entries after the position is seen when they are read.
 */
export function judgeResume(
  record: SessionRecord | null,
  user: string,
  { nextSeq, position }: ResumeRequest,
): Progress | RefusedResume {
  if (record === null) return 'unknown';
  if (record.user !== user) return 'foreign';
  const progress = readProgress(position);
  const isWellFormed = progress !== null && Number.isSafeInteger(nextSeq) && nextSeq >= 1;
  return isWellFormed && comparePositions(progress.position, record.since) >= 0 ? progress : 'malformed';
}

/**
 * The memberships that a client which is this far knows of. A join without an answer it will send again, with the position from
 * which it needs past events; until then it must get nothing of that channel, or those would come too late. And it has been told
 * of the ends up to there.
 */
export function knownChannels(
  { channels }: Pick<SessionRecord, 'channels'>,
  { position, joins }: Progress,
): Readonly<Record<string, Membership>> {
  const isKnown = ({ join, until }: Membership): boolean =>
    join <= joins && (until === undefined || comparePositions(until, position) > 0);
  return Object.fromEntries(Object.entries(channels).filter(([, membership]) => isKnown(membership)));
}

/** A session on the way from its position to the process's. */
export interface Replay {
  /** The position of the last entry that was considered. */
  readonly position: Position;
  /** How far this process has read the log. */
  readonly cursor: Position;
}

/**
 * What a session does next. `live`: it has all that this process has read, so it gets the entries that are read from now
 * on. The caller must add it to the live sessions in the same tick, without an `await` in between: an entry that is read
 * meanwhile would be lost.
 */
export function nextReplayStep({ position, cursor }: Replay): 'read' | 'live' {
  return comparePositions(position, cursor) < 0 ? 'read' : 'live';
}

/**
 * Where a session that goes live stands: at the returned position, further in the log than its process, or level with it
 * (null). A page of a replay may hold entries that the process reads only later.
 */
export function aheadOf({ position, cursor }: Replay): Position | null {
  return comparePositions(position, cursor) > 0 ? position : null;
}

/** Whether a session that is ahead of its process has this entry already. */
export function hasAlready(ahead: Position | null, entry: Entry): boolean {
  return ahead !== null && comparePositions(entry.position, ahead) <= 0;
}

/** Who a session is, as far as entries are concerned. */
export interface Reader {
  readonly id: string;
  readonly user: string;
  readonly channels: ReadonlyMap<string, Membership>;
}

/** Whether an entry is for this session, at all. */
export function concerns({ id, user, channels }: Reader, entry: Entry): boolean {
  switch (entry.kind) {
    case 'event': {
      const { target } = entry;
      if (!('channel' in target)) return isTarget(target, id, user);
      const membership = channels.get(target.channel);
      if (membership === undefined) return false;
      const { since, until } = membership;
      const isOver = until !== undefined && comparePositions(entry.position, until) > 0;
      return comparePositions(entry.position, since) > 0 && !isOver;
    }
    case 'left': {
      const membership = channels.get(entry.channel);
      if (membership === undefined || !isTarget(entry.target, id, user)) return false;
      const { since, until } = membership;
      return until === undefined ? comparePositions(entry.position, since) > 0 : entry.position === until;
    }
    case 'claim':
    case 'ended':
    case 'marker':
      return false;
    default:
      entry satisfies never;
      return false;
  }
}

function isTarget(target: LeaveTarget, id: string, user: string): boolean {
  if ('all' in target) return true;
  return 'user' in target ? target.user === user : target.session === id;
}

/**
 * After which position a session that joins reads a channel: that of the session, or a later one. `known`: the client's own;
 * it may come from a process that has read further. `allowed`: the app's.
 */
export function joinedSince(session: Position, known: Position | null, allowed: Position | null): Position {
  return laterOf(laterOf(session, known ?? session), allowed ?? session);
}

/** A socket's claim on its session: the place of its entry in the log decides between two. */
export interface Claim {
  readonly owner: string;
  /** Null until it is stored. */
  readonly position: Position | null;
  /** The newest claim of another socket, as far as this process has read. */
  readonly rival: Position | null;
}

/** The claim, after this entry was read. It may be read before the socket's own is known to be stored. */
export function withRival(claim: Claim, sessionId: string, entry: Entry): Claim {
  const isRival = entry.kind === 'claim' && entry.session === sessionId && entry.owner !== claim.owner;
  return isRival ? { ...claim, rival: entry.position } : claim;
}

/** Whether another socket has the session. */
export function isTakenOver({ position, rival }: Claim): boolean {
  return position !== null && rival !== null && comparePositions(rival, position) > 0;
}
