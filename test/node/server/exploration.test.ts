/**
 * Every order of events, reads, crashes, dropped links and reconnects, for two processes and one session: breadth first over
 * all states. The decisions are those of `server/session.ts`; a wrong one gives a shortest counterexample.
 */
import { describe, expect, it } from 'vitest';
import * as decisions from '../../../server/session.ts';
import type { Entry } from '../../../server/types.ts';

type Rules = Pick<
  typeof decisions,
  'judgeResume' | 'nextReplayStep' | 'aheadOf' | 'hasAlready' | 'isTakenOver'
>;

/** Entries are numbered from 1; the position of number n is `0-n`. 0 is before the log. */
interface State {
  /** `e`: an event for the session, `c<owner>`: a claim. */
  readonly log: readonly string[];
  readonly processes: readonly (Process | null)[];
  readonly client: Client;
  readonly crashes: number;
  readonly drops: number;
  readonly owners: number;
}

interface Process {
  readonly cursor: number;
  readonly socket: Socket | null;
}

interface Socket {
  readonly owner: number;
  readonly claim: number;
  readonly phase: 'reading' | 'replaying' | 'live';
  readonly position: number;
  readonly ahead: number | null;
  /** A page that was read, and not sent yet. */
  readonly page: number | null;
  readonly seq: number;
}

interface Client {
  /** The process of its link. */
  readonly link: number | null;
  readonly owner: number;
  /** The events that it has, by their place in the log. */
  readonly has: readonly number[];
  readonly seq: number;
  readonly position: number;
  /** Frames on the way: [seq, place]. */
  readonly wire: readonly (readonly [number, number])[];
}

const EVENTS = 4;
const CRASHES = 2;
const DROPS = 1;

const record = { id: 's', user: 'ada', since: '0-0', channels: {} };
const at = (place: number): string => `0-${place}`;
const placeOf = (position: string | null): number | null =>
  position === null ? null : Number(position.slice(2));

const entryAt = (log: readonly string[], place: number): Entry => {
  const kind = log[place - 1] ?? '';
  return kind === 'e'
    ? { kind: 'event', target: { session: 's' }, event: 'e', data: '', position: at(place) }
    : { kind: 'claim', session: 's', owner: kind.slice(1), position: at(place) };
};

const start: State = {
  log: [],
  processes: [
    {
      cursor: 0,
      socket: { owner: 0, claim: 0, phase: 'live', position: 0, ahead: null, page: null, seq: 1 },
    },
    { cursor: 0, socket: null },
  ],
  client: { link: 0, owner: 0, has: [], seq: 1, position: 0, wire: [] },
  crashes: 0,
  drops: 0,
  owners: 1,
};

/** Sends to the client, if it still listens to this socket. */
function send(client: Client, socket: Socket, process: number, place: number): Client {
  const isHeard = client.link === process && client.owner === socket.owner;
  return isHeard ? { ...client, wire: [...client.wire, [socket.seq, place]] } : client;
}

function withProcess(state: State, index: number, process: Process | null): State {
  return { ...state, processes: state.processes.map((one, other) => (other === index ? process : one)) };
}

/** All states that can follow. */
function* next(state: State, rules: Rules): Generator<[string, State]> {
  const { log, client } = state;
  if (log.filter((kind) => kind === 'e').length < EVENTS) yield ['publish', { ...state, log: [...log, 'e'] }];

  for (const [index, process] of state.processes.entries()) {
    if (process === null) {
      // A new process starts at the end of the log.
      yield [`start ${index}`, withProcess(state, index, { cursor: log.length, socket: null })];
      continue;
    }
    yield* ofProcess(state, index, process, rules);
    if (state.crashes < CRASHES) {
      const crashed = withProcess({ ...state, crashes: state.crashes + 1 }, index, null);
      const isCut = client.link === index;
      yield [`crash ${index}`, isCut ? { ...crashed, client: { ...client, link: null, wire: [] } } : crashed];
    }
  }

  const [frame, ...wire] = client.wire;
  if (frame) {
    const [seq, place] = frame;
    const isNext = seq === client.seq;
    const has = isNext ? [...client.has, place] : client.has;
    const rest = isNext ? { has, seq: seq + 1, position: place } : {};
    yield ['receive', { ...state, client: { ...client, ...rest, wire } }];
  }
  if (client.link !== null && state.drops < DROPS)
    yield ['drop', { ...state, drops: state.drops + 1, client: { ...client, link: null, wire: [] } }];
  if (client.link === null)
    for (const [index, process] of state.processes.entries()) {
      if (process === null) continue;
      const asked = { id: 's', nextSeq: client.seq, position: at(client.position) };
      if (rules.judgeResume(record, 'ada', asked) !== 'resume') continue;
      const owner = state.owners;
      const claimed = [...log, `c${owner}`];
      const socket: Socket = {
        ...{ owner, claim: claimed.length, phase: 'reading', position: client.position },
        ...{ ahead: null, page: null, seq: client.seq },
      };
      const connected = { ...client, link: index, owner, wire: [] };
      yield [
        `connect ${index}`,
        withProcess({ ...state, log: claimed, owners: owner + 1, client: connected }, index, {
          ...process,
          socket,
        }),
      ];
    }
}

function* ofProcess(state: State, index: number, process: Process, rules: Rules): Generator<[string, State]> {
  const { log, client } = state;
  const { cursor, socket } = process;
  if (cursor < log.length) {
    const place = cursor + 1;
    const entry = entryAt(log, place);
    let told = client;
    let kept = socket;
    if (socket) {
      const claim = { owner: String(socket.owner), position: at(socket.claim) };
      if (rules.isTakenOver('s', claim, entry)) kept = null;
      else if (socket.phase === 'live' && entry.kind === 'event') {
        const ahead = socket.ahead === null ? null : at(socket.ahead);
        if (!rules.hasAlready(ahead, entry)) {
          told = send(client, socket, index, place);
          kept = { ...socket, seq: socket.seq + 1, position: place, ahead: null };
        }
      }
    }
    yield [`read ${index}`, { ...withProcess(state, index, { cursor: place, socket: kept }), client: told }];
  }
  if (socket === null || socket.phase === 'live') return;
  // Reading takes time: other things happen between the read and what is done with it.
  if (socket.page === null) {
    const step = rules.nextReplayStep({ position: at(socket.position), cursor: at(cursor) });
    if (socket.phase === 'replaying' && step === 'live') {
      const ahead = placeOf(rules.aheadOf({ position: at(socket.position), cursor: at(cursor) }));
      const live: Socket = { ...socket, phase: 'live', ahead };
      yield [`live ${index}`, withProcess(state, index, { ...process, socket: live })];
    } else {
      yield [
        `page ${index}`,
        withProcess(state, index, { ...process, socket: { ...socket, page: log.length } }),
      ];
    }
    return;
  }
  let told = client;
  let sent = socket;
  for (let place = socket.position + 1; place <= socket.page; place += 1) {
    if (log[place - 1] !== 'e') continue;
    told = send(told, sent, index, place);
    sent = { ...sent, seq: sent.seq + 1 };
  }
  const replayed: Socket = { ...sent, phase: 'replaying', position: socket.page, page: null };
  yield [`replay ${index}`, { ...withProcess(state, index, { ...process, socket: replayed }), client: told }];
}

/** What is wrong in this state, or null. */
function violation({ log, client, processes }: State): string | null {
  const events = log.flatMap((kind, index) => (kind === 'e' ? [index + 1] : []));
  const { has } = client;
  for (const [index, place] of has.entries())
    if (place !== events[index])
      return `event ${index} of the client is the one at ${place}, not at ${events[index]}`;
  for (const process of processes) {
    if (!process?.socket) continue;
    const newer =
      log.findLastIndex((kind) => kind.startsWith('c') && kind !== `c${process.socket?.owner}`) + 1;
    if (newer > process.socket.claim && process.cursor >= newer)
      return 'a socket writes to a session that another has';
  }
  const isQuiet =
    client.link !== null &&
    client.wire.length === 0 &&
    processes.every((one) => one === null || one.cursor === log.length);
  const socket = client.link === null ? null : processes[client.link]?.socket;
  if (isQuiet && socket?.phase === 'live' && socket.owner === client.owner && has.length < events.length)
    return 'all is quiet, and the client does not have every event';
  return null;
}

interface Outcome {
  readonly states: number;
  readonly counterexample: string | null;
}

function explore(rules: Rules): Outcome {
  const seen = new Map<string, readonly [parent: string, action: string]>();
  const first = JSON.stringify(start);
  seen.set(first, ['', '']);
  let frontier: [string, State][] = [[first, start]];
  while (frontier.length > 0) {
    const following: [string, State][] = [];
    for (const [key, state] of frontier)
      for (const [action, reached] of next(state, rules)) {
        const reachedKey = JSON.stringify(reached);
        if (seen.has(reachedKey)) continue;
        seen.set(reachedKey, [key, action]);
        const wrong = violation(reached);
        if (wrong !== null)
          return { states: seen.size, counterexample: `${wrong}: ${pathTo(seen, reachedKey)}` };
        following.push([reachedKey, reached]);
      }
    frontier = following;
    if (seen.size > LIMIT) break;
  }
  return { states: seen.size, counterexample: null };
}

const LIMIT = process.env['EVERWIRE_RELIABILITY'] === 'full' ? 1_000_000 : 60_000;

function pathTo(seen: ReadonlyMap<string, readonly [string, string]>, key: string): string {
  const actions: string[] = [];
  for (let step = seen.get(key); step && step[1] !== ''; step = seen.get(step[0])) actions.unshift(step[1]);
  return actions.join(', ');
}

describe('two processes, one session, four events, two crashes, one dropped link', () => {
  it('the client has every event once, in order, and one socket writes to the session', () => {
    const { states, counterexample } = explore(decisions);
    expect(counterexample).toBeNull();
    expect(states).toBeGreaterThan(50_000);
  });

  const mutants: Record<string, Partial<Rules>> = {
    'goes live after the first page, though entries were read meanwhile': { nextReplayStep: () => 'live' },
    'forgets that a page was further than the process': { aheadOf: () => null },
    'sends again what a page had': { hasAlready: () => false },
    'skips one entry too many': {
      hasAlready: (ahead, entry) =>
        ahead !== null && Number(entry.position.slice(2)) <= Number(ahead.slice(2)) + 1,
    },
    'keeps a session that another socket has claimed': { isTakenOver: () => false },
  };
  it.each(Object.entries(mutants))('a server that %s is found', (_, mutant) => {
    expect(explore({ ...decisions, ...mutant }).counterexample).not.toBeNull();
  });
});
