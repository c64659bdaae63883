/** Many tabs of one user in one browser, and all that happens to tabs. */
import { eventually } from '../../support/patience.ts';
import { driveChromium } from './chromium-driver.ts';
import type { BrowserDriver, Engine, TabDriver } from './driver.ts';
import { driveFirefox } from './firefox-driver.ts';
import type { Ledger, TabsConfig } from './page-script.ts';
import { openTabsSite } from './tabs-site.ts';
import { driveWebKit } from './webkit-driver.ts';

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
  /** Whether the browser had kept the page. If not, it has begun anew. */
  goBack(): Promise<'kept' | 'loaded'>;
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

export async function launchFleet(engine: Engine = 'chromium'): Promise<Fleet> {
  const site = await openTabsSite();
  const browser = await drive(engine);
  const tabs = new Map<string, FleetTab>();
  return {
    async open(config) {
      const forget = (): void => void tabs.delete(driver.id);
      const driver = await browser.open(() => forget());
      const tab = createFleetTab(driver, site.origin, config, forget);
      tabs.set(driver.id, tab);
      await tab.goTo('/home');
      return tab;
    },
    living: () => [...tabs.values()],
    async [Symbol.asyncDispose]() {
      await browser.close();
      await site.close();
    },
  };
}

/** The programs come from `scripts/test-tabs.mjs`. */
function drive(engine: Engine): Promise<BrowserDriver> {
  const program = process.env['EVERWIRE_BROWSER'] ?? '';
  switch (engine) {
    case 'chromium':
      return driveChromium();
    case 'firefox':
      return driveFirefox(program);
    case 'webkit':
      return driveWebKit(program);
    default:
      engine satisfies never;
      throw new Error(`${engine} can't be driven.`);
  }
}

/** Where a page is, whether it is loaded, and which load it is. */
const PLACE = "location.pathname + ' ' + document.readyState + ' ' + (window.mark ?? '')";

function createFleetTab(driver: TabDriver, origin: string, config: TabsConfig, forget: () => void): FleetTab {
  const { evaluate } = driver;
  const call = (method: string, ...args: readonly unknown[]): Promise<unknown> =>
    evaluate(`tabs.${method}(${args.map((arg) => JSON.stringify(arg)).join()})`);
  const arrived = (path: string, mark: string): Promise<void> =>
    eventually(async () => {
      const place = await evaluate(PLACE);
      if (place !== `${path} complete ${mark}`) throw new Error(`The tab is at ${place}.`);
    });
  let loads = 0;
  const start = async (): Promise<void> => {
    await arrived('/home', '');
    loads += 1;
    // A function, because a page may be asked for the value of an expression alone.
    await evaluate(`(() => { window.mark = ${loads}; })()`);
    await call('connect', config);
  };

  return {
    id: driver.id,
    report: async () => (await call('report')) as Ledger,
    call: async (method, ...args) => void (await call(method, ...args)),
    bringToFront: driver.bringToFront,
    setLife: driver.setLife,
    setNetwork: driver.setNetwork,
    async reload() {
      await driver.reload();
      await start();
    },
    async goTo(path) {
      await driver.navigate(`${origin}${path}`);
      if (path === '/home') await start();
      else await arrived(path, '');
    },
    async goBack() {
      await driver.back();
      // The mark is still there if the page was kept.
      const mark = await eventually(async () => {
        const found = String(await evaluate(PLACE));
        if (!found.startsWith('/home complete')) throw new Error(`The tab is at ${found}.`);
        return found.split(' ')[2];
      });
      if (mark === String(loads)) return 'kept';
      await start();
      return 'loaded';
    },
    async crash() {
      forget();
      await driver.crash();
    },
    async close() {
      forget();
      await driver.close();
    },
  };
}
