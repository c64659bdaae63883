/**
 * Hides, freezes, disconnects and caches a page as it happens to a user, in a Chromium with nothing switched off.
 * Playwright starts the browser but does not see these tabs: it emulates focus in each page of its own, and such a page
 * is never hidden and never freezes. So the tabs live in a browser context that Playwright does not know, and are
 * driven with DevTools messages through the browser's own session.
 */
import { type Browser, type CDPSession, chromium } from 'playwright';
import { findChromium, quietFlags } from '../../scripts/chromium.mjs';
import { eventually } from '../support/patience.ts';
import type { PageConfig, PageReport } from './page-script.ts';

export interface TabBrowser extends AsyncDisposable {
  /** Opens a tab in front. All tabs are in one window. */
  open(url: string): Promise<Tab>;
  closeTabs(): Promise<void>;
}

export interface Tab {
  /** Navigates as a link does: the browser may keep the page that is left. */
  goTo(url: string): Promise<void>;
  goBack(): Promise<void>;
  bringToFront(): Promise<void>;
  /** Freezes a page as Chromium does: a frozen page is hidden, and is still hidden when it is active again. */
  setLife(state: 'frozen' | 'active'): Promise<void>;
  setNetwork(state: 'offline' | 'online'): Promise<void>;
  /** The listeners on window and document, as DevTools counts them: `window online`, ... */
  listeners(): Promise<readonly string[]>;
  connect(config: PageConfig): Promise<void>;
  disconnect(): Promise<void>;
  sendWitness(url: string): Promise<void>;
  /** The first report that satisfies the condition. */
  until(condition: (report: PageReport) => boolean): Promise<PageReport>;
}

/** Flags that Playwright passes to every Chromium, and that switch off hiding and freezing. */
const UNWANTED = [
  '--disable-back-forward-cache',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** A Chromium whose pages are hidden and freeze as those of a user. */
export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  return chromium.launch({
    ...(executablePath && { executablePath }),
    args: quietFlags,
    ignoreDefaultArgs: UNWANTED,
  });
}

export async function launchTabs(): Promise<TabBrowser> {
  const browser = await launchChromium();
  const devTools = await browser.newBrowserCDPSession();
  const { browserContextId } = await devTools.send('Target.createBrowserContext');
  const targets: string[] = [];
  return {
    async open(url) {
      const { targetId } = await devTools.send('Target.createTarget', { url, browserContextId });
      targets.push(targetId);
      const tab = createTab(await attach(devTools, targetId), async () => {
        await devTools.send('Target.activateTarget', { targetId });
      });
      await tab.goTo(url);
      return tab;
    },
    async closeTabs() {
      for (const targetId of targets.splice(0)) await devTools.send('Target.closeTarget', { targetId });
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

function createTab(send: CDPSession['send'], bringToFront: () => Promise<void>): Tab {
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(result.description ?? exceptionDetails.text);
    return result.value;
  };
  const call = async (method: string, ...args: readonly unknown[]): Promise<unknown> =>
    evaluate(`page.${method}(${args.map((arg) => JSON.stringify(arg)).join()})`);

  const arrived = (url: string): Promise<void> =>
    eventually(async () => {
      const place = await evaluate("location.href + ' ' + document.readyState");
      if (place !== `${url} complete`) throw new Error(`The tab is at ${place}, not at ${url}.`);
    });

  const listenersOf = async (name: 'window' | 'document'): Promise<readonly string[]> => {
    const { result } = await send('Runtime.evaluate', { expression: name });
    if (result.objectId === undefined) throw new Error(`There is no ${name}.`);
    const { listeners } = await send('DOMDebugger.getEventListeners', { objectId: result.objectId });
    return listeners.map(({ type }) => `${name} ${type}`);
  };

  return {
    async goTo(url) {
      await send('Page.navigate', { url });
      await arrived(url);
    },
    async goBack() {
      const { currentIndex, entries } = await send('Page.getNavigationHistory');
      const before = entries[currentIndex - 1];
      if (before === undefined) throw new Error('There is nothing to go back to.');
      await send('Page.navigateToHistoryEntry', { entryId: before.id });
      await arrived(before.url);
    },
    bringToFront,
    async setLife(state) {
      await send('Page.setWebLifecycleState', { state });
    },
    async setNetwork(state) {
      await send('Network.enable');
      await send('Network.emulateNetworkConditions', {
        offline: state === 'offline',
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: -1,
      });
    },
    listeners: async () => [...(await listenersOf('window')), ...(await listenersOf('document'))].sort(),
    connect: async (config) => void (await call('connect', config)),
    disconnect: async () => void (await call('disconnect')),
    sendWitness: async (url) => void (await call('sendWitness', url)),
    until: (condition) =>
      eventually(async () => {
        const report = (await call('report')) as PageReport;
        if (!condition(report)) throw new Error(`Still not, but: ${JSON.stringify(report, null, 2)}`);
        return report;
      }),
  };
}

/** A session with one tab, inside the session with the browser. */
export async function attach(devTools: CDPSession, targetId: string): Promise<CDPSession['send']> {
  const { sessionId } = await devTools.send('Target.attachToTarget', { targetId, flatten: false });
  const waiting = new Map<
    number,
    { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void }
  >();
  let lastId = 0;
  devTools.on('Target.receivedMessageFromTarget', (received) => {
    if (received.sessionId !== sessionId) return;
    const { id, result, error } = JSON.parse(received.message);
    if (error === undefined) waiting.get(id)?.resolve(result);
    else waiting.get(id)?.reject(new Error(error.message));
    waiting.delete(id);
  });
  const send = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      const message = JSON.stringify({ id: lastId, method, params });
      devTools.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject);
    });
  return send as CDPSession['send'];
}
