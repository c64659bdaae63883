/** Many tabs of one user in one Chromium, and all that happens to tabs: see `../tab.ts` for how they are driven. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { CDPSession } from 'playwright';
import { eventually } from '../../support/patience.ts';
import { attach, launchChromium } from '../tab.ts';
import type { Ledger, TabsConfig } from './page-script.ts';

export interface FleetTab {
  readonly id: string;
  report(): Promise<Ledger>;
  call(method: 'watch' | 'disconnect' | 'ask', ...args: readonly unknown[]): Promise<void>;
  bringToFront(): Promise<void>;
  /** A frozen tab must be hidden. */
  setLife(state: 'frozen' | 'active'): Promise<void>;
  setNetwork(state: 'offline' | 'online'): Promise<void>;
  reload(): Promise<void>;
  goTo(path: '/elsewhere' | '/home'): Promise<void>;
  /** Back to the page as it was left: rejects if the browser has not kept it. */
  goBack(): Promise<void>;
  /** Ends the page's process, as a crash does; others may live in the same one. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

export interface Fleet extends AsyncDisposable {
  /** Opens a tab in front, and connects it. */
  open(config: TabsConfig): Promise<FleetTab>;
  /** Those that have not been closed, and have not crashed. */
  living(): readonly FleetTab[];
}

export async function launchFleet(): Promise<Fleet> {
  const site = await openTabsSite();
  const browser = await launchChromium();
  const devTools = await browser.newBrowserCDPSession();
  await devTools.send('Target.setDiscoverTargets', { discover: true });
  const { browserContextId } = await devTools.send('Target.createBrowserContext');
  const tabs = new Map<string, FleetTab>();
  devTools.on('Target.targetCrashed', ({ targetId }) => {
    tabs.delete(targetId);
    devTools.send('Target.closeTarget', { targetId }).catch(() => undefined);
  });

  const open = async (config: TabsConfig): Promise<FleetTab> => {
    const { targetId } = await devTools.send('Target.createTarget', { url: 'about:blank', browserContextId });
    const tab = createFleetTab(
      devTools,
      targetId,
      await attach(devTools, targetId),
      site.origin,
      config,
      () => tabs.delete(targetId),
    );
    tabs.set(targetId, tab);
    await tab.goTo('/home');
    return tab;
  };

  return {
    open,
    living: () => [...tabs.values()],
    async [Symbol.asyncDispose]() {
      await browser.close();
      await site.close();
    },
  };
}

function createFleetTab(
  devTools: CDPSession,
  targetId: string,
  send: CDPSession['send'],
  origin: string,
  config: TabsConfig,
  forget: () => void,
): FleetTab {
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(result.description ?? exceptionDetails.text);
    return result.value;
  };
  const call = (method: string, ...args: readonly unknown[]): Promise<unknown> =>
    evaluate(`tabs.${method}(${args.map((arg) => JSON.stringify(arg)).join()})`);
  const arrived = (path: string, mark: string): Promise<void> =>
    eventually(async () => {
      const place = await evaluate(
        "location.pathname + ' ' + document.readyState + ' ' + (window.mark ?? '')",
      );
      if (place !== `${path} complete ${mark}`) throw new Error(`The tab is at ${place}.`);
    });
  let loads = 0;
  const start = async (): Promise<void> => {
    await arrived('/home', '');
    loads += 1;
    await evaluate(`window.mark = ${loads}`);
    await call('connect', config);
  };

  return {
    id: targetId,
    report: async () => (await call('report')) as Ledger,
    call: async (method, ...args) => void (await call(method, ...args)),
    bringToFront: async () => void (await devTools.send('Target.activateTarget', { targetId })),
    setLife: async (state) => void (await send('Page.setWebLifecycleState', { state })),
    async setNetwork(state) {
      await send('Network.enable');
      const offline = state === 'offline';
      const rest = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
      await send('Network.emulateNetworkConditions', { offline, ...rest });
    },
    async reload() {
      await send('Page.reload');
      await start();
    },
    async goTo(path) {
      await send('Page.navigate', { url: `${origin}${path}` });
      if (path === '/home') await start();
      else await arrived(path, '');
    },
    async goBack() {
      const { currentIndex, entries } = await send('Page.getNavigationHistory');
      const { id: entryId } = entries[currentIndex - 1] ?? {};
      if (entryId === undefined) throw new Error('There is nothing to go back to.');
      await send('Page.navigateToHistoryEntry', { entryId });
      // The mark is still there if the page was kept.
      await arrived('/home', String(loads));
    },
    async crash() {
      forget();
      // Never answered.
      send('Page.crash').catch(() => undefined);
      await once(devTools as never, 'Target.targetCrashed');
    },
    async close() {
      forget();
      await devTools.send('Target.closeTarget', { targetId });
    },
  };
}

interface TabsSite {
  readonly origin: string;
  close(): Promise<void>;
}

async function openTabsSite(): Promise<TabsSite> {
  const files = new Map([
    ['/page.js', await bundle('test/page/tabs/page-script.ts')],
    ['/worker.js', await bundle('test/page/tabs/worker-script.ts')],
  ]);
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const script = files.get(path);
    response.setHeader('content-type', script === undefined ? 'text/html; charset=utf-8' : 'text/javascript');
    const body = path === '/home' ? '<script src="/page.js"></script>' : '';
    response.end(script ?? `<!doctype html><title>${path}</title><link rel="icon" href="data:,">${body}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Bundles the sources as they are, not the built package. */
async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL('../../../', import.meta.url)),
    entryPoints: [entry],
    alias: {
      'everwire/core': './src/index.ts',
      'everwire/tabs': './tabs/index.ts',
      'everwire/tabs/worker': './tabs/worker.ts',
    },
    // The sources are not those that package.json names as having effects.
    ignoreAnnotations: true,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('esbuild wrote no script.');
  return file.text;
}
