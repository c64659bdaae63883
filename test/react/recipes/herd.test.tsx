/** Clients of a restarted server spread their fetches with missedEventsJitter, and do not without it. */

import { useMissedEvents } from 'everwire';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../support/seeded-random.ts';
import { setUpStage, Wire } from '../../support/stage.tsx';

const stage = setUpStage();

/** When each client fetches after a restart of the server, in ms since the first new session. */
async function fetchTimes(clients: number, missedEventsJitter: number): Promise<readonly number[]> {
  const { server } = stage;
  const times: number[] = [];
  function Client() {
    useMissedEvents(() => times.push(Date.now()));
    return null;
  }
  stage.mount(
    Array.from({ length: clients }, (_, client) => (
      <Wire
        // biome-ignore lint/suspicious/noArrayIndexKey: they never change places.
        key={client}
        to={server}
        random={seededRandom(client)}
        reconnectJitter={0}
        heartbeat={false}
        missedEventsJitter={missedEventsJitter}
      >
        <Client />
      </Wire>
    )),
  );
  await stage.pass();
  server.restart();
  const before = server.handshakes.length;
  await stage.pass(3_000 + missedEventsJitter + 1_000);
  const backAt = Math.min(...server.handshakes.slice(before).map(({ at }) => at));
  return times.map((time) => time - backAt);
}

describe('the clients of a restarted server', () => {
  it('fetch at the same moment without jitter', async () => {
    const times = await fetchTimes(10, 0);
    expect(times).toHaveLength(10);
    expect(Math.max(...times)).toBeLessThan(50);
  });

  it('fetch spread over the jitter with missedEventsJitter', async () => {
    const times = await fetchTimes(50, 5_000);
    expect(times).toHaveLength(50);
    expect(Math.max(...times)).toBeLessThan(5_050);
    const seconds = [0, 1, 2, 3, 4].map(
      (second) => times.filter((time) => Math.min(4, Math.floor(time / 1_000)) === second).length,
    );
    // Ten each, on average.
    expect(Math.min(...seconds)).toBeGreaterThan(4);
    expect(Math.max(...seconds)).toBeLessThan(17);
  });
});
