/** The model of the front page: which events are on the wires, which have arrived at which page, and what is broken. */

import type { FakeConnection, FakeServer, HandshakeRecord } from 'everwire/testing';
import { createPublisher, type Publisher } from './publisher.ts';

export type PageName = 'plain' | 'everwire';
const pageNames: readonly PageName[] = ['plain', 'everwire'];

/** How long a frame takes, one way, ms. As long as a dot is on its wire. */
export const LATENCY_MS = 550;

/** `resumed`: the server sent it again. `fetched`: the page asked for it, because it was told of a loss. */
export type Fate = 'arrived' | 'resumed' | 'fetched';

/** What is on a wire: an event, several that come late, or, towards the server, what a page says as it connects or asks. */
export interface Freight {
  readonly id: number;
  readonly page: PageName;
  readonly kind: 'event' | 'batch' | 'opening' | 'request';
  /** The newest of its events; 0 for what goes to the server. */
  readonly last: number;
  readonly words: string;
  /** `lost`: the link under it was cut. */
  readonly state: 'travelling' | 'lost';
}

export type WireState = 'up' | 'frozen' | 'cut';

export interface PageView {
  readonly wire: WireState;
  /** What has arrived, by number. */
  readonly fates: ReadonlyMap<number, Fate>;
  /** The newest that has arrived; 0 before the first. */
  readonly heard: number;
  /** Older than the newest, and not there. */
  readonly missing: number;
  /** The server sent them again. */
  readonly cameBack: number;
  /** The app asked for them. */
  readonly fetched: number;
}

export type Accident = 'unplugged' | 'frozen' | 'killed';

export interface StageView {
  /** The newest event that the server has published. */
  readonly newest: number;
  readonly freight: readonly Freight[];
  readonly pages: Readonly<Record<PageName, PageView>>;
  /** `mending`: over, and a page is not back yet. */
  readonly phase: 'calm' | 'accident' | 'mending';
  /** The latest one. */
  readonly accident: Accident | null;
  /** The events that Everwire did not have at the end of the latest accident. `last`: 0 while it lasts. */
  readonly hole: { readonly first: number; readonly last: number };
  readonly isPaused: boolean;
}

export interface Stage {
  /** The address for one of the two pages. */
  readonly urlOf: (page: PageName) => string;
  readonly read: () => StageView;
  readonly subscribe: (listener: () => void) => () => void;
  /** Begins to publish, once both pages are connected. Returns its end. */
  readonly run: () => () => void;
  /** Breaks something. It heals when `HOLE` events have been published meanwhile. */
  readonly cause: (accident: Accident) => void;
  readonly pause: (isPaused: boolean) => void;
  /** Only while it is seen does it cost anything. */
  readonly show: (isShown: boolean) => void;
  /** The page got an event. */
  readonly hear: (page: PageName, n: number) => void;
  /** The page asks for what it has missed. Returns the newest that it has. */
  readonly ask: (page: PageName) => number;
  /** The page got what it asked for. */
  readonly fetched: (page: PageName, numbers: readonly number[]) => void;
}

/** How long it takes to fall off the wire. */
const LOST_FOR_MS = 700;
/** More than the picture shows. */
const KEPT = 60;
const noPage: PageView = { wire: 'cut', fates: new Map(), heard: 0, missing: 0, cameBack: 0, fetched: 0 };

export function createStage(server: FakeServer): Stage {
  const listeners = new Set<() => void>();
  let view: StageView = {
    newest: 0,
    freight: [],
    pages: { plain: noPage, everwire: noPage },
    phase: 'calm',
    accident: null,
    hole: { first: 0, last: 0 },
    isPaused: false,
  };
  let lastId = 0;
  /** Links through which nothing goes. */
  const frozen = new Set<FakeConnection>();
  const links = new Map<PageName, FakeConnection>();
  let handshakesSeen = 0;
  const timers = new Set<ReturnType<typeof setTimeout>>();

  const change = (next: Partial<StageView>): void => {
    view = { ...view, ...next };
    for (const listener of listeners) listener();
  };
  const changePage = (page: PageName, next: Partial<PageView>): void =>
    change({ pages: { ...view.pages, [page]: { ...view.pages[page], ...next } } });

  const load = (page: PageName, kind: Freight['kind'], words: string, last = 0): void => {
    lastId += 1;
    change({ freight: [...view.freight, { id: lastId, page, kind, last, words, state: 'travelling' }] });
  };
  /** Everything after `heard`, in one go. */
  const loadBatch = (page: PageName, heard: number): void => {
    const { newest } = view;
    if (newest <= heard) return;
    load(page, 'batch', newest === heard + 1 ? String(newest) : `${heard + 1}–${newest}`, newest);
  };
  const unload = (isOver: (one: Freight) => boolean): void => {
    if (view.freight.some(isOver)) change({ freight: view.freight.filter((one) => !isOver(one)) });
  };
  const lose = (isLost: (one: Freight) => boolean): void => {
    const lost = new Set(view.freight.filter((one) => one.state === 'travelling' && isLost(one)));
    if (lost.size === 0) return;
    const ids = new Set([...lost].map(({ id }) => id));
    change({
      freight: view.freight.map((one) => (ids.has(one.id) ? { ...one, state: 'lost' } : one)),
    });
    const timer = setTimeout(() => {
      timers.delete(timer);
      unload(({ id }) => ids.has(id));
    }, LOST_FOR_MS);
    timers.add(timer);
  };

  /** The server has a new link, or one less. */
  const readLinks = (): void => {
    for (const page of pageNames) {
      const before = links.get(page);
      const now = server.connections.findLast((link) => isOf(page, link));
      if (before !== now) {
        lose((one) => one.page === page && one.last > 0);
        if (now === undefined) links.delete(page);
        else links.set(page, now);
        // The server has just sent again what the page does not have.
        if (now?.resumed) loadBatch(page, view.pages[page].heard);
      }
      const wire: WireState = now === undefined ? 'cut' : frozen.has(now) ? 'frozen' : 'up';
      if (wire !== view.pages[page].wire) changePage(page, { wire });
    }
  };

  /** A page tries to connect: its question is on the wire for as long as the opening takes. */
  const readHandshakes = (): void => {
    for (const record of server.handshakes.slice(handshakesSeen)) {
      handshakesSeen += 1;
      const page = pageNames.find((name) => isOf(name, record));
      // While the network is gone, nothing leaves the page.
      if (page !== undefined && server.faults.refusing === 0) load(page, 'opening', wordsOf(record));
    }
    for (const page of pageNames) {
      const latest = server.handshakes.findLast((one) => isOf(page, one));
      if (latest !== undefined && latest.outcome !== 'pending') {
        unload((one) => one.page === page && one.kind === 'opening');
      }
    }
  };

  const wordsOf = ({ resume }: HandshakeRecord): string =>
    resume === null ? 'hello' : `after ${view.pages.everwire.heard}?`;

  const take = (page: PageName, numbers: readonly number[], fate: Fate): void => {
    const { fates: known, ...before } = view.pages[page];
    const fates = new Map([...known].filter(([n]) => n > view.newest - KEPT));
    let { heard, missing, cameBack, fetched } = before;
    for (const n of numbers) {
      if (fates.has(n)) continue;
      fates.set(n, fate);
      // The first one is where the page came in.
      if (n > heard) missing += heard === 0 ? 0 : n - heard - 1;
      else missing -= 1;
      heard = Math.max(heard, n);
      if (fate === 'resumed') cameBack += 1;
      if (fate === 'fetched') fetched += 1;
    }
    changePage(page, { fates, heard, missing, cameBack, fetched });
    unload((one) => one.page === page && one.last > 0 && one.last <= heard);
  };

  const publisher: Publisher = createPublisher({
    server,
    read: () => view,
    change,
    freeze() {
      server.freeze();
      for (const link of server.connections) frozen.add(link);
      readLinks();
    },
    publish() {
      const n = view.newest + 1;
      change({ newest: n });
      for (const page of links.keys()) load(page, 'event', String(n), n);
      server.emit('tick', { n });
    },
  });

  server.handle('ticks_after', (after) => {
    const heard = Number(after);
    unload(({ kind }) => kind === 'request');
    loadBatch('everwire', heard);
    return Array.from({ length: view.newest - heard }, (_, index) => heard + index + 1);
  });

  return {
    urlOf: (page) => `${server.url}?${queryOf(page)}`,
    read: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    run() {
      const stopListening = server.onChange(() => {
        readHandshakes();
        readLinks();
      });
      const stopPublishing = publisher.start();
      return () => {
        stopListening();
        stopPublishing();
        for (const timer of timers) clearTimeout(timer);
        timers.clear();
      };
    },
    cause: publisher.cause,
    pause: (isPaused) => change({ isPaused }),
    show: publisher.show,
    hear(page, n) {
      const isLate = view.freight.some((one) => one.page === page && one.kind === 'batch' && n <= one.last);
      take(page, [n], isLate ? 'resumed' : 'arrived');
    },
    ask(page) {
      load(page, 'request', `after ${view.pages[page].heard}?`);
      return view.pages[page].heard;
    },
    fetched: (page, numbers) => take(page, numbers, 'fetched'),
  };
}

function queryOf(page: PageName): string {
  return `page=${page}`;
}

/** Whether a link or a handshake is that of this page. */
export function isOf(page: PageName, { url }: { readonly url: string }): boolean {
  return url.includes(queryOf(page));
}
