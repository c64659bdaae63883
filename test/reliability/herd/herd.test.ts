/** A server survives its own restart: limits for the herd, one client compared with the service, and the jitter. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialState } from '../../../src/connection/states.ts';
import { rig } from '../../support/fake.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import {
  type Admission,
  type ContenderKey,
  contenders,
  type HerdRow,
  herdRows,
  policyOf,
} from './figures.ts';
import { BUCKET_MS, simulateHerd } from './herd.ts';
import { renderTables } from './table.ts';

const isFull = process.env['EVERWIRE_RELIABILITY'] === 'full';
const clients = isFull ? 100_000 : 5000;
const SEED = 1;

describe(`${clients} clients, cut off together for 30 s`, () => {
  let rows: readonly HerdRow[] = [];

  beforeAll(() => {
    rows = herdRows(clients, SEED);
    if (isFull) console.log(renderTables(rows));
    const folder = process.env['EVERWIRE_FIGURES'];
    if (folder === undefined || folder === '') return;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'herd.json'), `${JSON.stringify(rows, null, 2)}\n`);
  }, 120_000);

  const rowOf = (contender: ContenderKey, admission: Admission['key']): HerdRow => {
    const row = rows.find((one) => one.contender === contender && one.admission === admission);
    if (row === undefined) throw new Error(`There is no row ${contender}, ${admission}.`);
    return row;
  };
  /** This limit for each 100,000 clients. A small herd is noisier, and gets three standard deviations more. */
  const scaled = (attempts: number): number => {
    const expected = (attempts * clients) / 100_000;
    return isFull ? expected : expected + 3 * Math.sqrt(expected);
  };

  it.each(['decorrelated', 'decorrelatedSpread'] as const)(
    '%s: all clients reconnect, 95 % of them within 30 s after the server is back',
    (contender) => {
      const row = rowOf(contender, 'everyone');
      expect(row.recoveredShare).toBe(1);
      expect(row.backMostMs).toBeLessThan(30_000);
    },
  );

  it.each(['decorrelated', 'decorrelatedSpread'] as const)(
    '%s: all clients reconnect soon after the minimum for a server of this capacity (50 s)',
    (contender) => {
      const row = rowOf(contender, 'limited');
      expect(row.recoveredShare).toBe(1);
      expect(row.backLastMs).toBeLessThan(75_000);
    },
  );

  it.each(['everyone', 'limited'] as const)(
    'restartSpread of 30 s keeps the peak under 7,500 attempts a second for each 100,000 clients (%s)',
    (admission) => {
      const row = rowOf('decorrelatedSpread', admission);
      expect(row.peakPerSecond).toBeLessThan(scaled(7500));
      expect(row.peakPerSecond).toBeLessThan(rowOf('decorrelated', admission).peakPerSecond / 2);
    },
  );

  it.each(['everyone', 'limited'] as const)(
    'the default gives up on most of them, as the page warns (%s)',
    (admission) => {
      const row = rowOf('default', admission);
      expect(row.gaveUpShare).toBeGreaterThan(0.85);
      expect(row.gaveUpShare + row.recoveredShare).toBeCloseTo(1, 10);
    },
  );

  it('vendor without a limit reconnects all, but half of them minutes late', () => {
    const row = rowOf('endless', 'everyone');
    expect(row.recoveredShare).toBe(1);
    expect(row.backHalfMs).toBeGreaterThan(180_000);
  });

  it('without jitter all of them connect in the same second', () => {
    expect(rowOf('fixed', 'everyone').peakAfterPerSecond).toBe(clients);
  });

  it('docs/scale.md names every policy in each of its tables', () => {
    const names = rows.map((row) => row.name);
    expect(names).toHaveLength(2 * Object.keys(contenders).length);
    expect(documentedTables().match(/(?<=^\| )(?!policy|---).*?(?= \|)/gm)).toEqual(names);
  });

  it.runIf(isFull)('docs/scale.md shows these figures', () => {
    expect(documentedTables()).toBe(renderTables(rows));
  });
});

describe('one client of the herd', () => {
  it.each(Object.entries(contenders))(
    '%s: tries at the same times as the service',
    async (_, { options, closeCode }) => {
      const { service, server, config, pass } = rig({}, { ...options, random: seededRandom(7) });
      service.connect(config);
      await pass();
      server.refuse(Number.POSITIVE_INFINITY);
      const cutAt = Date.now();
      if (closeCode === 1006) server.drop();
      else server.close(closeCode);
      await pass(120_000);
      const tried = server.handshakes.slice(1).map(({ at }) => at - cutAt);

      const { attempts } = simulateHerd({
        clients: 1,
        policy: policyOf(options, seededRandom(7)),
        closeCode,
        outageMs: 120_000,
        admitsPerSecond: Number.POSITIVE_INFINITY,
        random: () => 0,
      });
      const modelled = [...attempts.keys()].map((bucket) => bucket * BUCKET_MS);
      const due = modelled.filter((ms, bucket) => ms < 120_000 && attempts[bucket] !== 0);

      expect(tried.length).toBeGreaterThan(2);
      expect(tried).toHaveLength(due.length);
      for (const [index, ms] of tried.entries()) expect(Math.abs(ms - (due[index] ?? 0))).toBeLessThan(100);
    },
  );
});

describe('chance', () => {
  const DRAWS = 10_000;
  /** Kolmogorov and Smirnov: a distance above this occurs by chance once in a hundred runs. */
  const CRITICAL = 1.63 / Math.sqrt(DRAWS);

  const draw = (options: Parameters<typeof policyOf>[0], failures: number, closeCode: number): number[] => {
    const policy = policyOf(options, seededRandom(SEED));
    const verdict = policy.classify({
      code: closeCode,
      reason: '',
      wasClean: false,
      opened: true,
      failures: failures - 1,
      previousCode: null,
    });
    return Array.from({ length: DRAWS }, () =>
      policy.delayMs({ ...initialState, failures, previousDelayMs: null }, verdict),
    );
  };

  it.each([
    {
      what: 'the jitter of the first wait',
      options: {},
      failures: 1,
      closeCode: 1006,
      from: 3000,
      width: 2000,
    },
    {
      what: 'the jitter past the cap',
      options: {},
      failures: 12,
      closeCode: 1006,
      from: 300_000,
      width: 2000,
    },
    {
      what: 'restartSpread',
      options: { restartSpread: 30_000 },
      failures: 1,
      closeCode: 1012,
      from: 3000,
      width: 30_000,
    },
    {
      what: 'the first decorrelated wait',
      options: { backoff: 'decorrelated' as const },
      failures: 1,
      closeCode: 1006,
      from: 3000,
      width: 6000,
    },
  ])('$what is uniform', ({ options, failures, closeCode, from, width }) => {
    const waits = draw(options, failures, closeCode);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(from);
    expect(Math.max(...waits)).toBeLessThan(from + width);
    expect(distanceFromUniform(waits.map((waitMs) => (waitMs - from) / width))).toBeLessThan(CRITICAL);
  });

  it('the check finds a biased source', () => {
    const random = seededRandom(SEED);
    const skewed = Array.from({ length: DRAWS }, () => random() ** 1.1);
    expect(distanceFromUniform(skewed)).toBeGreaterThan(CRITICAL);
  });
});

/** The largest distance between x and the share of draws below x. */
function distanceFromUniform(draws: readonly number[]): number {
  const sorted = [...draws].sort((a, b) => a - b);
  return Math.max(
    ...sorted.map((drawn, index) =>
      Math.max(drawn - index / sorted.length, (index + 1) / sorted.length - drawn),
    ),
  );
}

function documentedTables(): string {
  const page = readFileSync(fileURLToPath(new URL('../../../docs/scale.md', import.meta.url)), 'utf8');
  const between = /<!-- herd:begin -->\n\n([\s\S]*?)\n\n<!-- herd:end -->/.exec(page)?.[1];
  if (between === undefined) throw new Error('docs/scale.md has no table between its markers.');
  return between;
}
