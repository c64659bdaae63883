/**
 * A model of two tabs, their lock, their channel, a server with numbered sessions, and all that can happen to them, for exhaustive
 * exploration: `next` yields all states that can follow. The decisions are those of `tabs/tab.ts` and `tabs/relay.ts`. Time is not
 * modelled: a listener may take the lock from a relay that is well, at any moment.
 */
import type { Item, Message, Opening } from '../../tabs/messages.ts';
import { createRelay, type Relay, type RelayEffect, type RelayInput, stepRelay } from '../../tabs/relay.ts';
import { append, defaultLimits, emptyRing, type Ring, ringAfter } from '../../tabs/ring.ts';
import { createTab, stepTab, type Tab, type TabEffect, type TabInput } from '../../tabs/tab.ts';

export interface Rules {
  readonly stepTab: typeof stepTab;
  readonly stepRelay: typeof stepRelay;
}

export const rules: Rules = { stepTab, stepRelay };

/** How much may happen. */
export interface Bounds {
  readonly events: number;
  readonly thefts: number;
  readonly crashes: number;
  readonly freezes: number;
  readonly drops: number;
  /** How often a tab that listens forgets its link and asks again. */
  readonly reloads: number;
}

export interface State {
  readonly published: number;
  /** For each session, how many events were published before it. */
  readonly sessions: readonly number[];
  readonly peers: readonly Peer[];
  /** The tab that has the lock, and those that wait for it. */
  readonly lock: readonly number[];
  readonly used: Omit<Bounds, 'events'>;
}

interface Peer {
  readonly life: 'well' | 'frozen' | 'dead';
  readonly tab: Tab;
  /** What it has received, in case that it becomes the relay. */
  readonly ring: Ring;
  readonly relay: Relay | null;
  readonly isStolenFrom: boolean;
  readonly socket: Socket | null;
  readonly inbox: readonly Message[];
  readonly client: Client;
}

interface Socket {
  readonly session: number;
  /** The number of the next event that it sends. */
  readonly next: number;
  readonly stage: 'opening' | 'open';
}

/** What a connection knows of its session: the same checks as `src/stream/sequence.ts`. */
interface Client {
  readonly session: string | null;
  readonly expected: number;
  /** Events by their place among all; `0`: a notice. */
  readonly log: readonly number[];
}

const NAMES = ['a', 'b'];

export const startOf = (): State => {
  const peers = NAMES.map(
    (name): Peer => ({
      ...{ life: 'well', tab: createTab(name, 'tab', 'visible'), relay: null, isStolenFrom: false },
      ring: emptyRing,
      ...{ socket: null, inbox: [], client: { session: null, expected: 0, log: [] } },
    }),
  );
  let state: State = {
    ...{ published: 0, sessions: [], peers, lock: [] },
    used: { thefts: 0, crashes: 0, freezes: 0, drops: 0, reloads: 0 },
  };
  for (const index of NAMES.keys()) {
    state = onTab(state, index, { type: 'start' }, rules);
    state = onTab(state, index, { type: 'attach', resume: null }, rules);
  }
  return state;
};

/** Both have a link, and one event. From here, what goes wrong is near. */
export function settled(): State {
  let state = startOf();
  const quiet: Bounds = { events: 1, thefts: 0, crashes: 0, freezes: 0, drops: 0, reloads: 0 };
  for (;;) {
    const [step] = next(state, rules, quiet);
    if (step === undefined) return state;
    [, state] = step;
  }
}

function withPeer(state: State, index: number, change: Partial<Peer>): State {
  return {
    ...state,
    peers: state.peers.map((peer, other) => (other === index ? { ...peer, ...change } : peer)),
  };
}

function onTab(state: State, index: number, input: TabInput, by: Rules, nowMs = 0): State {
  const peer = state.peers[index];
  if (peer === undefined) return state;
  const [tab, effects] = by.stepTab(peer.tab, input, nowMs);
  return effects.reduce(
    (before, effect) => runTab(before, index, effect, by),
    withPeer(state, index, { tab }),
  );
}

function onRelay(state: State, index: number, input: RelayInput, by: Rules): State {
  const relay = state.peers[index]?.relay;
  if (!relay) return state;
  const [next, effects] = by.stepRelay(relay, input, defaultLimits);
  return effects.reduce(
    (before, effect) => runRelay(before, index, effect, by),
    withPeer(state, index, { relay: next }),
  );
}

/** To the other tab's inbox, and to the other half of the same one. */
function post(state: State, index: number, message: Message, by: Rules): State {
  const peers = state.peers.map((peer, other) =>
    other === index || peer.life === 'dead' ? peer : { ...peer, inbox: [...peer.inbox, message] },
  );
  return receive({ ...state, peers }, index, message, by);
}

function receive(state: State, index: number, message: Message, by: Rules): State {
  const heard = 'tab' in message ? onRelay(state, index, { type: 'message', message }, by) : state;
  return onTab(heard, index, { type: 'message', message }, by);
}

function runTab(state: State, index: number, effect: TabEffect, by: Rules): State {
  const peer = state.peers[index];
  if (peer === undefined) return state;
  switch (effect.type) {
    case 'post':
      return post(state, index, effect.message, by);
    case 'lock':
      return withLock(state, index, effect.how);
    case 'start-relay': {
      const relay = createRelay(effect.term, peer.tab.id, peer.ring);
      return onRelay(withPeer(state, index, { relay, socket: null }), index, { type: 'start' }, by);
    }
    case 'stop-relay':
      return withPeer(state, index, { relay: null, socket: null });
    case 'opened':
      return opened(
        withPeer(state, index, { ring: ringAfter(peer.ring, effect.opening, defaultLimits) }),
        index,
        effect.opening,
        by,
      );
    case 'items':
      return items(
        withPeer(state, index, { ring: append(peer.ring, effect.items, defaultLimits) }),
        index,
        effect.items,
        by,
      );
    case 'closed':
      return attach(state, index, by);
    case 'create-worker':
    case 'give-up':
    case 'view':
    case 'ask':
      return state;
    default:
      effect satisfies never;
      return state;
  }
}

function withLock(state: State, index: number, how: 'wait' | 'steal' | 'release'): State {
  const others = state.lock.filter((one) => one !== index);
  switch (how) {
    case 'wait':
      return { ...state, lock: [...others, index] };
    case 'release':
      return { ...state, lock: others };
    case 'steal': {
      const [holder] = state.lock;
      const wasHeld = holder !== undefined && state.peers[holder]?.tab.lock === 'held';
      const robbed = wasHeld && holder !== index ? withPeer(state, holder, { isStolenFrom: true }) : state;
      return { ...robbed, lock: [index, ...(wasHeld ? others.filter((one) => one !== holder) : others)] };
    }
    default:
      how satisfies never;
      return state;
  }
}

function runRelay(state: State, index: number, effect: RelayEffect, by: Rules): State {
  switch (effect.type) {
    case 'post':
      return post(state, index, effect.message, by);
    case 'connect': {
      const { resume } = effect;
      const known = resume ? Number(resume.connectionId) : state.sessions.length;
      const next = resume?.nextSeq ?? 0;
      const sessions = resume ? state.sessions : [...state.sessions, state.published];
      return withPeer({ ...state, sessions }, index, { socket: { session: known, next, stage: 'opening' } });
    }
    case 'yield':
      return onTab(state, index, { type: 'yielded' }, by);
    case 'collect':
    case 'send':
    case 'cancel':
    case 'command':
    case 'answered':
    case 'unused':
      return state;
    default:
      effect satisfies never;
      return state;
  }
}

function attach(state: State, index: number, by: Rules): State {
  const { session = null, expected = 0 } = state.peers[index]?.client ?? {};
  const resume = session === null ? null : { connectionId: session, nextSeq: expected };
  return onTab(state, index, { type: 'attach', resume }, by);
}

function withClient(state: State, index: number, change: Partial<Client>): State {
  const client = state.peers[index]?.client;
  return client ? withPeer(state, index, { client: { ...client, ...change } }) : state;
}

function opened(state: State, index: number, opening: Opening, by: Rules): State {
  const client = state.peers[index]?.client;
  if (client === undefined) return state;
  switch (opening.how) {
    case 'plain':
      return state;
    case 'resumed':
      return items(state, index, opening.items, by);
    case 'new':
    case 'lost': {
      const { connectionId: session, seq } = opening.greeting;
      const log = client.session === null ? client.log : [...client.log, 0];
      return withClient(state, index, { session, expected: seq + 1, log });
    }
    default:
      opening satisfies never;
      return state;
  }
}

function items(state: State, index: number, list: readonly Item[], by: Rules): State {
  let next = state;
  for (const item of list) {
    const client = next.peers[index]?.client;
    if (item.type !== 'frame' || client === undefined) continue;
    const { session, first } = item;
    if (session && session.connectionId !== client.session) {
      const log = client.session === null ? client.log : [...client.log, 0];
      next = withClient(next, index, { session: session.connectionId, expected: 1, log });
    } else if (first > client.expected) {
      // A gap: the connection drops its link, and asks for what is missing.
      return attach(onTab(next, index, { type: 'unlink' }, by), index, by);
    } else if (first === client.expected) {
      const place = (state.sessions[Number(client.session)] ?? 0) + first;
      next = withClient(next, index, { expected: first + 1, log: [...client.log, place] });
    }
  }
  return next;
}

/** All states that can follow, each with what happened. */
export function* next(state: State, by: Rules, bounds: Bounds): Generator<[string, State]> {
  const { used } = state;
  const use = (what: keyof State['used']): State => ({
    ...state,
    used: { ...used, [what]: used[what] + 1 },
  });
  if (state.published < bounds.events && state.sessions.length > 0)
    yield ['publish', { ...state, published: state.published + 1 }];
  for (const [index, peer] of state.peers.entries()) {
    const name = peer.tab.id;
    if (peer.life === 'frozen') yield [`thaw ${name}`, withPeer(state, index, { life: 'well' })];
    if (peer.life !== 'well') continue;
    const [message, ...inbox] = peer.inbox;
    if (message)
      yield [`${name} reads ${message.type}`, receive(withPeer(state, index, { inbox }), index, message, by)];
    if (state.lock[0] === index && peer.tab.lock === 'waiting')
      yield [`grant ${name}`, onTab(state, index, { type: 'granted' }, by)];
    if (peer.isStolenFrom)
      yield [
        `robbed ${name}`,
        onTab(withPeer(state, index, { isStolenFrom: false }), index, { type: 'stolen' }, by),
      ];
    if (peer.relay?.phase === 'collecting')
      yield [`collected ${name}`, onRelay(state, index, { type: 'collected' }, by)];
    yield* ofSocket(state, index, peer, by);
    if (used.drops < bounds.drops && peer.socket?.stage === 'open' && peer.relay) {
      const { from, next: seq } = peer.relay.ring;
      const back = { ...peer.socket, next: from === null ? 0 : seq, stage: 'opening' } as const;
      const down = onRelay(use('drops'), index, { type: 'down', close: null }, by);
      yield [`drop ${name}`, withPeer(down, index, { socket: back })];
    }
    if (used.thefts < bounds.thefts && peer.tab.speaking === null && peer.tab.lock === 'waiting')
      yield [`theft by ${name}`, onTab(withTime(use('thefts'), index), index, { type: 'tick' }, by, 3_000)];
    if (used.reloads < bounds.reloads && peer.tab.link === 'open')
      yield [`ask again ${name}`, attach(onTab(use('reloads'), index, { type: 'unlink' }, by), index, by)];
    if (used.freezes < bounds.freezes)
      yield [`freeze ${name}`, withPeer(use('freezes'), index, { life: 'frozen' })];
    if (used.crashes < bounds.crashes) {
      const dead = withPeer(use('crashes'), index, { life: 'dead', relay: null, socket: null, inbox: [] });
      yield [`crash ${name}`, { ...dead, lock: dead.lock.filter((one) => one !== index) }];
    }
  }
}

/** Its last tick was on time, and it has heard nothing since the start. */
function withTime(state: State, index: number): State {
  const peer = state.peers[index];
  return peer
    ? withPeer(state, index, { tab: { ...peer.tab, heardAtMs: 0, tickedAtMs: 2_000, saidAtMs: 2_000 } })
    : state;
}

function* ofSocket(
  state: State,
  index: number,
  { socket, tab }: Peer,
  by: Rules,
): Generator<[string, State]> {
  if (socket === null) return;
  const { session, next: seq, stage } = socket;
  if (stage === 'opening') {
    const open = withPeer(state, index, { socket: { ...socket, stage: 'open' } });
    yield [`open ${tab.id}`, onRelay(open, index, { type: 'up' }, by)];
    return;
  }
  if (seq > state.published - (state.sessions[session] ?? 0)) return;
  const sent = withPeer(state, index, { socket: { ...socket, next: seq + 1 } });
  const frame: Item = {
    ...{ type: 'frame', frame: String(seq), first: seq, last: seq },
    ...(seq === 0 && { session: { connectionId: String(session), event: null } }),
  };
  yield [`frame ${seq} for ${tab.id}`, onRelay(sent, index, { type: 'items', items: [frame] }, by)];
}

/** What is wrong in this state, or null. */
export function violation(state: State): string | null {
  for (const { tab, client, life } of state.peers) {
    let last: number | null = null;
    for (const place of client.log) {
      if (place !== 0 && last !== null && last !== 0) {
        if (place <= last) return `${tab.id} has event ${place} twice, or after ${last}`;
        if (place > last + 1) return `${tab.id} has lost what is between ${last} and ${place}`;
      }
      last = place;
    }
    if (life === 'dead' || !isQuiet(state)) continue;
    if (tab.link !== 'open') return `${tab.id} has no link, and nothing will happen any more`;
    const place = (state.sessions[Number(client.session)] ?? 0) + client.expected - 1;
    if (place < state.published) return `${tab.id} stays behind, at ${place} of ${state.published}`;
  }
  const living = state.peers.filter(({ life }) => life !== 'dead');
  if (isQuiet(state) && living.filter(({ socket }) => socket).length !== 1 && living.length > 0)
    return 'there is not one socket';
  return null;
}

/** Whether only what is bounded can happen. */
function isQuiet({ peers, lock, published, sessions }: State): boolean {
  return peers.every(
    ({ life, inbox, tab, isStolenFrom, relay, socket }, index) =>
      life === 'dead' ||
      (life === 'well' &&
        inbox.length === 0 &&
        !isStolenFrom &&
        !(lock[0] === index && tab.lock === 'waiting') &&
        relay?.phase !== 'collecting' &&
        (socket === null ||
          (socket.stage === 'open' && socket.next > published - (sessions[socket.session] ?? 0)))),
  );
}
