/**
 * Simulates when the clients of a server that goes away try again. Discrete events. The rules are the package's own
 * (`LifecyclePolicy`, made from a config as for a user): the close verdict, the delay, when to give up. Only the server
 * and the passing time are modelled here.
 */
import type { CloseInfo } from 'everwire/core';
import { initialState, type LifecyclePolicy } from '../../../src/connection/states.ts';

export type HerdPolicy = Pick<LifecyclePolicy, 'classify' | 'delayMs' | 'maxRetries'>;

export interface Herd {
  readonly clients: number;
  readonly policy: HerdPolicy;
  /** The code that closes every link: 1012 where the server announces its restart, 1006 where it crashes. */
  readonly closeCode: number;
  /** From the first close until the server accepts connections again. Until then it refuses all. */
  readonly outageMs: number;
  /** The number of handshakes per second that it accepts after that. The rest are refused. */
  readonly admitsPerSecond: number;
  /** Chooses when within `RESET_MS` each link is closed. */
  readonly random: () => number;
}

export interface HerdOutcome {
  /** The number of attempts in each `BUCKET_MS`, from the first close on. */
  readonly attempts: Uint32Array;
  /** When the returning clients came back, ms after the first close, in order. */
  readonly backAtMs: Float64Array;
  readonly gaveUp: number;
  /** Neither back nor given up when the hour was over. */
  readonly stillTrying: number;
}

/** Time is counted in steps of this length. */
export const BUCKET_MS = 10;

/** No client is watched for longer. */
const HORIZON_MS = 3_600_000;

/** All links are closed within this time. */
const RESET_MS = 200;

export function simulateHerd(herd: Herd): HerdOutcome {
  const { clients, policy, closeCode, outageMs, admitsPerSecond, random } = herd;
  const failures = new Uint32Array(clients);
  const previousDelayMs = new Float64Array(clients).fill(Number.NaN);
  const dueMs = new Float64Array(clients);
  const queue = createQueue(clients);

  const attempts = new Uint32Array(HORIZON_MS / BUCKET_MS);
  const backAtMs = new Float64Array(clients);
  let back = 0;
  let gaveUp = 0;

  const lose = (client: number, nowMs: number, code: number, link: 'open' | 'opening'): void => {
    const before = at(failures, client);
    failures[client] = before + 1;
    const verdict = policy.classify(closeOf(code, link, before));
    if (verdict === 'auth' || verdict === 'fatal') throw new Error(`A herd knows no verdict ${verdict}.`);
    if (before + 1 > policy.maxRetries) {
      gaveUp += 1;
      return;
    }
    const last = at(previousDelayMs, client);
    const delayMs = policy.delayMs(
      { ...initialState, failures: before + 1, previousDelayMs: Number.isNaN(last) ? null : last },
      verdict,
    );
    previousDelayMs[client] = delayMs;
    dueMs[client] = nowMs + delayMs;
    queue.add(client, Math.floor((nowMs + delayMs) / BUCKET_MS));
  };

  for (let client = 0; client < clients; client += 1) lose(client, random() * RESET_MS, closeCode, 'open');

  // An unused handshake can be used up to a second later: a second's worth of handshakes fits in the server's queue.
  let admits = 0;
  for (let bucket = 0; bucket < attempts.length; bucket += 1) {
    if (bucket * BUCKET_MS >= outageMs) {
      admits = Math.min(admits + (admitsPerSecond * BUCKET_MS) / 1000, admitsPerSecond);
    }
    queue.dequeue(bucket, (client) => {
      attempts[bucket] = at(attempts, bucket) + 1;
      if (admits >= 1) {
        admits -= 1;
        backAtMs[back] = at(dueMs, client);
        back += 1;
      } else {
        lose(client, at(dueMs, client), 1006, 'opening');
      }
    });
  }
  return { attempts, backAtMs: backAtMs.slice(0, back).sort(), gaveUp, stillTrying: clients - back - gaveUp };
}

function closeOf(code: number, link: 'open' | 'opening', failures: number): CloseInfo {
  return { code, reason: '', wasClean: code !== 1006, opened: link === 'open', failures, previousCode: null };
}

interface Queue {
  add(client: number, bucket: number): void;
  /**
   * Calls `each` for the clients due in this bucket, first come, first served. A client that is due again at once is in
   * the next bucket.
   */
  dequeue(bucket: number, each: (client: number) => void): void;
}

/** A list of clients for each bucket, as links between numbers: nothing is allocated while the herd runs. */
function createQueue(clients: number): Queue {
  const NONE = -1;
  const first = new Int32Array(HORIZON_MS / BUCKET_MS).fill(NONE);
  const last = new Int32Array(HORIZON_MS / BUCKET_MS).fill(NONE);
  const next = new Int32Array(clients).fill(NONE);
  let lastBucket = NONE;
  return {
    add(client, bucket) {
      const place = Math.max(bucket, lastBucket + 1);
      if (place >= first.length) return;
      next[client] = NONE;
      const tail = at(last, place);
      if (tail === NONE) first[place] = client;
      else next[tail] = client;
      last[place] = client;
    },
    dequeue(bucket, each) {
      lastBucket = bucket;
      for (let client = at(first, bucket); client !== NONE; ) {
        const following = at(next, client);
        each(client);
        client = following;
      }
    },
  };
}

/** Reads a typed array within its bounds, which the compiler cannot check. */
function at(numbers: Float64Array | Int32Array | Uint32Array, index: number): number {
  return numbers[index] ?? Number.NaN;
}
