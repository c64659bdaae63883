/**
 * A model of one or two processes, one log, one session and its client, for exhaustive exploration: `next` yields all states that can
 * follow. The decisions are those of `server/session.ts`; what is around them (reads, saves, frames, crashes) is modelled here,
 * each as a step of its own, so that anything else can happen in between.
 */
import type * as decisions from '../../server/session.ts';
import type { Entry, Membership, SessionRecord } from '../../server/types.ts';

export type Rules = Pick<
  typeof decisions,
  | 'judgeResume'
  | 'knownChannels'
  | 'nextReplayStep'
  | 'aheadOf'
  | 'hasAlready'
  | 'concerns'
  | 'joinedSince'
  | 'withRival'
  | 'isTakenOver'
>;

/** How much may happen. */
export interface Bounds {
  readonly processes: 1 | 2;
  /** Events for the session. */
  readonly events: number;
  /** Events for the channel that the client joins. */
  readonly channelEvents: number;
  /** Whether the client joins at all. */
  readonly joins: 0 | 1;
  /** How often the server ends the membership. */
  readonly lefts: 0 | 1;
  readonly crashes: number;
  readonly drops: number;
}

/** Entries are numbered from 1; the position of number n is `0-n`. 0 is before the log. */
export interface State {
  /** `e`: an event for the session, `x`: one for the channel, `l`: the server ends the membership, `c<owner>`: a claim. */
  readonly log: readonly string[];
  readonly record: Stored;
  readonly processes: readonly (Process | null)[];
  readonly client: Client;
  readonly crashes: number;
  readonly drops: number;
  readonly owners: number;
}

interface Stored {
  readonly member: Membership | null;
  readonly joins: number;
  /** The place of the claim under which it was saved. */
  readonly claim: number;
}

interface Process {
  readonly cursor: number;
  readonly socket: Socket | null;
}

interface Socket {
  readonly owner: number;
  readonly claim: number;
  /** Whether the socket knows where its claim is. */
  readonly isClaimKnown: boolean;
  readonly rival: number | null;
  readonly phase: 'claiming' | 'loaded' | 'reading' | 'replaying' | 'live' | 'joining' | 'saved';
  readonly position: number;
  readonly ahead: number | null;
  /** A page that was read, and not sent yet. */
  readonly page: number | null;
  readonly seq: number;
  readonly member: Membership | null;
  /** Of the member's joins, and of the position. */
  readonly joins: number;
  /** The position from which the client asks for the channel. */
  readonly ask: number | null;
}

type Frame =
  | readonly ['event', seq: number, place: number, joins: number]
  | readonly ['answer', at: number, joins: number, past: readonly number[]];

interface Client {
  /** The process of its link. */
  readonly link: number | null;
  readonly owner: number;
  readonly seq: number;
  readonly position: number;
  readonly joins: number;
  /** The events that it has, by their place in the log: its own, and the channel's. */
  readonly has: readonly number[];
  readonly hasOfChannel: readonly number[];
  readonly channel: 'none' | 'asked' | 'joined' | 'left';
  /** Where it was when it first asked for the channel. */
  readonly from: number;
  /** Whether it has asked over this link. */
  readonly hasAsked: boolean;
  /** An event of a channel that it has not joined. */
  readonly isIntruded: boolean;
  /** Frames on the way. */
  readonly wire: readonly Frame[];
}

const at = (place: number): string => `0-${place}`;
const placeOf = (position: string | null): number | null =>
  position === null ? null : Number(position.slice(2));

function entryAt(log: readonly string[], place: number): Entry {
  const kind = log[place - 1] ?? '';
  const position = at(place);
  if (kind === 'e') return { kind: 'event', target: { session: 's' }, event: 'e', data: '', position };
  if (kind === 'x') return { kind: 'event', target: { channel: 'c' }, event: 'x', data: '', position };
  if (kind === 'l') return { kind: 'left', target: { all: true }, channel: 'c', reason: null, position };
  return { kind: 'claim', session: 's', owner: kind.slice(1), position };
}

const freshSocket: Socket = {
  ...{ owner: 0, claim: 0, isClaimKnown: true, rival: null, phase: 'live', position: 0 },
  ...{ ahead: null, page: null, seq: 1, member: null, joins: 0, ask: null },
};

export const startOf = ({ processes }: Bounds): State => ({
  log: [],
  record: { member: null, joins: 0, claim: 0 },
  processes: [
    { cursor: 0, socket: freshSocket },
    { cursor: 0, socket: null },
  ].slice(0, processes),
  client: {
    ...{ link: 0, owner: 0, seq: 1, position: 0, joins: 0, has: [], hasOfChannel: [] },
    ...{ channel: 'none', from: 0, hasAsked: false, isIntruded: false, wire: [] },
  },
  crashes: 0,
  drops: 0,
  owners: 1,
});

function readerOf(member: Membership | null): Parameters<Rules['concerns']>[0] {
  return { id: 's', user: 'ada', channels: new Map(member ? [['c', member]] : []) };
}

function recordOf({ member, joins, claim }: Stored): SessionRecord {
  return {
    ...{ id: 's', user: 'ada', since: '0-0', claim: at(claim), holder: 'socket' },
    ...{ channels: member ? { c: member } : {}, joins },
  };
}

const count = (log: readonly string[], kind: string): number => log.filter((one) => one === kind).length;

function withProcess(state: State, index: number, process: Process | null): State {
  return { ...state, processes: state.processes.map((one, other) => (other === index ? process : one)) };
}

function withSocket(state: State, index: number, socket: Socket | null): State {
  const process = state.processes[index];
  return process ? withProcess(state, index, { ...process, socket }) : state;
}

/** Puts a frame on the wire, if the client still listens to this socket. */
function put(state: State, index: number, { owner }: Socket, frame: Frame): State {
  const { client } = state;
  const isHeard = client.link === index && client.owner === owner;
  return isHeard ? { ...state, client: { ...client, wire: [...client.wire, frame] } } : state;
}

/** A save under the socket's claim. Refused where the record has a later one. */
function save(state: State, socket: Socket, member: Membership | null, joins: number): State | 'superseded' {
  if (state.record.claim > socket.claim) return 'superseded';
  return { ...state, record: { member, joins, claim: socket.claim } };
}

/** Sends an entry that concerns the session. */
function send(state: State, index: number, socket: Socket, place: number): readonly [State, Socket] {
  const sent = put(state, index, socket, ['event', socket.seq, place, socket.joins]);
  const next = { ...socket, seq: socket.seq + 1 };
  if (state.log[place - 1] !== 'l' || socket.member === null) return [sent, next];
  const saved = save(sent, socket, { ...socket.member, until: at(place) }, state.record.joins);
  return [saved === 'superseded' ? sent : saved, { ...next, member: null }];
}

/** All states that can follow, each with what happened. */
export function* next(state: State, rules: Rules, bounds: Bounds): Generator<[string, State]> {
  const { log, client } = state;
  if (count(log, 'e') < bounds.events) yield ['publish', { ...state, log: [...log, 'e'] }];
  if (count(log, 'x') < bounds.channelEvents) yield ['publish to channel', { ...state, log: [...log, 'x'] }];
  if (count(log, 'l') < bounds.lefts && client.channel !== 'none')
    yield ['end membership', { ...state, log: [...log, 'l'] }];

  for (const [index, process] of state.processes.entries()) {
    if (process === null) {
      // A new process starts at the end of the log.
      yield [`start ${index}`, withProcess(state, index, { cursor: log.length, socket: null })];
      continue;
    }
    yield* reads(state, index, process, rules);
    if (process.socket) yield* works(state, index, process, process.socket, rules);
    if (state.crashes < bounds.crashes) {
      const crashed = withProcess({ ...state, crashes: state.crashes + 1 }, index, null);
      yield [`crash ${index}`, client.link === index ? { ...crashed, client: unlinked(client) } : crashed];
    }
  }
  yield* ofClient(state, rules, bounds);
}

function unlinked(client: Client): Client {
  return { ...client, link: null, wire: [], hasAsked: false };
}

function* ofClient(state: State, rules: Rules, bounds: Bounds): Generator<[string, State]> {
  const { client } = state;
  const [frame, ...wire] = client.wire;
  if (frame) yield ['receive', { ...state, client: { ...received(client, frame, state.log), wire } }];
  if (client.link !== null) {
    if (state.drops < bounds.drops)
      yield ['drop', { ...state, drops: state.drops + 1, client: unlinked(client) }];
    const socket = state.processes[client.link]?.socket;
    const isWanted = client.channel === 'asked' || (client.channel === 'none' && bounds.joins > 0);
    if (isWanted && !client.hasAsked && socket?.owner === client.owner) {
      const from = client.channel === 'none' ? client.position : client.from;
      const asking: Client = { ...client, channel: 'asked', from, hasAsked: true };
      yield ['ask', { ...withSocket(state, client.link, { ...socket, ask: from }), client: asking }];
    }
    return;
  }
  for (const [index, process] of state.processes.entries()) {
    if (process === null || rules.judgeResume(recordOf(state.record), 'ada', asked(client)) === 'malformed')
      continue;
    const owner = state.owners;
    const log = [...state.log, `c${owner}`];
    const socket: Socket = {
      ...{ ...freshSocket, owner, claim: log.length, isClaimKnown: false, phase: 'claiming' },
      ...{ position: client.position, seq: client.seq, joins: client.joins },
    };
    const connected = { ...client, link: index, owner, wire: [], hasAsked: false };
    yield [
      `connect ${index}`,
      { ...withSocket(state, index, socket), log, owners: owner + 1, client: connected },
    ];
  }
}

function asked({ seq, position, joins }: Client): Parameters<Rules['judgeResume']>[2] {
  return { id: 's', nextSeq: seq, position: `${at(position)}.${joins}` };
}

function received(client: Client, frame: Frame, log: readonly string[]): Client {
  if (frame[0] === 'answer') {
    const [, position, joins, past] = frame;
    if (client.channel !== 'asked') return client;
    const hasOfChannel = [...client.hasOfChannel, ...past];
    return { ...client, channel: 'joined', hasOfChannel, position, joins };
  }
  const [, seq, position, joins] = frame;
  if (seq !== client.seq) return client;
  const moved: Client = { ...client, seq: seq + 1, position, joins };
  switch (log[position - 1]) {
    case 'e':
      return { ...moved, has: [...client.has, position] };
    case 'l':
      return { ...moved, channel: 'left' };
    default:
      if (client.channel === 'joined') return { ...moved, hasOfChannel: [...client.hasOfChannel, position] };
      return { ...moved, isIntruded: client.channel !== 'left' };
  }
}

/** The process reads the next entry of the log. */
function* reads(state: State, index: number, process: Process, rules: Rules): Generator<[string, State]> {
  const { cursor, socket } = process;
  if (cursor >= state.log.length) return;
  const place = cursor + 1;
  const entry = entryAt(state.log, place);
  let reached = withProcess(state, index, { ...process, cursor: place });
  if (socket) {
    const claim = rules.withRival(claimOf(socket), 's', entry);
    let kept: Socket | null = { ...socket, rival: placeOf(claim.rival) };
    if (rules.isTakenOver(claim)) kept = null;
    else if (socket.phase === 'live' && rules.concerns(readerOf(socket.member), entry)) {
      if (!rules.hasAlready(socket.ahead === null ? null : at(socket.ahead), entry)) {
        const [sent, after] = send(reached, index, { ...kept, ahead: null }, place);
        reached = sent;
        kept = { ...after, position: place };
      }
    }
    reached = withSocket(reached, index, kept);
  }
  yield [`read ${index}`, reached];
}

function claimOf({ owner, claim, isClaimKnown, rival }: Socket): Parameters<Rules['withRival']>[0] {
  return {
    owner: String(owner),
    position: isClaimKnown ? at(claim) : null,
    rival: rival === null ? null : at(rival),
  };
}

/** What a socket does by itself. Each of these takes time: other things happen before the next. */
function* works(
  state: State,
  index: number,
  { cursor }: Process,
  socket: Socket,
  rules: Rules,
): Generator<[string, State]> {
  const { log, record } = state;
  switch (socket.phase) {
    case 'claiming': {
      const known: Socket = { ...socket, isClaimKnown: true, phase: 'loaded' };
      if (rules.isTakenOver(claimOf(known))) yield [`give up ${index}`, withSocket(state, index, null)];
      else {
        const progress = { position: at(socket.position), joins: socket.joins };
        const { c: member = null } = rules.knownChannels(recordOf(record), progress);
        yield [`load ${index}`, withSocket(state, index, { ...known, member, joins: record.joins })];
      }
      return;
    }
    case 'loaded': {
      const saved = save(state, socket, socket.member, socket.joins);
      const following: Socket = { ...socket, phase: 'reading' };
      yield saved === 'superseded'
        ? [`give up ${index}`, withSocket(state, index, null)]
        : [`save ${index}`, withSocket(saved, index, following)];
      return;
    }
    case 'live': {
      if (socket.ask === null) return;
      const position = socket.ahead ?? cursor;
      yield [`pause ${index}`, withSocket(state, index, { ...socket, phase: 'joining', position })];
      return;
    }
    case 'joining': {
      const since = rules.joinedSince(at(socket.position), at(socket.ask ?? 0), null);
      const joins = socket.joins + 1;
      const member = { since, join: joins };
      const saved = save(state, socket, member, joins);
      yield saved === 'superseded'
        ? [`give up ${index}`, withSocket(state, index, null)]
        : [`save join ${index}`, withSocket(saved, index, { ...socket, member, joins, phase: 'saved' })];
      return;
    }
    case 'saved': {
      const past = log.flatMap((kind, before) =>
        kind === 'x' && before + 1 > (socket.ask ?? 0) && before + 1 <= socket.position ? [before + 1] : [],
      );
      const answered = put(state, index, socket, ['answer', socket.position, socket.joins, past]);
      yield [
        `answer ${index}`,
        withSocket(answered, index, { ...socket, ask: null, ahead: null, phase: 'replaying' }),
      ];
      return;
    }
    case 'reading':
    case 'replaying': {
      if (socket.page !== null) return yield* replays(state, index, socket, rules);
      const step = rules.nextReplayStep({ position: at(socket.position), cursor: at(cursor) });
      if (socket.phase === 'replaying' && step === 'live') {
        const ahead = placeOf(rules.aheadOf({ position: at(socket.position), cursor: at(cursor) }));
        yield [`live ${index}`, withSocket(state, index, { ...socket, phase: 'live', ahead })];
      } else yield [`page ${index}`, withSocket(state, index, { ...socket, page: log.length })];
      return;
    }
    default:
      socket.phase satisfies never;
  }
}

/** Sends the page that was read. */
function* replays(state: State, index: number, socket: Socket, rules: Rules): Generator<[string, State]> {
  const page = socket.page ?? 0;
  let told = state;
  let sent = socket;
  for (let place = socket.position + 1; place <= page; place += 1)
    if (rules.concerns(readerOf(sent.member), entryAt(state.log, place)))
      [told, sent] = send(told, index, sent, place);
  const replayed: Socket = { ...sent, phase: 'replaying', position: page, page: null };
  yield [`replay ${index}`, withSocket(told, index, replayed)];
}

/** What is wrong in this state, or null. */
export function violation({ log, client, processes }: State): string | null {
  const placesOf = (kind: string): number[] => log.flatMap((one, index) => (one === kind ? [index + 1] : []));
  const events = placesOf('e');
  const [left = 0] = client.channel === 'left' ? placesOf('l') : [];
  const ofChannel = placesOf('x').filter((place) => place > client.from && (left === 0 || place < left));
  const wrong = hole(client.has, events) ?? hole(client.hasOfChannel, ofChannel);
  if (wrong !== null) return wrong;
  if (client.isIntruded) return 'the client has an event of a channel that it has not joined';
  if (left > 0 && client.hasOfChannel.length < ofChannel.length)
    return 'the membership has ended, and the client does not have every event before that';
  for (const process of processes) {
    if (!process?.socket) continue;
    const { owner, claim, isClaimKnown } = process.socket;
    const newer = log.findLastIndex((kind) => kind.startsWith('c') && kind !== `c${owner}`) + 1;
    if (isClaimKnown && newer > claim && process.cursor >= newer)
      return 'a socket writes to a session that another has';
  }
  const isQuiet =
    client.link !== null &&
    client.wire.length === 0 &&
    processes.every((one) => one === null || one.cursor === log.length);
  const socket = client.link === null ? null : processes[client.link]?.socket;
  if (!isQuiet || socket?.phase !== 'live' || socket.owner !== client.owner) return null;
  if (client.has.length < events.length) return 'all is quiet, and the client does not have every event';
  if (client.channel !== 'joined') return null;
  if (socket.member === null) return 'all is quiet, and only the client believes that it has joined';
  if (count(log, 'l') > 0 && log.indexOf('l') + 1 > (placeOf(socket.member.since) ?? 0))
    return 'all is quiet, and the client was not told that its membership has ended';
  const isComplete = client.hasOfChannel.length === ofChannel.length;
  return isComplete ? null : 'all is quiet, and the client does not have every event of its channel';
}

function hole(has: readonly number[], all: readonly number[]): string | null {
  const index = has.findIndex((place, one) => place !== all[one]);
  return index < 0 ? null : `event ${index} of the client is the one at ${has[index]}, not at ${all[index]}`;
}
