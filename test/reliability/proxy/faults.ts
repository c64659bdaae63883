/** The faults of a storm and their order. The plan depends on the seed alone. */
import type { FaultProxy } from './fault-proxy.ts';
import type { Random } from './random.ts';
import type { SessionServer } from './server.ts';

/** A fault that a storm can cause; the key is the kind under which the figures count it. */
export interface Fault {
  /** `link`: for an open link. `proven-link`: for one that has answered a ping. `door`: for new connections. */
  readonly target: 'link' | 'proven-link' | 'door';
  /** The duration, random between these; 0: the fault is over at once. */
  readonly lastsMs: readonly [number, number];
  /** Returns the number of affected links. A fault of the door affects new connections. */
  start(world: World, random: Random): number;
  stop?(world: World): void | Promise<void>;
}

export interface World {
  readonly proxy: FaultProxy;
  readonly server: SessionServer;
}

const once = [0, 0] as const;
/** Some end before the heartbeat notices, some after. */
const sometimesNoticed = [50, 1_200] as const;
const doorMs = [120, 450] as const;
const shapeMs = [100, 400] as const;

const heal = ({ proxy }: World): void => void proxy.heal();
const unshape = ({ proxy }: World): void => void proxy.delay(0);
const admit = ({ proxy }: World): Promise<void> => proxy.admit();

/** A closed door without clients is no fault: the open links are cut first. */
function door(shutDoor: (world: World, random: Random) => void): Fault {
  return {
    target: 'door',
    lastsMs: doorMs,
    start(world, random) {
      shutDoor(world, random);
      return world.proxy.reset();
    },
    stop: admit,
  };
}

export const faults = {
  delay: {
    target: 'link',
    lastsMs: shapeMs,
    start: ({ proxy }, random) => proxy.delay(random.between(5, 40), random.between(0, 20)),
    stop: unshape,
  },
  bandwidth: {
    target: 'link',
    lastsMs: shapeMs,
    start: ({ proxy }, random) => proxy.bandwidth(random.between(20_000, 200_000)),
    stop: unshape,
  },
  slice: {
    target: 'link',
    lastsMs: shapeMs,
    start: ({ proxy }, random) => proxy.slice(random.between(1, 30)),
    stop: unshape,
  },
  'stall-up': {
    target: 'link',
    lastsMs: sometimesNoticed,
    start: ({ proxy }) => proxy.stall('up'),
    stop: heal,
  },
  'stall-down': {
    target: 'proven-link',
    lastsMs: sometimesNoticed,
    start: ({ proxy }) => proxy.stall('down'),
    stop: heal,
  },
  'stall-both': {
    target: 'proven-link',
    lastsMs: sometimesNoticed,
    start: ({ proxy }) => proxy.stall('both'),
    stop: heal,
  },
  'stall-next': {
    target: 'link',
    lastsMs: sometimesNoticed,
    start: ({ proxy }) => proxy.stall('both', 'all-links'),
    stop: heal,
  },
  'hold-burst': {
    target: 'link',
    lastsMs: [20, 250],
    start: ({ proxy }) => proxy.hold('down'),
    stop: ({ proxy }) => void proxy.release(),
  },
  reset: { target: 'link', lastsMs: once, start: ({ proxy }) => proxy.reset() },
  fin: { target: 'link', lastsMs: once, start: ({ proxy }) => proxy.fin() },
  limit: {
    target: 'link',
    lastsMs: once,
    start: ({ proxy }, random) => proxy.limit(random.between(1, 2_000)),
  },
  'corrupt-down': { target: 'link', lastsMs: once, start: ({ proxy }) => proxy.corrupt('down') },
  'corrupt-up': { target: 'link', lastsMs: once, start: ({ proxy }) => proxy.corrupt('up') },
  // Not the hello: a hello that is no JSON is none.
  garble: { target: 'proven-link', lastsMs: once, start: ({ proxy }) => proxy.garble() },
  refuse: door(({ proxy }) => proxy.refuse()),
  'black-hole': door(({ proxy }) => proxy.blackHole()),
  'http-401': door(({ proxy }) => proxy.httpAnswer(401)),
  'http-503': door(({ proxy }) => proxy.httpAnswer(503)),
  'http-302': door(({ proxy }) => proxy.httpAnswer(302)),
  'http-200': door(({ proxy }) => proxy.httpAnswer(200)),
  'http-garbage': door(({ proxy }) => proxy.httpAnswer('garbage')),
  'server-close': {
    target: 'link',
    lastsMs: once,
    start: ({ server }, random) => server.closeLinks(random.pick([1000, 1001, 1011, 1012, 1013, 4000])),
  },
  'server-restart': { target: 'link', lastsMs: once, start: ({ server }) => server.restart() },
} as const satisfies Record<string, Fault>;

export type FaultKind = keyof typeof faults;

export const faultKinds = Object.keys(faults) as readonly FaultKind[];

export interface Step {
  readonly kind: FaultKind;
  readonly lastsMs: number;
  /** The time until the next step: faults overlap where this is shorter than the fault. */
  readonly thenMs: number;
}

/** Every kind occurs once in a round, so that none depends on chance. */
export function planStorm(random: Random, rounds: number): readonly Step[] {
  return Array.from({ length: rounds }, () => random.shuffle(faultKinds))
    .flat()
    .map((kind) => {
      const [low, high] = faults[kind].lastsMs;
      // Sometimes there is time to recover.
      const thenMs = random.next() < 0.5 ? random.between(10, 120) : random.between(150, 450);
      return { kind, lastsMs: random.between(low, high), thenMs };
    });
}
