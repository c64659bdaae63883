/**
 * The policies that are compared, and the figures of each. Configs are as a user writes them; all else is the default.
 */

import type { IWebSocketConfig, WebSocketServiceError } from 'everwire/core';
import { resolveConfig } from '../../../src/service/config/config.ts';
import { createPolicy } from '../../../src/service/policy.ts';
import type { Reporter } from '../../../src/service/reporting/reporter.ts';
import { createEventStream } from '../../../src/stream/event-stream.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { BUCKET_MS, type HerdOutcome, type HerdPolicy, simulateHerd } from './herd.ts';

export interface Contender {
  readonly name: string;
  readonly options: Omit<IWebSocketConfig, 'url'>;
  /** 1012 for clients that treat it specially. For all others it makes no difference. */
  readonly closeCode: 1006 | 1012;
}

export const contenders = {
  default: { name: 'the default: `vendor`, 7 attempts', options: {}, closeCode: 1006 },
  endless: {
    name: '`vendor`, `Infinity`',
    options: { reconnectAttempts: Number.POSITIVE_INFINITY },
    closeCode: 1006,
  },
  spread: {
    name: '`vendor`, `Infinity`, `restartSpread` 30 s',
    options: { reconnectAttempts: Number.POSITIVE_INFINITY, restartSpread: 30_000 },
    closeCode: 1012,
  },
  decorrelatedDefault: {
    name: '`decorrelated`, 7 attempts',
    options: { backoff: 'decorrelated' },
    closeCode: 1006,
  },
  decorrelated: {
    name: '`decorrelated`, `Infinity`',
    options: { backoff: 'decorrelated', reconnectAttempts: Number.POSITIVE_INFINITY },
    closeCode: 1006,
  },
  decorrelatedSpread: {
    name: '`decorrelated`, `Infinity`, `restartSpread` 30 s',
    options: {
      backoff: 'decorrelated',
      reconnectAttempts: Number.POSITIVE_INFINITY,
      restartSpread: 30_000,
    },
    closeCode: 1012,
  },
  fixed: {
    name: 'a warning: always 3 s, no jitter, `Infinity`',
    options: {
      reconnectAttempts: Number.POSITIVE_INFINITY,
      reconnectJitter: 0,
      backoffAfter: Number.POSITIVE_INFINITY,
    },
    closeCode: 1006,
  },
} as const satisfies Readonly<Record<string, Contender>>;

export type ContenderKey = keyof typeof contenders;

/** How the server admits clients once it is up: all of them, or a number per second. */
export interface Admission {
  readonly key: 'everyone' | 'limited';
  readonly perSecond: number;
}

/** With fewer clients the server is proportionally weaker, so that a small herd shows the same picture. */
function admissionsFor(clients: number): readonly Admission[] {
  return [
    { key: 'everyone', perSecond: Number.POSITIVE_INFINITY },
    { key: 'limited', perSecond: (clients * 2000) / 100_000 },
  ];
}

/** One row of the tables. */
export interface HerdRow {
  readonly contender: ContenderKey;
  readonly name: string;
  readonly admission: Admission['key'];
  readonly clients: number;
  /** The most attempts within any second. */
  readonly peakPerSecond: number;
  /** The same, of the seconds after the server was up again. */
  readonly peakAfterPerSecond: number;
  readonly attemptsPerClient: number;
  /** The median time for which clients were away when the server was down for one second. */
  readonly blipMedianMs: number;
  /** Since the server was up again. Median of the clients that came back. */
  readonly backHalfMs: number;
  /** 95th percentile of the same. */
  readonly backMostMs: number;
  readonly backLastMs: number;
  readonly recoveredShare: number;
  readonly gaveUpShare: number;
}

const OUTAGE_MS = 30_000;
const BLIP_MS = 1000;

function herdRow(key: ContenderKey, admission: Admission, clients: number, seed: number): HerdRow {
  const contender: Contender = contenders[key];
  const run = (outageMs: number, admitsPerSecond: number): HerdOutcome => {
    const random = seededRandom(seed);
    const policy = policyOf(contender.options, random);
    return simulateHerd({
      clients,
      policy,
      closeCode: contender.closeCode,
      outageMs,
      admitsPerSecond,
      random,
    });
  };
  const outcome = run(OUTAGE_MS, admission.perSecond);
  const blip = run(BLIP_MS, Number.POSITIVE_INFINITY);
  return {
    contender: key,
    name: contender.name,
    admission: admission.key,
    clients,
    peakPerSecond: peakPerSecond(outcome, 0),
    peakAfterPerSecond: peakPerSecond(outcome, OUTAGE_MS),
    attemptsPerClient: Math.round((sum(outcome.attempts) / clients) * 100) / 100,
    blipMedianMs: quantileMs(blip, 0.5),
    backHalfMs: quantileMs(outcome, 0.5) - OUTAGE_MS,
    backMostMs: quantileMs(outcome, 0.95) - OUTAGE_MS,
    backLastMs: quantileMs(outcome, 1) - OUTAGE_MS,
    recoveredShare: outcome.backAtMs.length / clients,
    gaveUpShare: outcome.gaveUp / clients,
  };
}

export function herdRows(clients: number, seed: number): HerdRow[] {
  return admissionsFor(clients).flatMap((admission) =>
    (Object.keys(contenders) as ContenderKey[]).map((key) => herdRow(key, admission, clients, seed)),
  );
}

/** The policy that a config makes, exactly as the service makes it. */
export function policyOf(options: Contender['options'], random: () => number): HerdPolicy {
  const given = { url: 'wss://herd.example', WebSocket: NoSocket, random, ...options };
  const config = resolveConfig(given, (text) => text);
  if ('missing' in config) throw new Error(`This config makes no policy: it lacks the ${config.missing}.`);
  return createPolicy(config, strict);
}

/** In the busiest second, which may begin at any time. */
function peakPerSecond({ attempts }: HerdOutcome, fromMs: number): number {
  const width = 1000 / BUCKET_MS;
  const from = fromMs / BUCKET_MS;
  let inWindow = 0;
  let highest = 0;
  for (let bucket = from; bucket < attempts.length; bucket += 1) {
    inWindow += attempts[bucket] ?? 0;
    if (bucket - from >= width) inWindow -= attempts[bucket - width] ?? 0;
    highest = Math.max(highest, inWindow);
  }
  return highest;
}

/** When this share of the returning clients was back. NaN where none came back. */
function quantileMs({ backAtMs }: HerdOutcome, share: number): number {
  return Math.round(backAtMs[Math.max(0, Math.ceil(backAtMs.length * share) - 1)] ?? Number.NaN);
}

function sum(numbers: Uint32Array): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** A policy of ours that reports something has a bug. */
const strict: Reporter = {
  errors$: createEventStream<WebSocketServiceError>(() => undefined).all$,
  error: (error) => {
    throw error;
  },
  fail: (problem) => {
    throw new Error(problem);
  },
  thrown: (what, thrown) => {
    throw new Error(`${what} threw.`, { cause: thrown });
  },
  clean: (text) => text,
  learn: () => undefined,
  log: () => undefined,
  logTo: () => undefined,
};

/** A config needs a socket class; a policy opens no socket. */
class NoSocket {
  readonly binaryType = '';
  readonly readyState = 3;
  readonly bufferedAmount = 0;
  onopen = null;
  onmessage = null;
  onerror = null;
  onclose = null;
  send(): void {}
  close(): void {}
}
