/** The tabs of the story, in slots: opens, freezes and kills them, and knows what each of them says. */

import type { FakeServer } from 'everwire/testing';
import type { Ledger, Tick } from './ledger.ts';
import tabApp from './tab-app.ts?worker&url';
import { openTabWindow, type TabWindow } from './tab-window.ts';

export interface TabView {
  readonly name: string;
  readonly life: 'opening' | 'running' | 'frozen';
  readonly ledger: Ledger;
}

export interface FleetView {
  /** Null: there is no tab in this slot. */
  readonly slots: readonly (TabView | null)[];
  /** Of all tabs, those that were killed too. */
  readonly lost: number;
  readonly duplicated: number;
  /** How long it took until another tab had the socket, ms. `waiting`: it is under way. */
  readonly takeover: 'none' | 'waiting' | number;
  /** The number of the newest event of the server. */
  readonly sent: number;
}

export interface Fleet {
  /** Opens the first tabs. The returned function kills all. */
  start(): () => void;
  open(slot: number): void;
  kill(slot: number): void;
  freeze(slot: number): void;
  thaw(slot: number): void;
  pause(): void;
  goOn(): void;
  readonly read: () => FleetView;
  readonly subscribe: (listener: () => void) => () => void;
}

const SLOTS = 4;
const FIRST_TABS = 3;
const TICK_EVERY_MS = 250;

const nothingYet: Ledger = {
  ...{ sharing: 'off', status: 'connecting', latest: [], received: 0, lost: 0, duplicated: 0 },
};

export function createFleet(server: FakeServer): Fleet {
  const listeners = new Set<() => void>();
  const windows = new Map<number, TabWindow>();
  const empty: FleetView = {
    ...{ lost: 0, duplicated: 0, takeover: 'none', sent: 0 },
    slots: Array.from({ length: SLOTS }, () => null),
  };
  let view = empty;
  let opened = 0;
  /** Of these tabs alone: those of another window with this page are others. */
  let identity = '';
  let ticking: ReturnType<typeof setInterval> | undefined;
  let lostSpeakerAtMs = 0;

  const change = (part: Partial<FleetView>): void => {
    view = { ...view, ...part };
    for (const listener of listeners) listener();
  };

  const put = (slot: number, tab: TabView | null): void =>
    change({ slots: view.slots.map((before, index) => (index === slot ? tab : before)) });

  const heed = (slot: number, before: TabView, ledger: Ledger): void => {
    put(slot, { ...before, ledger, life: before.life === 'opening' ? 'running' : before.life });
    change({
      lost: view.lost + ledger.lost - before.ledger.lost,
      duplicated: view.duplicated + ledger.duplicated - before.ledger.duplicated,
      ...(view.takeover === 'waiting' &&
        ledger.sharing === 'speaking' && { takeover: Math.round(performance.now() - lostSpeakerAtMs) }),
    });
  };

  const open = (slot: number): void => {
    if (view.slots[slot] !== null) return;
    opened += 1;
    const name = `Tab ${opened}`;
    put(slot, { name, life: 'opening', ledger: nothingYet });
    const report = (ledger: Ledger): void => {
      const tab = view.slots[slot];
      // Another tab may be there by now.
      if (tab?.name === name) heed(slot, tab, ledger);
    };
    const { url, WebSocket } = server;
    windows.set(slot, openTabWindow(name, tabApp, { url, WebSocket, identity, report }));
  };

  const loseSpeaker = (slot: number): void => {
    if (!isSpeaking(view.slots[slot])) return;
    lostSpeakerAtMs = performance.now();
    change({ takeover: 'waiting' });
  };

  const goOn = (): void => {
    clearInterval(ticking);
    ticking = setInterval(() => {
      const n = view.sent + 1;
      change({ sent: n });
      server.emit('tick', { n } satisfies Tick);
    }, TICK_EVERY_MS);
  };

  return {
    start() {
      view = empty;
      opened = 0;
      identity = crypto.randomUUID();
      for (let slot = 0; slot < FIRST_TABS; slot += 1) open(slot);
      goOn();
      return () => {
        clearInterval(ticking);
        for (const tab of windows.values()) tab.kill();
        windows.clear();
        view = empty;
      };
    },
    open,
    kill(slot) {
      loseSpeaker(slot);
      put(slot, null);
      windows.get(slot)?.kill();
      windows.delete(slot);
    },
    freeze(slot) {
      const tab = view.slots[slot];
      if (tab?.life !== 'running') return;
      loseSpeaker(slot);
      put(slot, { ...tab, life: 'frozen' });
      windows.get(slot)?.freeze();
    },
    thaw(slot) {
      const tab = view.slots[slot];
      if (tab?.life !== 'frozen') return;
      put(slot, { ...tab, life: 'running' });
      windows.get(slot)?.thaw();
    },
    pause: () => clearInterval(ticking),
    goOn,
    read: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What a frozen tab said last does not count. */
export function isSpeaking(tab: TabView | null | undefined): boolean {
  return tab?.life === 'running' && tab.ledger.sharing === 'speaking';
}
