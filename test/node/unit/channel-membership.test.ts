/**
 * The membership in one channel, explored exhaustively: every order of mounts, links, sessions and answers that a small world
 * allows. From each state that can be reached, the server ends up with what is mounted, and no hole stays untold.
 */

import { describe, expect, it } from 'vitest';
import { WebSocketServiceError } from '../../../src/errors.ts';
import {
  type Channel,
  type ChannelEvent,
  isForgotten,
  isMember,
  needed,
  step,
  unmounted,
} from '../../../src/service/channels/membership.ts';

const error = new WebSocketServiceError('channel-refused', 'no');

type Message = { readonly what: 'join' | 'leave'; readonly ask: number };
type Answer =
  | { readonly what: 'joined' | 'refused' | 'postponed' | 'left'; readonly ask: number }
  | { readonly what: 'ended' };

/** A channel, the server's side of it, and what is on its way. */
interface World {
  readonly channel: Channel;
  readonly link: 'up' | 'down';
  /** Whether the server has us in the channel. */
  readonly isIn: boolean;
  readonly toServer: readonly Message[];
  readonly toClient: readonly Answer[];
  readonly asks: number;
  /** The app takes itself for a member, and the server has not sent everything since. */
  readonly hasHole: boolean;
}

type Answers = 'answered' | 'not-answered';

const start: World = {
  ...{ channel: unmounted, link: 'up', isIn: false, toServer: [], toClient: [], asks: 0, hasHole: false },
};

function apply(world: World, event: ChannelEvent): World {
  const channel = step(world.channel, event);
  if (isForgotten(channel)) return { ...world, channel: unmounted, hasHole: false };
  const next = { ...world, channel };
  // The owner publishes a notice as soon as the channel is joined again.
  if (channel.gap === null || !isMember(channel.server)) return next;
  return { ...next, channel: step(channel, { type: 'told' }), hasHole: false };
}

/** Sends what is needed. */
function flush(world: World, answers: Answers): World {
  const what = needed(world.channel);
  if (what === undefined || world.link === 'down') return world;
  const ask = world.asks + 1;
  const sent = { ...world, asks: ask, toServer: [...world.toServer, { what, ask }] };
  if (what === 'leave') return apply({ ...sent, hasHole: false }, { type: 'leave-sent', ask });
  return apply(sent, { type: 'join-sent', ask, answer: answers === 'answered' ? 'comes' : 'never' });
}

/** The server reads the next message. */
function receive(world: World, answers: Answers, verdict: 'grant' | 'refuse' | 'postpone'): World {
  const [message, ...toServer] = world.toServer;
  if (message === undefined) return world;
  const { what, ask } = message;
  const isGranted = what === 'join' && verdict === 'grant';
  const verdicts = { grant: 'joined', refuse: 'refused', postpone: 'postponed' } as const;
  const answered = what === 'leave' ? 'left' : verdicts[verdict];
  const toClient =
    answers === 'answered' ? [...world.toClient, { what: answered, ask } as const] : world.toClient;
  // A join that is put off changes nothing.
  const isIn = what === 'join' && verdict === 'postpone' ? world.isIn : isGranted;
  return { ...world, toServer, toClient, isIn };
}

/** The next answer arrives. */
function answer(world: World): World {
  const [first, ...toClient] = world.toClient;
  if (first === undefined) return world;
  const rest = { ...world, toClient };
  switch (first.what) {
    case 'joined':
      return apply(rest, { type: 'joined', ask: first.ask, recovered: undefined });
    case 'refused':
      return apply(rest, { type: 'refused', ask: first.ask, error });
    case 'left':
      return apply(rest, { type: 'left', ask: first.ask });
    case 'postponed':
      return apply(rest, { type: 'postponed', ask: first.ask });
    case 'ended':
      return apply(rest, { type: 'ended', error, position: undefined });
    default:
      return first satisfies never;
  }
}

/** The server stops sending to a client that takes itself for a member. */
function putOut(world: World): World {
  return { ...world, isIn: false, hasHole: world.hasHole || isMember(world.channel.server) };
}

function lose(world: World): World {
  // An event of the server is sent again when the session is resumed, an answer is not.
  const toClient = world.toClient.filter(({ what }) => what === 'ended');
  const down = { ...world, link: 'down', toServer: [], toClient } as const;
  // What it takes for granted may never have arrived.
  const isUnsure = world.channel.server.is === 'assumed' && !world.isIn;
  const after = { ...down, hasHole: world.hasHole || isUnsure };
  return apply(apply(after, { type: 'not-mounted-again' }), { type: 'link-lost', received: 'perhaps' });
}

/** Everything that can happen next. */
function nexts(world: World, answers: Answers): readonly World[] {
  const { channel, link, toServer, toClient, isIn } = world;
  const all: World[] = [];
  if (channel.mounts < 2) all.push(apply(world, { type: 'mounted' }));
  if (channel.mounts > 0) all.push(apply(world, { type: 'unmounted' }));
  if (channel.leave === 'soon') all.push(apply(world, { type: 'not-mounted-again' }));
  all.push(apply(world, { type: 'retried' }), apply(world, { type: 'due' }));
  if (link === 'down') {
    const up = { ...world, link: 'up' } as const;
    all.push(up, apply({ ...putOut(up), toClient: [] }, { type: 'session-began', position: undefined }));
    return all;
  }
  all.push(lose(world));
  if (toServer.length < 3) all.push(flush(world, answers));
  const { server } = channel;
  // The answer may still come.
  if (server.is === 'asked') all.push(apply(world, { type: 'failed', ask: server.ask, error }));
  const isFull = toClient.length >= 3;
  if (toServer.length > 0 && !isFull) all.push(receive(world, answers, 'grant'));
  if (toServer.length > 0 && !isFull && answers === 'answered')
    all.push(receive(world, answers, 'refuse'), receive(world, answers, 'postpone'));
  if (toClient.length > 0) all.push(answer(world));
  if (isIn && answers === 'answered' && !isFull)
    all.push({ ...putOut(world), toClient: [...toClient, { what: 'ended' }] });
  if (toServer.length === 0 && toClient.length === 0)
    all.push(apply(putOut(world), { type: 'session-replaced' }));
  return all;
}

/** A second of quiet, in which the server grants everything. */
function settle(world: World, answers: Answers): World {
  let now: World = { ...world, link: 'up' };
  for (let round = 0; round < 20; round += 1) {
    now = apply(apply(now, { type: 'not-mounted-again' }), { type: 'due' });
    now = answer(receive(flush(now, answers), answers, 'grant'));
  }
  return now;
}

/** Equal for worlds that differ only in how far the numbers of their messages have got. */
function keyOf({ asks: _, ...world }: World): string {
  const seen = new Map<number, number>();
  return JSON.stringify(world, (key, value) => {
    if (key !== 'ask') return key === 'error' ? undefined : value;
    if (!seen.has(value)) seen.set(value, seen.size);
    return seen.get(value);
  });
}

function explore(answers: Answers): readonly World[] {
  const known = new Map([[keyOf(start), start]]);
  for (const world of known.values())
    for (const next of nexts(world, answers)) {
      const key = keyOf(next);
      if (!known.has(key)) known.set(key, next);
    }
  return [...known.values()];
}

describe.each(['answered', 'not-answered'] as const)('joins that are %s', (answers) => {
  const worlds = explore(answers);

  it('are explored in many states', () => {
    expect(worlds.length).toBeGreaterThan(answers === 'answered' ? 500 : 100);
  });

  it('end with the server having exactly what is mounted, unless it has refused it', () => {
    for (const world of worlds) {
      const { isIn, channel } = settle(world, answers);
      const isRefused = channel.server.is === 'refused' || channel.server.is === 'failed';
      if (isIn !== channel.mounts > 0 && !isRefused) expect({ world, isIn, channel }).toBeUndefined();
      if (isIn && channel.mounts === 0) expect({ world, isIn, channel }).toBeUndefined();
    }
  });

  it('leave no hole untold', () => {
    for (const world of worlds) {
      const { hasHole, channel } = settle(world, answers);
      if (hasHole && channel.mounts > 0 && channel.server.is !== 'refused')
        expect({ world, channel }).toBeUndefined();
    }
  });

  it('keep nothing of a channel that nobody wants', () => {
    for (const world of worlds) {
      const { channel } = settle(world, answers);
      const isKept = channel !== unmounted && channel.server.is !== 'leaving';
      if (channel.mounts === 0 && isKept) expect({ world, channel }).toBeUndefined();
    }
  });
});
