/** Links that are half-open or slow, two sockets for one session, and many clients at once. */
import { expect } from 'vitest';
import { dial, type Frame, resumeAfter } from '../../support/hub.ts';
import { until } from '../proxy/until.ts';
import { PING_EVERY_MS } from './client.ts';
import type { Fault, Stage } from './stage.ts';

const PAD = 'x'.repeat(50_000);

/** More than any system holds for a socket that is not read. */
const MAX_PADS = 2_000;

export const linkFaults: readonly Fault[] = [
  {
    name: 'half-open links: nothing passes, and neither end is told',
    forms: 'both',
    notices: 'none',
    async run({ form, cluster, clients, clientsOf, settled, busiest, pause }) {
      for (let round = 0; round < (form === 'full' ? 4 : 1); round += 1) {
        await until('pings to be answered', () => clients.every((client) => client.hasAnsweredPing()));
        const process = busiest();
        const { proxy } = process;
        const affected = clientsOf(process).map((client) => ({ client, before: client.links }));
        expect(affected.length).toBeGreaterThan(0);
        proxy.stall('both');
        await until('the clients behind the dead links to have others', () =>
          affected.every(({ client, before }) => client.links > before && client.isConnected()),
        );
        await settled();
        // What was on its way arrives now, on sockets that nobody has any more.
        proxy.heal();
        await settled();
        // A link that was healed is known to be alive when a ping over it was answered.
        await pause(PING_EVERY_MS);
        const stats = await Promise.all(cluster.processes.map((process) => process.stats()));
        const sessions = stats.reduce((sum, one) => sum + (one?.sessions ?? 0), 0);
        expect(sessions).toBe(clients.length);
      }
    },
  },
  {
    name: 'a client that does not read is cut, and has all of it later',
    forms: 'both',
    notices: 'none',
    async run({ cluster, addClient, settled, advance }) {
      const slow = addClient('slow', 'direct');
      await settled();
      const process = slow.process;
      if (process === undefined) throw new Error('It has no process.');
      const socketsBefore = (await process.stats())?.sockets ?? 0;
      slow.stopReading();
      for (let sent = 0; ; sent += 20) {
        expect(sent).toBeLessThan(MAX_PADS);
        const pads = Array.from({ length: 20 }, () => process.publish({ user: 'slow' }, 'pad', PAD));
        await Promise.all(pads);
        if (((await process.stats())?.sockets ?? 0) < socketsBefore) break;
      }
      await until('the slow client to have another link', () => slow.links > 1 && slow.isConnected());
      await advance(20);
      await settled();
      expect(cluster.processes.every(({ isUp }) => isUp)).toBe(true);
    },
  },
  {
    name: 'two sockets race for one session',
    forms: 'both',
    notices: 'none',
    async run(stage) {
      const races = Array.from({ length: stage.form === 'full' ? 50 : 5 }, (_, index) => race(stage, index));
      await Promise.all(races);
    },
  },
  {
    name: '200 new sessions per second',
    forms: 'both',
    notices: 'none',
    perSecond: 5,
    async run({ form, addClient, clients, advance, pause }) {
      const startedAt = performance.now();
      const wanted = form === 'full' ? 1_000 : 20;
      for (let added = 0; added < wanted; added += 1) {
        addClient();
        await pause(startedAt + (added + 1) * 5 - performance.now());
      }
      await until('every client to be connected', () => clients.every((client) => client.isConnected()));
      await advance(10);
    },
  },
];

/** A client that has lost its link comes to two processes at once. One of them must win, and nothing may come twice. */
async function race({ cluster, advance }: Stage, index: number): Promise<void> {
  const [one, two] = cluster.processes;
  if (one === undefined || two === undefined) throw new Error('It takes two processes.');
  const token = `racer-${index}`;
  const first = dial(one.url, { token });
  const hello = await first.next();
  const last = (await first.until(({ event }) => event === 'n')).at(-1) ?? hello;
  first.socket.terminate();
  await advance(5);

  const resume = resumeAfter(token, hello, last);
  const racers = [dial(one.url, resume), dial(two.url, resume)].map((client) => {
    const frames: Frame[] = [];
    client.socket.on('message', (data) => frames.push(JSON.parse(String(data)) as Frame));
    return { client, frames };
  });
  const loser = await Promise.race(racers.map(async (racer) => ({ racer, code: await racer.client.closed })));
  expect(loser.code).toBe(4409);
  const [winner] = racers.filter((racer) => racer !== loser.racer);
  const countAtEnd = loser.racer.frames.length;
  await until('the winner to go on', () => (winner?.frames.length ?? 0) > countAtEnd + 5);
  for (const { frames } of racers) {
    // From the first missed one on, without a hole.
    const seqs = frames.map(({ seq }) => Number(seq));
    expect(seqs).toEqual(seqs.map((_, at) => Number(last['seq']) + 1 + at));
  }
  const numbers = (frames: readonly Frame[]): number[] => frames.map(({ data }) => Number(data));
  const won = numbers(winner?.frames ?? []);
  expect(numbers(loser.racer.frames)).toEqual(won.slice(0, countAtEnd));
  winner?.client.socket.terminate();
}
