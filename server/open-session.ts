/** Gives a socket its session: the one that its client had, or a new one. */
import { randomUUID } from 'node:crypto';
import type { AskJoin } from './ask-join.ts';
import { closeCodes } from './close-codes.ts';
import { Delivery, type DeliveryOwner } from './delivery.ts';
import { helloFrame } from './frames.ts';
import { HeldSession, type HeldSessionOwner, type RecordFate } from './held-session.ts';
import { createHubSession, type HubSessionParts } from './hub-session.ts';
import type { Receiver } from './inbound.ts';
import type { Link } from './link.ts';
import { createMemberships, type Memberships, type MembershipsOwner } from './memberships.ts';
import { laterOf, type Progress } from './position.ts';
import {
  type Claim,
  isTakenOver,
  judgeResume,
  knownChannels,
  type ResumeRequest,
  withRival,
} from './session.ts';
import type { SessionEntry, SessionWatcher, Space } from './space.ts';
import type {
  EventLog,
  HubLimits,
  HubLogger,
  HubSession,
  Membership,
  Position,
  RefusedResume,
  SessionRecord,
} from './types.ts';

export interface SocketSessionParts extends HubSessionParts {
  readonly log: EventLog;
  readonly space: Space;
  readonly limits: Required<HubLimits>;
  readonly logger: HubLogger;
  /** Undefined: the hub has no channels. */
  readonly askJoin: AskJoin | undefined;
  readonly onResumed: () => void;
  readonly onRefused: (why: RefusedResume) => void;
}

/** The client, once it is known who it is. */
export interface Client {
  readonly user: unknown;
  readonly identity: string;
  readonly resume: ResumeRequest | null;
}

const noChannels = {} as const;

const noClaim: Claim = { owner: '', position: null, rival: null };

/** The session of a socket. One for each, so a class: see `HeldSession`. */
export class SocketSession
  implements Receiver, SessionWatcher, HeldSessionOwner, DeliveryOwner, MembershipsOwner
{
  readonly #parts: SocketSessionParts;
  readonly #link: Link;
  #user: unknown;
  #claim: Claim = noClaim;
  #watched: string | undefined;
  #held: HeldSession | undefined;
  #delivery: Delivery | undefined;
  #memberships: Memberships | undefined;
  #session: HubSession | undefined;

  constructor(parts: SocketSessionParts, link: Link) {
    this.#parts = parts;
    this.#link = link;
  }

  /** Undefined before there is a session, and after its end. */
  get held(): HeldSession | undefined {
    return this.#held;
  }

  /** What handlers get. */
  get session(): HubSession {
    if (this.#delivery === undefined) throw new Error('There is no session yet.');
    this.#session ??= createHubSession(this.#user, this.#delivery, this.#parts);
    return this.#session;
  }

  /** Undefined: the hub has no channels. */
  get memberships(): Memberships | undefined {
    const { log, logger, askJoin, limits } = this.#parts;
    if (askJoin === undefined || this.#held === undefined || this.#delivery === undefined) return undefined;
    this.#memberships ??= createMemberships({
      ...{ log, logger, askJoin, held: this.#held, delivery: this.#delivery, session: this.session },
      ...{ channelsPerSession: limits.channelsPerSession, owner: this },
    });
    return this.#memberships;
  }

  progress(): Progress | null {
    return this.#delivery?.progress() ?? null;
  }

  /** Null if the socket was closed. Rejects if the log can't be reached, or the app can't tell who may read a channel. */
  async open(client: Client): Promise<'open' | null> {
    this.#user = client.user;
    const resumed = await this.#resume(client);
    if (resumed === null) return null;
    if (resumed === 'open') {
      this.#parts.onResumed();
      return resumed;
    }
    if (client.resume !== null) this.#parts.onRefused(resumed);
    this.end('forgotten');
    this.#delivery = undefined;
    this.#memberships = undefined;
    this.#session = undefined;
    return await this.#begin(client);
  }

  /** The socket is gone. */
  end(fate: RecordFate): void {
    if (this.#watched !== undefined) this.#parts.space.unwatch(this.#watched, this);
    this.#delivery?.stop();
    this.#held?.end(fate);
    this.#watched = undefined;
    this.#held = undefined;
  }

  /** Someone else continues the session, or it was ended. */
  onSessionEntry(entry: SessionEntry): void {
    if (entry.kind === 'ended')
      return this.#link.close(closeCodes.ended, 'The user has too many sessions.', 'forgotten');
    this.#claim = withRival(this.#claim, entry.session, entry);
    if (isTakenOver(this.#claim)) this.onSuperseded();
  }

  onSuperseded(): void {
    this.#link.close(closeCodes.takenOver, 'Another connection continues this session.', 'foreign');
  }

  async onLeft(channel: string, ended: Membership): Promise<void> {
    await this.memberships?.onLeft(channel, ended);
  }

  onTrimmed(): void {
    this.#link.close(closeCodes.restarting, 'The session can not be continued.', 'forgotten');
  }

  onBroken(): void {
    this.#link.cut();
  }

  #watch(sessionId: string): void {
    this.#watched = sessionId;
    this.#parts.space.watch(sessionId, this);
  }

  /** From here on, what becomes of the socket is told to the record. */
  #hold(record: SessionRecord): HeldSession {
    this.#held = new HeldSession(this.#parts, this, { ...record, holder: 'socket' });
    return this.#held;
  }

  /** `trimmed`: the log no longer has what follows the position, and nothing was sent. Null: the socket is closed. */
  async #deliver(record: SessionRecord, from: Position, nextSeq: number): Promise<'open' | 'trimmed' | null> {
    this.#delivery = new Delivery(this.#parts, this.#link, this, record);
    const outcome = await this.#delivery.start(from, nextSeq);
    if (outcome === 'stopped' || this.#link.isOver) return null;
    return outcome === 'live' ? 'open' : 'trimmed';
  }

  /**
   * Asks again for each channel: its user may have been removed from it while nobody was connected. Returns the memberships
   * that go on, and the names of those that do not. Throws if the app can't tell: its client comes back, with the session.
   */
  async #askAgain(
    id: string,
    channels: Readonly<Record<string, Membership>>,
  ): Promise<{ kept: Map<string, Membership>; refused: readonly string[] }> {
    const { askJoin } = this.#parts;
    const kept = new Map<string, Membership>();
    const refused: string[] = [];
    const names = Object.entries(channels);
    if (names.length === 0) return { kept, refused };
    const session = createHubSession(this.#user, { id, channels: new Map(names) }, this.#parts);
    const askOne = async (name: string, membership: Membership): Promise<void> => {
      const { since, until } = membership;
      if (until !== undefined) return void kept.set(name, membership);
      const answer = await askJoin?.(name, session, { reason: 'resume' });
      if (answer?.kind === 'failed') throw new Error('channels.join could not tell who may read a channel.');
      if (answer?.kind !== 'allowed') return void refused.push(name);
      kept.set(name, { ...membership, since: laterOf(since, answer.since ?? since) });
    };
    await Promise.all(names.map(([name, membership]) => askOne(name, membership)));
    return { kept, refused };
  }

  async #resume({ identity, resume: asked }: Client): Promise<'open' | RefusedResume | null> {
    if (asked === null) return 'unknown';
    const { log } = this.#parts;
    const link = this.#link;
    const { id, nextSeq } = asked;
    const known = await log.loadSession(id);
    const progress = judgeResume(known, identity, asked);
    if (known === null || typeof progress === 'string') return progress as RefusedResume;
    const { position } = progress;
    // Before the session is taken from a socket that may still serve it.
    if ((await log.read(position, 1)) === 'trimmed') return 'trimmed';
    const { kept, refused } = await this.#askAgain(id, knownChannels(known, progress));
    if (link.isOver) return null;
    const owner = randomUUID();
    this.#claim = { owner, position: null, rival: null };
    this.#watch(id);
    // Its place in the log decides between two sockets that want the same session.
    const claimedAt = await log.append({ kind: 'claim', session: id, owner });
    // Only now: a rival may have been read while it was stored.
    this.#claim = { ...this.#claim, position: claimedAt };
    if (isTakenOver(this.#claim)) this.onSuperseded();
    const latest = await log.loadSession(id);
    if (link.isOver) return null;
    if (latest === null) return 'unknown';
    // They end at this place in the log, where their client is told.
    for (const name of refused) {
      const left = { kind: 'left', target: { session: id }, channel: name, reason: 'refused' } as const;
      const at = await log.append(left);
      kept.set(name, { join: 0, since: at, until: at });
    }
    if (link.isOver) return null;
    const record = { ...latest, channels: Object.fromEntries(kept), claim: claimedAt };
    const held = this.#hold(record);
    // Before anything is sent: a join without an answer must not come back to life.
    await held.save();
    if (link.isOver) return null;
    return await this.#deliver(held.record, position, nextSeq);
  }

  async #makeRoom(user: string): Promise<void> {
    const { log, limits } = this.#parts;
    for (const ref of await log.sessionsBeyond(user, limits.sessionsPerUser)) {
      await log.endSession(ref);
      await log.append({ kind: 'ended', session: ref.id });
    }
  }

  async #begin({ identity }: Client): Promise<'open' | null> {
    const { log, space } = this.#parts;
    const link = this.#link;
    const id = randomUUID();
    const since = space.cursor;
    // The log does not have what this process has read: it was lost, or the process stood still. The client comes back, before
    // it is told of a session that would hear nothing.
    if ((await log.read(since, 1)) === 'trimmed') {
      await log.append({ kind: 'marker' });
      link.close(closeCodes.restarting, 'The session can not begin.', 'forgotten');
      return null;
    }
    if (link.isOver) return null;
    // Nobody knows the id yet, so every claim on it will be another one's.
    this.#claim = { owner: id, position: since, rival: null };
    this.#watch(id);
    const held = this.#hold({
      ...{ id, user: identity, since, claim: since },
      ...{ channels: noChannels, joins: 0, holder: 'socket' },
    });
    // Before the hello: a client that has seen it may come back to any process.
    await held.save();
    // After it: of many that connect at once, each sees the others.
    await this.#makeRoom(identity);
    if (link.isOver) return null;
    link.send(helloFrame(id, since));
    const opened = await this.#deliver(held.record, since, 1);
    if (opened !== 'trimmed') return opened;
    this.onTrimmed();
    return null;
  }
}
