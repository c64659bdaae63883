/**
 * The app in each tab: a service that shares its socket, and a ledger of what it received. It is a script of its own, with all that
 * it needs, as that of a worker is: a tab loads nothing of the page around it.
 */

import type { createWebSocketService, IWebSocketConfig } from 'everwire';
import type { Ledger, StartTab, TabHook, TabWorld, Tick } from './ledger.ts';

const [code] = Object.values(
  import.meta.glob<{
    connectTab: (config: IWebSocketConfig) => ReturnType<typeof createWebSocketService>;
  }>('../../../.storybook/code/15-share.ts', { eager: true }),
);

/** As many as are shown. */
const KEPT_NUMBERS = 6;

function startTab({ url, WebSocket, identity, report }: TabWorld): void {
  const service = code?.connectTab({ url, WebSocket, identity, reconnectDelay: 500, reconnectJitter: 100 });
  if (service === undefined) return;
  let ledger: Ledger = {
    ...{ sharing: 'off', status: 'connecting', latest: [], received: 0, lost: 0, duplicated: 0 },
  };
  const write = (part: Partial<Ledger>): void => {
    ledger = { ...ledger, ...part };
    report(ledger);
  };
  const show = (): void => {
    const { sharing, status } = service.store.getState();
    if (sharing !== ledger.sharing || status !== ledger.status) write({ sharing, status });
  };
  service.store.subscribe(show);
  service.event$('tick').subscribe(({ data }) => {
    const { n } = data as Tick;
    const last = ledger.latest.at(-1);
    if (last !== undefined && n <= last) return write({ duplicated: ledger.duplicated + 1 });
    const missing = last === undefined ? 0 : n - last - 1;
    write({
      latest: [...ledger.latest, n].slice(-KEPT_NUMBERS),
      received: ledger.received + 1,
      lost: ledger.lost + missing,
    });
  });
  show();
}

const onReady: unknown = Reflect.get(globalThis, 'everwireStoryTab' satisfies TabHook);
if (typeof onReady === 'function') onReady(startTab satisfies StartTab);
