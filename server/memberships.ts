/** The channels of one session: joins and leaves of its client, and what the server ends. */
import type { AskJoin, JoinAnswer } from './ask-join.ts';
import type { Delivery } from './delivery.ts';
import { failed, pastEvent, type Reply } from './frames.ts';
import type { HeldSession } from './held-session.ts';
import { type Ask, findPast, type Past, type Wanted } from './history.ts';
import { isChannelName, type JoinAsk, readJoin, readLeave } from './join-message.ts';
import { joinedSince } from './session.ts';
import type { EventLog, HubLogger, HubSession, Membership, Position } from './types.ts';

export interface MembershipsParts {
  readonly log: EventLog;
  readonly logger: HubLogger;
  readonly held: HeldSession;
  readonly delivery: Delivery;
  readonly session: HubSession;
  readonly askJoin: AskJoin;
  readonly channelsPerSession: number;
  readonly owner: MembershipsOwner;
}

export interface MembershipsOwner {
  /** The log does not have what follows. */
  onTrimmed(): void;
  /** The session can't go on over this socket. */
  onBroken(): void;
}

/** Each answers once, before what follows is sent. */
export interface Memberships {
  join(data: unknown, answer: (reply: Reply) => void): Promise<void>;
  leave(data: unknown, answer: (reply: Reply) => void): Promise<void>;
  /** The server has ended this one. Resolves once that is saved; rejects if it can't be. */
  onLeft(channel: string, ended: Membership): Promise<void>;
}

/** What became of one name. */
type Result =
  | { readonly kind: 'allowed'; readonly since: Position | null; readonly ask: JoinAsk }
  | { readonly kind: 'refused'; readonly id: string; readonly message: string; readonly ask: JoinAsk };

export function createMemberships(parts: MembershipsParts): Memberships {
  const { log, logger, held, delivery, session, askJoin, channelsPerSession, owner } = parts;

  /** Those that the server has ended. Their clients may not have got the event. */
  const ended = new Map<string, Membership>();

  const current = (): Record<string, Membership> => Object.fromEntries([...ended, ...delivery.channels]);

  const judge = async (ask: JoinAsk): Promise<Result> => {
    if (!isChannelName(ask.name))
      return { kind: 'refused', id: 'invalid-name', message: 'A name has 1 to 256 characters.', ask };
    const answer: JoinAnswer = await askJoin(ask.name, session, { reason: 'join' });
    return answer.kind === 'allowed' ? { ...answer, ask } : { ...answer, kind: 'refused', ask };
  };

  /** Counted after the app was asked, so that the names that it refuses take no room. */
  const withinLimit = (results: readonly Result[]): readonly Result[] => {
    let room = channelsPerSession - delivery.channels.size;
    return results.map((result) => {
      if (result.kind === 'refused' || delivery.channels.has(result.ask.name)) return result;
      room -= 1;
      if (room >= 0) return result;
      const message = `At most ${channelsPerSession} channels can be joined.`;
      return { kind: 'refused', id: 'too-many-channels', message, ask: result.ask };
    });
  };

  /** What each name asks for. A position may be forged, or no longer in the log: only the log tells. */
  const asksFor = async (results: readonly Result[]): Promise<Map<string, Ask>> => {
    const isKnown = new Map<Position, boolean>();
    const asks = new Map<string, Ask>();
    for (const result of results) {
      if (result.kind === 'refused') continue;
      const { name, wanted } = result.ask;
      asks.set(name, { wanted: await checked(wanted, isKnown), allowed: result.since });
    }
    return asks;
  };

  const checked = async (wanted: Wanted, isKnown: Map<Position, boolean>): Promise<Wanted> => {
    if (wanted.from !== 'position' || wanted.position === null) return wanted;
    const { position } = wanted;
    // Clients give the same position for each channel.
    const isThere = isKnown.get(position) ?? (await log.read(position, 1)) !== 'trimmed';
    isKnown.set(position, isThere);
    return isThere ? wanted : { from: 'position', position: null };
  };

  /** At this place in the log: what of the past was asked for, then the record, then the answer. */
  const joinAt = async (
    at: Position,
    results: readonly Result[],
    answer: (reply: Reply) => void,
  ): Promise<void> => {
    const asks = await asksFor(results);
    const past = await findPast(log, at, asks);
    const before = current();
    const joins = held.record.joins + 1;
    const joined = Object.fromEntries(
      [...asks].map(([name, { wanted, allowed }]): [string, Membership] => {
        const known = wanted.from === 'position' ? wanted.position : null;
        return [name, { since: joinedSince(at, known, allowed), join: joins }];
      }),
    );
    held.change({ channels: { ...before, ...joined }, joins });
    try {
      await held.save();
    } catch (thrown) {
      held.change({ channels: before });
      throw thrown;
    }
    for (const [name, membership] of Object.entries(joined)) {
      ended.delete(name);
      delivery.join(name, membership);
    }
    delivery.joins = joins;
    const texts = results.map((result) => resultText(result, past));
    answer({
      status: 'OK',
      dataText: `{"channels":[${texts.join(',')}]}`,
      progress: { position: at, joins },
    });
  };

  const join: Memberships['join'] = async (data, answer) => {
    const asks = readJoin(data);
    if (asks === null)
      return answer(failed('invalid-data', 'Send { channels: [{ name }] }, with 1 to 1,000 names.'));
    const results = withinLimit(await Promise.all(asks.map(judge)));
    if (results.every(({ kind }) => kind === 'refused')) {
      const text = results.map((result) => resultText(result, new Map())).join(',');
      return answer({ status: 'OK', dataText: `{"channels":[${text}]}` });
    }
    const outcome = await delivery.pauseFor(async (at) => {
      try {
        await joinAt(at, results, answer);
      } catch (thrown) {
        logger.warn('A channel could not be joined: the log can not be reached.', { error: String(thrown) });
        answer(failed('unavailable', 'Try again later.'));
      }
    });
    if (outcome === 'trimmed') owner.onTrimmed();
  };

  const saveChannels = async (): Promise<void> => {
    held.change({ channels: current() });
    await held.save();
  };

  const trySaveChannels = async (): Promise<void> => {
    try {
      await saveChannels();
    } catch (thrown) {
      // Until it is saved, a client that comes back to another process gets what it does not want.
      logger.warn('The end of a membership could not be saved.', { error: String(thrown) });
    }
  };

  return {
    async join(data, answer) {
      try {
        await join(data, answer);
      } catch (thrown) {
        logger.warn('A session could not go on after a join.', { error: String(thrown) });
        owner.onBroken();
      }
    },
    async leave(data, answer) {
      const names = readLeave(data);
      if (names === null)
        return answer(failed('invalid-data', 'Send { channels: [name] }, with 1 to 1,000 names.'));
      for (const name of names) {
        ended.delete(name);
        delivery.leave(name);
      }
      await trySaveChannels();
      answer({ status: 'OK' });
    },
    onLeft(channel, membership) {
      // The newest last, and not more of them than there can be channels.
      ended.delete(channel);
      ended.set(channel, membership);
      const [oldest] = ended.keys();
      if (ended.size > channelsPerSession && oldest !== undefined) ended.delete(oldest);
      return saveChannels();
    },
  };
}

/** One name's part of the answer. */
function resultText(result: Result, past: ReadonlyMap<string, Past>): string {
  const { name, wanted } = result.ask;
  if (result.kind === 'refused') {
    const { id, message } = result;
    return JSON.stringify({ name, status: 'refused', error: { id, message } });
  }
  const { events = [], outcome } = past.get(name) ?? {};
  const head = `{"name":${JSON.stringify(name)},"status":"joined"`;
  if (wanted.from === 'now') return `${head}}`;
  const recovered = wanted.from === 'last' ? '' : `,"recovered":${outcome === 'complete'}`;
  return `${head}${recovered},"events":[${events.map(pastEvent).join(',')}]}`;
}
