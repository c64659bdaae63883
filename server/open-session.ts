/** Gives a socket its session: the one that its client had, or a new one. */
import { randomUUID } from 'node:crypto';
import type { AskJoin } from './ask-join.ts';
import { type CloseCode, closeCodes } from './close-codes.ts';
import { createDelivery, type DeliveredSession, type Delivery, type Outcome } from './delivery.ts';
import { helloFrame } from './frames.ts';
import { type HeldSession, holdSession, type RecordFate } from './held-session.ts';
import { createMemberships, type Memberships } from './memberships.ts';
import { laterOf } from './position.ts';
import {
  type Claim,
  isTakenOver,
  judgeResume,
  knownChannels,
  type ResumeRequest,
  sessionsToEnd,
  withRival,
} from './session.ts';
import type { Space } from './space.ts';
import type {
  EventLog,
  HubLimits,
  HubLogger,
  HubSession,
  HubSocket,
  Membership,
  Position,
  RefusedResume,
  SessionRecord,
} from './types.ts';

export interface OpenSessionParts {
  readonly socket: HubSocket;
  readonly log: EventLog;
  readonly space: Space;
  readonly limits: Required<HubLimits>;
  readonly logger: HubLogger;
  /** Undefined: the hub has no channels. */
  readonly askJoin: AskJoin | undefined;
  readonly onResumed: () => void;
  readonly onRefused: (why: RefusedResume) => void;
  readonly isOver: () => boolean;
  readonly close: (code: CloseCode, reason: string, fate: RecordFate) => void;
  /** Ends the socket without a handshake. Its session is kept. */
  readonly cut: () => void;
}

/** The client, once it is known who it is. */
export interface Client {
  readonly identity: string;
  readonly resume: ResumeRequest | null;
  /** What handlers get. `channels`: those that it has joined. */
  readonly sessionOf: (id: string, channels: () => Iterable<string>) => HubSession;
}

/** A session that a socket holds. */
export interface OpenSession {
  readonly session: HubSession;
  /** Undefined: the hub has no channels. */
  readonly memberships: Memberships | undefined;
}

export interface SessionOpening {
  /** Null if the socket was closed. Rejects if the log can't be reached, or the app can't tell who may read a channel. */
  open(client: Client): Promise<OpenSession | null>;
  /** Undefined before there is a session. */
  readonly held: HeldSession | undefined;
  readonly delivery: Delivery | undefined;
  /** The socket is gone. */
  end(fate: RecordFate): void;
}

export function createSessionOpening(parts: OpenSessionParts): SessionOpening {
  const { socket, log, space, limits, logger, askJoin, isOver, close, cut } = parts;
  let claim: Claim = { owner: randomUUID(), position: null, rival: null };
  let held: HeldSession | undefined;
  let delivery: Delivery | undefined;
  let stopWatching: (() => void) | undefined;

  const takenOver = (): void =>
    close(closeCodes.takenOver, 'Another connection continues this session.', 'foreign');

  /** Someone else continues the session, or it was ended. */
  const watch = (sessionId: string): void => {
    stopWatching = space.watch(sessionId, (entry) => {
      if (entry.kind === 'ended')
        return close(closeCodes.ended, 'The user has too many sessions.', 'forgotten');
      claim = withRival(claim, sessionId, entry);
      if (isTakenOver(claim)) takenOver();
    });
  };

  /** From here on, what becomes of the socket is told to the record. */
  const hold = (record: SessionRecord): HeldSession => {
    held = holdSession(record, { log, logger, onSuperseded: takenOver });
    return held;
  };

  const letGo = (fate: RecordFate): void => {
    stopWatching?.();
    delivery?.stop();
    held?.end(fate);
    held = undefined;
    delivery = undefined;
  };

  /** Undefined: the log no longer has what follows the position, and nothing was sent. Null: the socket is closed. */
  const deliver = async (
    kept: HeldSession,
    sessionOf: Client['sessionOf'],
    from: Position,
    nextSeq: number,
  ): Promise<OpenSession | null | undefined> => {
    const { id, user, channels, joins } = kept.record;
    const delivered: DeliveredSession = { id, user, channels: new Map(Object.entries(channels)), joins };
    const session = sessionOf(id, () => delivered.channels.keys());
    let memberships: Memberships | undefined;
    const started = createDelivery({
      ...{ socket, log, space, session: delivered, slowBytes: limits.slowBytes, onSlow: cut },
      onLeft: (channel, ended) => memberships?.onLeft(channel, ended),
    });
    delivery = started;
    memberships =
      askJoin &&
      createMemberships({
        ...{ log, logger, held: kept, delivery: started, delivered, session, askJoin },
        channelsPerSession: limits.channelsPerSession,
        onBroken(why) {
          if (why === 'failed') cut();
          else close(closeCodes.restarting, 'The session can not be continued.', 'forgotten');
        },
      });
    const outcome: Outcome = await started.start(from, nextSeq);
    if (outcome === 'stopped' || isOver()) return null;
    return outcome === 'live' ? { session, memberships } : undefined;
  };

  /**
   * Asks again for each channel: its user may have been removed from it while nobody was connected. Returns the memberships
   * that go on, and the names of those that do not. Throws if the app can't tell: its client comes back, with the session.
   */
  const askAgain = async (
    channels: Readonly<Record<string, Membership>>,
    session: HubSession,
  ): Promise<{ kept: Map<string, Membership>; refused: readonly string[] }> => {
    const kept = new Map<string, Membership>();
    const refused: string[] = [];
    const askOne = async (name: string, membership: Membership): Promise<void> => {
      const { since, until } = membership;
      if (until !== undefined) return void kept.set(name, membership);
      const answer = await askJoin?.(name, session, { reason: 'resume' });
      if (answer?.kind === 'failed') throw new Error('channels.join could not tell who may read a channel.');
      if (answer?.kind !== 'allowed') return void refused.push(name);
      kept.set(name, { ...membership, since: laterOf(since, answer.since ?? since) });
    };
    await Promise.all(Object.entries(channels).map(([name, membership]) => askOne(name, membership)));
    return { kept, refused };
  };

  /** Null if the socket was closed. */
  const resume = async ({
    identity,
    resume: asked,
    sessionOf,
  }: Client): Promise<OpenSession | RefusedResume | null> => {
    if (asked === null) return 'unknown';
    const { id, nextSeq } = asked;
    const known = await log.loadSession(id);
    const progress = judgeResume(known, identity, asked);
    if (known === null || typeof progress === 'string') return progress as RefusedResume;
    const { position } = progress;
    // Before the session is taken from a socket that may still serve it.
    if ((await log.read(position, 1)) === 'trimmed') return 'trimmed';
    const before = knownChannels(known, progress);
    const { kept, refused } = await askAgain(
      before,
      sessionOf(id, () => Object.keys(before)),
    );
    if (isOver()) return null;
    watch(id);
    // Its place in the log decides between two sockets that want the same session.
    const claimedAt = await log.append({ kind: 'claim', session: id, owner: claim.owner });
    // Only now: a rival may have been read while it was stored.
    claim = { ...claim, position: claimedAt };
    if (isTakenOver(claim)) takenOver();
    const latest = await log.loadSession(id);
    if (isOver()) return null;
    if (latest === null) return 'unknown';
    // They end at this place in the log, where their client is told.
    for (const name of refused) {
      const left = { kind: 'left', target: { session: id }, channel: name, reason: 'refused' } as const;
      const at = await log.append(left);
      kept.set(name, { join: 0, since: at, until: at });
    }
    if (isOver()) return null;
    const record = { ...latest, channels: Object.fromEntries(kept), claim: claimedAt };
    const session = hold(record);
    // Before anything is sent: a join without an answer must not come back to life.
    await session.save();
    if (isOver()) return null;
    return (await deliver(session, sessionOf, position, nextSeq)) ?? (isOver() ? null : 'trimmed');
  };

  const makeRoom = async (identity: string): Promise<void> => {
    for (const { id } of sessionsToEnd(await log.sessionsOf(identity), limits.sessionsPerUser)) {
      await log.endSession(id);
      await log.append({ kind: 'ended', session: id });
    }
  };

  const begin = async ({ identity, sessionOf }: Client): Promise<OpenSession | null> => {
    const id = randomUUID();
    const since = space.cursor;
    // The log does not have what this process has read: it was lost, or the process stood still. The client comes back, before
    // it is told of a session that would hear nothing.
    if ((await log.read(since, 1)) === 'trimmed') {
      await log.append({ kind: 'marker' });
      close(closeCodes.restarting, 'The session can not begin.', 'forgotten');
      return null;
    }
    if (isOver()) return null;
    claim = { ...claim, position: since, rival: null };
    watch(id);
    const session = hold({
      ...{ id, user: identity, since, claim: since },
      ...{ channels: {}, joins: 0, holder: 'socket' },
    });
    // Before the hello: a client that has seen it may come back to any process.
    await session.save();
    // After it: of many that connect at once, each sees the others.
    await makeRoom(identity);
    if (isOver()) return null;
    socket.send(helloFrame(id, since));
    const opened = await deliver(session, sessionOf, since, 1);
    if (opened !== undefined) return opened;
    close(closeCodes.restarting, 'The session can not be continued.', 'forgotten');
    return null;
  };

  return {
    async open(client) {
      const resumed = await resume(client);
      if (typeof resumed !== 'string') {
        if (resumed !== null) parts.onResumed();
        return resumed;
      }
      if (client.resume !== null) parts.onRefused(resumed);
      letGo('forgotten');
      return await begin(client);
    },
    get held() {
      return held;
    },
    get delivery() {
      return delivery;
    },
    end: letGo,
  };
}
