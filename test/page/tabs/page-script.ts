/** Runs in each tab: a service that shares its socket, and a ledger of what it received. */
import { createWebSocketService, type IWebSocketConfig } from 'everwire/core';
import { acrossTabs } from 'everwire/tabs';

export interface TabsConfig extends Pick<IWebSocketConfig, 'reconnectDelay' | 'reconnectJitter'> {
  readonly url: string;
  readonly relayIn: 'tab' | 'worker';
}

/** What one life of a page has received. The events are numbered by their sender, apart from the session's numbers. */
export interface Ledger {
  readonly first: number | null;
  readonly last: number | null;
  readonly count: number;
  /** Numbers that did not come, with no notice before the next one. */
  readonly lostSilently: number;
  readonly duplicated: number;
  readonly notices: readonly string[];
  readonly status: string;
  readonly sharing: string;
  readonly errors: readonly string[];
  readonly visibility: DocumentVisibilityState;
  /** The longest time from sending an event to its arrival, since `watch()`; ms. */
  readonly slowestMs: number;
  /** Replies to the requests that it made: each is its own number. */
  readonly wrongReplies: number;
  readonly asked: number;
  readonly settled: number;
  /** When the newest event came; ms since 1970. */
  readonly lastAtMs: number;
}

export interface TabsHandle {
  connect(config: TabsConfig): void;
  watch(): void;
  report(): Ledger;
  /** Makes requests, of which the replies are counted. */
  ask(count: number): void;
  disconnect(): void;
}

declare global {
  var tabs: TabsHandle;
}

const service = createWebSocketService();
let first: number | null = null;
let last: number | null = null;
let count = 0;
let lostSilently = 0;
let duplicated = 0;
let isTold = false;
let slowestMs = 0;
let wrongReplies = 0;
let asked = 0;
let lastAtMs = 0;
let settled = 0;
const notices: string[] = [];
const errors: string[] = [];

service.missed$.subscribe(({ reason }) => {
  notices.push(reason);
  isTold = true;
});
service.errors$.subscribe(({ code, message }) => errors.push(`${code}: ${message}`));
service.event$('n').subscribe(({ data }) => {
  const { n, sentAtMs } = data as { readonly n: number; readonly sentAtMs: number };
  if (last !== null && n <= last) duplicated += 1;
  else if (last !== null && n > last + 1 && !isTold) lostSilently += n - last - 1;
  isTold = false;
  first ??= n;
  last = Math.max(n, last ?? n);
  count += 1;
  lastAtMs = Date.now();
  slowestMs = Math.max(slowestMs, lastAtMs - sentAtMs);
});

globalThis.tabs = {
  connect({ relayIn, ...config }) {
    const share =
      relayIn === 'worker'
        ? acrossTabs({ worker: () => new SharedWorker('/worker.js', { type: 'module' }) })
        : acrossTabs();
    service.connect({ ...config, token: 'ada', share, reconnectAttempts: Number.POSITIVE_INFINITY });
  },
  watch() {
    slowestMs = 0;
  },
  ask(requests) {
    for (let index = 0; index < requests; index += 1) {
      const mine = Math.random();
      asked += 1;
      service
        .request('echo', { mine })
        .then((reply) => {
          if (reply !== mine) wrongReplies += 1;
        })
        .catch(() => undefined)
        .finally(() => {
          settled += 1;
        });
    }
  },
  disconnect: () => service.disconnect(),
  report: () => {
    const { status, sharing } = service.store.getState();
    const { visibilityState: visibility } = document;
    const counts = {
      first,
      last,
      count,
      lostSilently,
      duplicated,
      slowestMs,
      wrongReplies,
      asked,
      settled,
      lastAtMs,
    };
    return { ...counts, notices, status, sharing, errors, visibility };
  },
};
