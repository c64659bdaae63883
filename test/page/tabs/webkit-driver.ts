/**
 * Tabs of WebKitGTK's MiniBrowser, driven over WebDriver. It has no command for a crash, for freezing, for being offline, and for
 * bringing a tab to the front.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../scripts/throw-away.mjs';
import { type BrowserDriver, impossible } from './driver.ts';

export async function driveWebKit(miniBrowser: string): Promise<BrowserDriver> {
  const port = await freePort();
  // A group of its own: the display, the driver and the browser end together.
  const child = spawn('xvfb-run', ['-a', 'WebKitWebDriver', '-p', String(port)], {
    stdio: 'ignore',
    detached: true,
    // Its sandbox needs rights that containers do not have.
    env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
  });
  const exited = once(child, 'exit');
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', kill);

  const request = async (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { value: unknown };
    if (!response.ok) throw new Error(`${path}: ${(value as { message: string }).message}`);
    return value;
  };
  await untilItAnswers(() => request('GET', '/status'));
  const options = { binary: miniBrowser, args: ['--automation'] };
  const { sessionId } = (await request('POST', '/session', {
    capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } },
  })) as { sessionId: string };
  const session = `/session/${sessionId}`;

  let last: Promise<unknown> = Promise.resolve();
  /** The commands of a session concern the tab that was chosen last, so they run one after the other. */
  const inTab = <Result>(handle: string, command: () => Promise<Result>): Promise<Result> => {
    const run = async (): Promise<Result> => {
      await request('POST', `${session}/window`, { handle });
      return command();
    };
    const result = last.then(run, run);
    last = result;
    return result;
  };
  const first = String(await request('GET', `${session}/window`));

  return {
    async open() {
      const { handle } = (await inTab(first, () =>
        request('POST', `${session}/window/new`, { type: 'tab' }),
      )) as { handle: string };
      const command = async (path: string, body: object): Promise<void> =>
        void (await inTab(handle, () => request('POST', `${session}/${path}`, body)));
      return {
        id: handle,
        evaluate: (expression) =>
          inTab(handle, () =>
            request('POST', `${session}/execute/sync`, { script: `return ${expression}`, args: [] }),
          ),
        navigate: (url) => command('url', { url }),
        reload: () => command('refresh', {}),
        back: () => command('back', {}),
        bringToFront: impossible('bring a tab to the front'),
        close: async () => void (await inTab(handle, () => request('DELETE', `${session}/window`))),
        crash: impossible('make a page crash'),
        setLife: impossible('freeze a page'),
        setNetwork: impossible('cut a page off'),
      };
    },
    async close() {
      await request('DELETE', session).catch(() => undefined);
      process.removeListener('exit', kill);
      kill();
      await exited;
    },
  };
}

async function untilItAnswers(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await ask();
      return;
    } catch (thrown) {
      if (tries === MAX_TRIES) throw thrown;
      await delay(100);
    }
  }
}

const MAX_TRIES = 300;
