/** Random schedules: what happens to a list on a server, to the link, and to the fetches, and when. */
import { seededRandom } from '../../support/seeded-random.ts';

export type Step =
  | { readonly do: 'post' | 'delete' | 'drop' | 'restart' | 'refetch' | 'remount' }
  | { readonly do: 'pass'; readonly ms: number };

export interface Schedule {
  readonly seed: number;
  readonly steps: readonly Step[];
  /** Each way, of each frame and each opening. */
  readonly latencyMs: number;
  /** Whether the server says which session it is. */
  readonly hello: boolean;
}

const weighted: readonly (readonly [Step['do'], number])[] = [
  ['post', 9],
  ['delete', 2],
  ['pass', 9],
  ['refetch', 2],
  ['drop', 1],
  ['restart', 1],
  ['remount', 1],
];
const PASSES_MS = [1, 20, 100, 300, 1_000, 4_000] as const;
const STEPS = 24;

export function scheduleOf(seed: number): Schedule {
  const random = seededRandom(seed);
  const one = <Value>(list: readonly Value[]): Value => list[Math.floor(random() * list.length)] as Value;
  const bag = weighted.flatMap(([name, weight]) => Array.from({ length: weight }, () => name));
  const steps = Array.from({ length: STEPS }, (): Step => {
    const name = one(bag);
    return name === 'pass' ? { do: name, ms: one(PASSES_MS) } : { do: name };
  });
  return { seed, steps, latencyMs: one([0, 5, 40, 150]), hello: random() < 0.7 };
}

/** The list on the server, and an API that fetches it. */
export interface Desk {
  readonly list: readonly number[];
  /** How many changes there were. */
  readonly version: number;
  post(): { readonly id: number; readonly version: number };
  delete(): { readonly id: number; readonly version: number } | undefined;
  /** A client of the API. It has delays of its own, and a fetch in twenty fails. */
  api(salt: number): (signal: AbortSignal) => Promise<{ readonly list: readonly number[]; readonly version: number }>;
}

const DELAYS_MS = [0, 5, 60, 400, 1_500] as const;
const FAILURES = 0.05;

export function startDesk(seed: number): Desk {
  let list: readonly number[] = [];
  let version = 0;
  let lastId = 0;
  const random = seededRandom(seed ^ 0x5f37);
  return {
    get list() {
      return list;
    },
    get version() {
      return version;
    },
    post() {
      lastId += 1;
      version += 1;
      list = [...list, lastId];
      return { id: lastId, version };
    },
    delete() {
      const id = list[Math.floor(random() * list.length)];
      if (id === undefined) return undefined;
      version += 1;
      list = list.filter((other) => other !== id);
      return { id, version };
    },
    api(salt) {
      const draw = seededRandom(seed * 31 + salt);
      const pass = (): Promise<void> =>
        new Promise((resolve) => setTimeout(resolve, DELAYS_MS[Math.floor(draw() * DELAYS_MS.length)]));
      return async (signal) => {
        await pass();
        const read = { list, version };
        const fails = draw() < FAILURES;
        await pass();
        if (signal.aborted) throw new Error('aborted');
        if (fails) throw new Error('503');
        return read;
      };
    },
  };
}
