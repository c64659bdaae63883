/** Computes the load on a server that restarts while all its clients reconnect and fetch. For docs/scale.md. */

import { policyOf } from '../../test/reliability/herd/figures.ts';
import { BUCKET_MS, simulateHerd } from '../../test/reliability/herd/herd.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';

const CLIENTS = 10_000;
const OUTAGE_MS = 5000;
const SEED = 1;

/** Options as a user writes them; all else is the default. */
const policies = [
  { name: 'the default', options: {}, closeCode: 1006 },
  { name: '`reconnectJitter={10_000}`', options: { reconnectJitter: 10_000 }, closeCode: 1006 },
  { name: '`backoff="decorrelated"`', options: { backoff: 'decorrelated' }, closeCode: 1006 },
  {
    name: '`backoff="decorrelated"`, `restartSpread={30_000}`, closed with 1012',
    options: { backoff: 'decorrelated', restartSpread: 30_000 },
    closeCode: 1012,
  },
] as const;

/** `missedEventsJitter`, ms. */
const fetchSpreads = [0, 10_000, 30_000] as const;

export function renderHerdTable(): string {
  const head = [
    'options',
    'attempts/s, at most',
    'back after, s: half / last',
    ...fetchSpreads.map((ms) => `fetches/s, at most, with \`missedEventsJitter\` ${ms / 1000} s`),
  ];
  const lines = policies.map(({ name, options, closeCode }) => {
    const random = seededRandom(SEED);
    const outcome = simulateHerd({
      clients: CLIENTS,
      policy: policyOf(options, random),
      closeCode,
      outageMs: OUTAGE_MS,
      admitsPerSecond: Number.POSITIVE_INFINITY,
      random,
    });
    const attempts = [...outcome.attempts].flatMap((count, bucket) =>
      count === 0 ? [] : Array.from({ length: count }, () => bucket * BUCKET_MS),
    );
    const back = [...outcome.backAtMs];
    if (back.length !== CLIENTS) throw new Error(`Of ${name}, only ${back.length} came back.`);
    return [
      name,
      whole(peakPerSecond(attempts)),
      `${seconds(back[CLIENTS / 2])} / ${seconds(back.at(-1))}`,
      ...fetchSpreads.map((spreadMs) => whole(peakPerSecond(back.map((at) => at + random() * spreadMs)))),
    ];
  });
  return [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** The most within any second, which may begin at any time. */
function peakPerSecond(timesMs: readonly number[]): number {
  const times = [...timesMs].sort((a, b) => a - b);
  let first = 0;
  let highest = 0;
  for (const [last, at] of times.entries()) {
    while (at - (times[first] ?? at) >= 1000) first += 1;
    highest = Math.max(highest, last - first + 1);
  }
  return highest;
}

function whole(number: number): string {
  return number.toLocaleString('en-US');
}

/** After the server is back. */
function seconds(ms: number | undefined): string {
  return (((ms ?? Number.NaN) - OUTAGE_MS) / 1000).toFixed(1);
}
