/** The long form of `tabs.test.ts`: `npm run test:tabs`. */
import { expect, it } from 'vitest';
import { writeFigures } from '../../support/figures.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import type { Engine } from './driver.ts';
import { type Fault, faults, notWith, sail, type VoyagePlan } from './voyage.ts';

const options = JSON.parse(process.env['EVERWIRE_TABS'] ?? '{}') as Record<
  'deaths' | 'tabs' | 'seed' | 'relay' | 'fault',
  string | undefined
> & { readonly engine?: Engine };
const { engine = 'chromium' } = options;
const known = faults.filter((fault) => !notWith[engine].includes(fault));
const possible = known.filter((fault) => options.fault === undefined || fault === options.fault);
if (possible.length === 0) throw new Error(`--fault ${options.fault}: ${engine} has ${known.join(', ')}.`);
const places: readonly VoyagePlan['relayIn'][] =
  options.relay === undefined ? ['tab', 'worker'] : [options.relay as VoyagePlan['relayIn']];

it('many tabs, and one fault after the other: no event is lost silently, and none comes twice', async () => {
  const rows: object[] = [];
  for (const relayIn of places) {
    const random = seededRandom(Number(options.seed));
    const deaths = Math.ceil(Number(options.deaths) / places.length);
    const plan = Array.from({ length: deaths }, (): VoyagePlan['faults'][number] => {
      const fault: Fault = possible[Math.floor(random() * possible.length)] ?? 'close';
      return { fault, hits: random() < 0.5 ? 'speaking' : 'any' };
    });
    const onProgress = (done: number): void => {
      if (done % 10 === 0) console.log(`${relayIn}: ${done} of ${deaths}`);
    };
    const result = await sail({
      engine,
      tabs: Number(options.tabs),
      relayIn,
      faults: plan,
      flood: 20_000,
      random,
      onProgress,
    });
    rows.push({
      relay: relayIn,
      leftOut: notWith[engine],
      tabs: Number(options.tabs),
      faults: deaths,
      ...result,
    });
    // Also if it is wrong.
    writeFigures('tabs', { rows });
    const { servedTwice, unsettled, notices } = result;
    expect({ servedTwice, unsettled, notices }).toEqual({ servedTwice: 0, unsettled: 0, notices: {} });
    expect(result).toMatchObject({ lostSilently: 0, duplicated: 0, wrongReplies: 0, behind: 0 });
    // Two at a handover, until the server has ended the link that was replaced.
    expect(result.maxSockets).toBeLessThanOrEqual(2);
    expect(result.longestTwoSocketsMs).toBeLessThanOrEqual(1_000);
  }
}, 7_200_000);
