/** Sends a session its entries over one socket: first what it missed, then what comes. */
import { entryFrame, entryPrefix } from './frames.ts';
import type { Link } from './link.ts';
import type { Progress } from './position.ts';
import { aheadOf, concerns, hasAlready, nextReplayStep } from './session.ts';
import type { LiveSession, SentEntry, Space } from './space.ts';
import type { EventLog, Membership, Position, SessionRecord } from './types.ts';

export interface DeliveryParts {
  readonly log: Pick<EventLog, 'read'>;
  readonly space: Space;
}

export interface DeliveryOwner {
  /** The server has ended the membership at this position. The client is told when this has resolved; it rejects if it must not be. */
  onLeft(channel: string, ended: Membership): Promise<void>;
  /** The log does not have what follows. Not called while `start` or `pauseFor` is there to say so. */
  onTrimmed(): void;
}

/** `trimmed`: the log does not have what follows. `stopped`: the socket is closed. */
export type Outcome = 'live' | 'trimmed' | 'stopped';

/** Entries that are read at once. */
const PAGE = 500;

/** How often a replay looks whether a slow client has read on. */
const DRAIN_CHECK_MS = 20;

/** How long a replay waits for a client that does not read at all. */
const DRAIN_LIMIT_MS = 30_000;

/** The part of the last sent frame that all sessions share. Entries are dispatched one by one, so the next session needs the same. */
let sharedEntry: SentEntry | undefined;
let sharedPrefix = '';

function prefixOf(entry: SentEntry): string {
  if (entry !== sharedEntry) {
    sharedEntry = entry;
    sharedPrefix = entryPrefix(entry);
  }
  return sharedPrefix;
}

type LeftEntry = Extract<SentEntry, { kind: 'left' }>;

const noChannels: ReadonlyMap<string, Membership> = new Map();

/** One for each session, so a class: see `HeldSession`. */
export class Delivery implements LiveSession {
  readonly id: string;
  readonly user: string;
  /** How many joins were answered. */
  joins: number;
  readonly #parts: DeliveryParts;
  readonly #link: Link;
  readonly #owner: DeliveryOwner;
  /** Undefined while there are none. */
  #channels: Map<string, Membership> | undefined;
  #seq = 0;
  /** It is about to tell the client of the end of a membership. */
  #ending: Promise<void> | undefined;
  #phase: 'idle' | 'live' | 'stopped' = 'idle';
  /** While live: further in the log than this process was when the session went live. */
  #ahead: Position | null = null;
  /** While not live: the last entry that was considered. Null before the start. */
  #reached: Position | null = null;

  constructor(parts: DeliveryParts, link: Link, owner: DeliveryOwner, record: SessionRecord) {
    this.#parts = parts;
    this.#link = link;
    this.#owner = owner;
    this.id = record.id;
    this.user = record.user;
    this.joins = record.joins;
    for (const [name, membership] of Object.entries(record.channels)) this.join(name, membership);
  }

  get channels(): ReadonlyMap<string, Membership> {
    return this.#channels ?? noChannels;
  }

  /** Sends what follows the position, which the log has to have had a moment ago, then goes live. */
  start(from: Position, nextSeq: number): Promise<Outcome> {
    this.#seq = nextSeq;
    return this.#catchUp(from);
  }

  /** Up to where the client has been sent everything; null before it is live. */
  progress(): Progress | null {
    const position = this.#position();
    return position === null ? null : { position, joins: this.joins };
  }

  /**
   * Runs the task at one place in the log: up to there, the client has everything, and nothing is sent meanwhile. What came
   * meanwhile is sent after it. One task at a time, and only after `start` has resolved with `live`.
   */
  async pauseFor(task: (at: Position) => Promise<void>): Promise<Outcome> {
    while (this.#ending !== undefined) await this.#ending;
    const at = this.#position();
    if (this.#isStopped() || at === null) return 'stopped';
    this.#reached = at;
    this.#endLive('idle');
    await task(at);
    return await this.#catchUp(at);
  }

  /** Reads the channel from now on. Only while it is not live. */
  join(channel: string, membership: Membership): void {
    this.#channels ??= new Map();
    this.#channels.set(channel, membership);
  }

  /** Reads the channel no more. */
  leave(channel: string): void {
    this.#channels?.delete(channel);
    if (this.#phase === 'live') this.#parts.space.unindexChannel(this, channel);
  }

  stop(): void {
    this.#endLive('stopped');
  }

  onEntry(entry: SentEntry): void {
    if (this.#ahead !== null) {
      if (hasAlready(this.#ahead, entry)) return;
      this.#ahead = null;
    }
    if (entry.kind === 'left') return this.#pauseToEnd(entry);
    this.#send(entry);
    if (this.#link.isSlow()) this.#link.cut();
  }

  onBroken(): void {
    this.#link.cut();
  }

  #position(): Position | null {
    return this.#phase === 'live' ? (this.#ahead ?? this.#parts.space.cursor) : this.#reached;
  }

  #endLive(phase: 'idle' | 'stopped'): void {
    if (this.#phase === 'live') this.#parts.space.endLive(this);
    this.#phase = phase;
  }

  #send(entry: SentEntry): void {
    this.#link.send(entryFrame(prefixOf(entry), this.joins, this.#seq));
    this.#seq += 1;
  }

  /**
   * The record is changed before the client is told. The other way round, a process that dies in between leaves a record with
   * which the next one sends the client what comes after the end.
   */
  async #endMembership(entry: LeftEntry): Promise<void> {
    const membership = this.#channels?.get(entry.channel);
    this.leave(entry.channel);
    if (membership) await this.#owner.onLeft(entry.channel, { ...membership, until: entry.position });
    if (!this.#isStopped()) this.#send(entry);
  }

  #pauseToEnd(entry: LeftEntry): void {
    this.#endLive('idle');
    // Where it is now can't be told: the process has read this entry, and the client does not have it.
    this.#reached = null;
    const work = async (): Promise<void> => {
      await this.#endMembership(entry);
      if ((await this.#catchUp(entry.position)) === 'trimmed') this.#owner.onTrimmed();
    };
    const ending: Promise<void> = work()
      .catch(() => this.#link.cut())
      .finally(() => {
        // The next one may have begun.
        if (this.#ending === ending) this.#ending = undefined;
      });
    this.#ending = ending;
  }

  #isStopped(): boolean {
    return this.#phase === 'stopped';
  }

  /** A replay may be larger than what a slow client is allowed to have waiting, so it goes at the client's pace. */
  async #drained(): Promise<void> {
    const limitAt = performance.now() + DRAIN_LIMIT_MS;
    while (!this.#isStopped() && this.#link.isSlow()) {
      if (performance.now() > limitAt) return this.#link.cut();
      await new Promise((resolve) => setTimeout(resolve, DRAIN_CHECK_MS));
    }
  }

  async #catchUp(from: Position): Promise<Outcome> {
    const { log, space } = this.#parts;
    let position = from;
    for (;;) {
      if (this.#isStopped()) return 'stopped';
      if (nextReplayStep({ position, cursor: space.cursor }) === 'live') {
        this.#ahead = aheadOf({ position, cursor: space.cursor });
        this.#phase = 'live';
        space.goLive(this);
        return 'live';
      }
      const page = await log.read(position, PAGE);
      if (this.#isStopped()) return 'stopped';
      // Nothing behind the position, though this process has read further: the log has lost its end.
      if (page === 'trimmed' || page.length === 0) return 'trimmed';
      for (const entry of page) {
        position = entry.position;
        if (!isSent(entry) || !concerns(this, entry)) continue;
        if (entry.kind === 'left') await this.#endMembership(entry);
        else this.#send(entry);
        if (this.#isStopped()) return 'stopped';
      }
      this.#reached = position;
      await this.#drained();
    }
  }
}

function isSent(entry: { readonly kind: string }): entry is SentEntry {
  return entry.kind === 'event' || entry.kind === 'left';
}
