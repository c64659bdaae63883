/** A number of tabs on one hub, while faults hit them: keeps the books over all lives of all pages. */
import { setTimeout as delay } from 'node:timers/promises';
import { startHub } from '../../support/hub.ts';
import { eventually } from '../../support/patience.ts';
import type { Engine } from './driver.ts';
import type { FleetTab } from './fleet.ts';
import { launchFleet } from './fleet.ts';
import type { Ledger } from './page-script.ts';

export const faults = [
  'close',
  'crash',
  'freeze',
  'reload',
  'hide',
  'leave-and-return',
  'offline',
  'server-cut',
] as const;

export type Fault = (typeof faults)[number];

/** What the drivers have no command for. */
export const notWith: Readonly<Record<Engine, readonly Fault[]>> = {
  chromium: [],
  firefox: ['crash', 'freeze'],
  webkit: ['crash', 'freeze', 'hide', 'offline'],
};

export interface VoyagePlan {
  /** Default: Chromium. */
  readonly engine?: Engine;
  readonly tabs: number;
  readonly relayIn: 'tab' | 'worker';
  readonly faults: readonly { readonly fault: Fault; readonly hits: 'speaking' | 'any' }[];
  readonly random: () => number;
  /** How many events are published as fast as possible, at the end. */
  readonly flood?: number;
  readonly onProgress?: (done: number) => void;
}

export interface VoyageResult {
  readonly published: number;
  readonly delivered: number;
  readonly lostSilently: number;
  readonly duplicated: number;
  readonly wrongReplies: number;
  /** Requests that reached the server twice. */
  readonly servedTwice: number;
  /** Requests of the tabs at the end that neither resolved nor rejected. */
  readonly unsettled: number;
  readonly notices: Readonly<Record<string, number>>;
  /** The most sockets at a moment, and how long there were more than one; ms. */
  readonly maxSockets: number;
  readonly longestTwoSocketsMs: number;
  /** For each fault, how long the slowest event took to the slowest of the other tabs; ms. */
  readonly slowestMs: Readonly<Record<string, readonly number[]>>;
  /** For each fault, how many sockets were opened because of it. */
  readonly opened: Readonly<Record<string, number>>;
  /** Of a flood at the end, as each of the tabs received it. */
  readonly eventsPerSecond: number;
  readonly errors: readonly string[];
  /** Pages that were left and returned to: had the browser kept them? */
  readonly returns: Readonly<Record<'kept' | 'loaded', number>>;
  /** Of the tabs at the end: all that was published. */
  readonly behind: number;
}

const EVERY_MS = 20;
/** Requests time out after 10 s. */
const REQUEST_PATIENCE_MS = 15_000;
const FROZEN_MS = 5_000;

export async function sail(plan: VoyagePlan): Promise<VoyageResult> {
  const served = new Set<number>();
  let servedTwice = 0;
  const echo = ({ mine }: { mine: number }): number => {
    if (served.has(mine)) servedTwice += 1;
    served.add(mine);
    return mine;
  };
  await using running = await startHub({ requests: { echo } as never });
  await using fleet = await launchFleet(plan.engine);
  const config = { url: running.url, relayIn: plan.relayIn, reconnectDelay: 50, reconnectJitter: 0 };
  let published = 0;
  let delivered = 0;
  let lostSilently = 0;
  let duplicated = 0;
  let wrongReplies = 0;
  let maxSockets = 0;
  let twoSince: number | null = null;
  let longestTwoSocketsMs = 0;
  const notices: Record<string, number> = {};
  const slowestMs: Record<string, number[]> = {};
  const opened: Record<string, number> = {};
  const errors = new Set<string>();

  const book = (ledger: Ledger): void => {
    delivered += ledger.count;
    lostSilently += ledger.lostSilently;
    duplicated += ledger.duplicated;
    wrongReplies += ledger.wrongReplies;
    for (const reason of ledger.notices) notices[reason] = (notices[reason] ?? 0) + 1;
    for (const error of ledger.errors) errors.add(error);
  };

  /** What it has received is booked before its page ends. */
  const endLife = async (tab: FleetTab, end: () => Promise<void>): Promise<void> => {
    book(await tab.report());
    await end();
  };

  const returns = { kept: 0, loaded: 0 };
  const leaveAndReturn = async (tab: FleetTab): Promise<void> => {
    const before = await tab.report();
    await tab.goTo('/elsewhere');
    await delay(1_000);
    const how = await tab.goBack();
    returns[how] += 1;
    if (how === 'loaded') book(before);
  };

  for (let count = 0; count < plan.tabs; count += 1) await fleet.open(config);
  await eventually(async () => {
    for (const tab of fleet.living()) {
      const { status } = await tab.report();
      if (status !== 'connected') throw new Error(`A tab is ${status}.`);
    }
    if (running.clients() !== 1) throw new Error(`There are ${running.clients()} sockets.`);
  });
  const roles = await Promise.all(fleet.living().map(async (tab) => (await tab.report()).sharing));
  const speaking = roles.filter((role) => role === 'speaking').length;
  const isRight = plan.relayIn === 'tab' ? speaking === 1 : roles.every((role) => role === 'worker');
  if (!isRight) throw new Error(`The tabs are ${roles.join()}.`);

  let isSailing = true;
  const publisher = (async () => {
    while (isSailing) {
      published += 1;
      await running.hub.publish({ all: true }, 'n', { n: published, sentAtMs: Date.now() });
      await delay(EVERY_MS);
    }
  })();
  const watch = setInterval(() => {
    const sockets = running.clients();
    maxSockets = Math.max(maxSockets, sockets);
    if (sockets <= 1) twoSince = null;
    else {
      twoSince ??= Date.now();
      longestTwoSocketsMs = Math.max(longestTwoSocketsMs, Date.now() - twoSince);
    }
  }, 10);

  const pick = async (hits: 'speaking' | 'any'): Promise<FleetTab> => {
    const living = fleet.living();
    if (hits === 'speaking')
      for (const tab of living) if ((await tab.report()).sharing === 'speaking') return tab;
    const index = Math.floor(plan.random() * living.length);
    const tab = living[index];
    if (tab === undefined) throw new Error('No tab is left.');
    return tab;
  };

  const another = (tab: FleetTab): FleetTab => {
    const other = fleet.living().find(({ id }) => id !== tab.id);
    if (other === undefined) throw new Error('There is no other tab.');
    return other;
  };

  const hit = async (fault: Fault, tab: FleetTab): Promise<void> => {
    switch (fault) {
      case 'close':
        return endLife(tab, tab.close);
      case 'crash':
        return endLife(tab, tab.crash);
      case 'reload':
        return endLife(tab, tab.reload);
      case 'hide':
        return another(tab).bringToFront();
      case 'freeze':
        await another(tab).bringToFront();
        await eventually(async () => {
          if ((await tab.report()).visibility !== 'hidden') throw new Error('It is not hidden yet.');
        });
        await tab.setLife('frozen');
        await delay(FROZEN_MS);
        return tab.setLife('active');
      case 'leave-and-return':
        return leaveAndReturn(tab);
      case 'offline':
        await tab.setNetwork('offline');
        await delay(1_000);
        return tab.setNetwork('online');
      case 'server-cut':
        return running.cut();
      default:
        fault satisfies never;
    }
  };

  /** All living tabs have what was published until now. */
  const caughtUp = (): Promise<void> => {
    const target = published;
    return eventually(async () => {
      for (const tab of fleet.living()) {
        const { last, status, first } = await tab.report();
        if ((last ?? 0) < target) throw new Error(`A tab is ${status}, at ${first}–${last} of ${target}.`);
      }
    });
  };

  await caughtUp();
  for (const [index, { fault, hits }] of plan.faults.entries()) {
    const tab = await pick(hits);
    for (const one of fleet.living()) {
      await one.call('watch');
      await one.call('ask', 2);
    }
    const openedBefore = running.opened();
    const role = (await tab.report()).sharing;
    await hit(fault, tab);
    await delay(100);
    await caughtUp();
    const rest = await Promise.all(
      fleet.living().flatMap((one) => (one.id === tab.id ? [] : [one.report()])),
    );
    const newSockets = running.opened() - openedBefore;
    const isOfRelay = role === 'speaking' || (role === 'worker' && fault === 'crash' && newSockets > 0);
    const name = isOfRelay && fault !== 'server-cut' ? `${fault} of the relay` : fault;
    opened[name] = (opened[name] ?? 0) + newSockets;
    slowestMs[name] = [...(slowestMs[name] ?? []), Math.max(0, ...rest.map((ledger) => ledger.slowestMs))];
    while (fleet.living().length < plan.tabs) await fleet.open(config);
    plan.onProgress?.(index + 1);
  }
  // A tab that was opened last has its first event before the last one is published.
  await caughtUp();
  isSailing = false;
  await publisher;
  await caughtUp();
  clearInterval(watch);
  const { flood = 0 } = plan;
  const floodedAtMs = Date.now();
  for (let count = 0; count < flood; count += 1) {
    published += 1;
    await running.hub.publish({ all: true }, 'n', { n: published, sentAtMs: Date.now() });
  }
  await caughtUp();
  let unsettled = 0;
  let floodMs = 0;
  let behind = 0;
  for (const tab of fleet.living()) {
    const ledger = await settledReport(tab);
    book(ledger);
    unsettled += ledger.asked - ledger.settled;
    floodMs = Math.max(floodMs, ledger.lastAtMs - floodedAtMs);
    if (ledger.last !== published) behind += 1;
  }
  return {
    ...{ published, delivered, lostSilently, duplicated, wrongReplies, servedTwice, unsettled, notices },
    ...{ maxSockets, longestTwoSocketsMs, slowestMs, opened, returns, errors: [...errors], behind },
    eventsPerSecond: Math.round((flood * 1_000) / Math.max(floodMs, 1)),
  };
}

/** When its requests are settled, or after longer than a request may take. */
async function settledReport(tab: FleetTab): Promise<Ledger> {
  const patientUntilMs = Date.now() + REQUEST_PATIENCE_MS;
  for (;;) {
    const ledger = await tab.report();
    if (ledger.settled === ledger.asked || Date.now() > patientUntilMs) return ledger;
    await delay(50);
  }
}
