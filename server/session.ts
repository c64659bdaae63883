/**
 * What a session may read, and when: pure decisions, so that every order of replay, live events, claims and crashes can be
 * explored by a test.
 *
 *   resume? ──> replay, page by page, until the session is as far as this process has read the log
 *           ──> live: each entry that the process reads is sent at once
 */
import { comparePositions, isPosition } from './position.ts';
import type { Entry, Position, RefusedResume, SessionRecord } from './types.ts';

/** What a client asks for when it reconnects. */
export interface ResumeRequest {
  readonly id: string;
  /** The number that its next event must have. */
  readonly nextSeq: number;
  /** The position of the last event that it has. */
  readonly position: string;
}

/**
 * Whether the session may be continued. Its record must exist, belong to the same user, and the position must not lie
 * before its start: otherwise a forged one would show events from before the client signed in. Whether the log still has
 * the entries after the position is seen when they are read.
 */
export function judgeResume(
  record: SessionRecord | null,
  user: string,
  { nextSeq, position }: ResumeRequest,
): 'resume' | RefusedResume {
  if (record === null) return 'unknown';
  if (record.user !== user) return 'foreign';
  const isWellFormed = isPosition(position) && Number.isSafeInteger(nextSeq) && nextSeq >= 1;
  return isWellFormed && comparePositions(position, record.since) >= 0 ? 'resume' : 'malformed';
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
  /** Each channel with the position after which it may be read. */
  readonly channels: ReadonlyMap<string, Position>;
}

/** Whether an entry is for this session, at all. */
export function concerns({ id, user, channels }: Reader, entry: Entry): boolean {
  if (entry.kind !== 'event') return false;
  const { target } = entry;
  if ('all' in target) return true;
  if ('user' in target) return target.user === user;
  if ('session' in target) return target.session === id;
  const joinedAt = channels.get(target.channel);
  return joinedAt !== undefined && comparePositions(entry.position, joinedAt) > 0;
}

/** A socket's claim on its session: the place of its entry in the log decides between two. */
export interface Claim {
  readonly owner: string;
  /** Null until it is stored. */
  readonly position: Position | null;
}

/** Whether the entry takes the session away from the socket with this claim. */
export function isTakenOver(sessionId: string, claim: Claim, entry: Entry): boolean {
  if (entry.kind !== 'claim' || entry.session !== sessionId || entry.owner === claim.owner) return false;
  return claim.position !== null && comparePositions(entry.position, claim.position) > 0;
}
