/** The measured page: an app that shows one event, with the devtools closed, open, or absent. */

import { createRoot } from 'react-dom/client';
import { WebSocketDevtools } from '../../devtools/index.ts';
import { useConnection, useWsEvent, WebSocketProvider } from '../../index.ts';
import { createProbe, type ProbeReading } from '../probe.ts';

export type Setting = 'without' | 'closed' | 'open';

export interface DevtoolsBench {
  /** Resolves after a second with events. */
  mount(url: string, setting: Setting): Promise<void>;
  /** Counts frames and events for this many seconds. */
  measure(seconds: number): Promise<ProbeReading & { readonly events: number; readonly rows: number }>;
}

declare global {
  var devtoolsBench: DevtoolsBench | undefined;
}

let lastSeq = -1;

function App() {
  const latest = useWsEvent('price_changed');
  const status = useConnection((state) => state.status);
  lastSeq = latest?.seq ?? -1;
  return (
    <main>
      {status}: {JSON.stringify(latest?.data)}
    </main>
  );
}

const passed = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

globalThis.devtoolsBench = {
  async mount(url, setting) {
    const home = document.createElement('div');
    document.body.append(home);
    createRoot(home).render(
      <WebSocketProvider url={url}>
        <App />
        {setting !== 'without' && <WebSocketDevtools initiallyOpen={setting === 'open'} placement="docked" />}
      </WebSocketProvider>,
    );
    const limitAt = performance.now() + 10_000;
    while (lastSeq < 0 && performance.now() < limitAt) await passed(20);
    await passed(1_000);
  },
  async measure(seconds) {
    const probe = createProbe();
    const before = lastSeq;
    probe.start('everything');
    await passed(seconds * 1_000);
    const reading = probe.stop();
    const root = document.querySelector('[data-everwire-devtools]')?.shadowRoot;
    const rows = root?.querySelectorAll('[role="option"]').length ?? 0;
    return { ...reading, events: lastSeq - before, rows };
  },
};
