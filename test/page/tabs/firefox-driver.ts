/** Tabs of a Firefox, driven over WebDriver BiDi, which it speaks itself. It has no command for a crash, and none for freezing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { type BrowserDriver, impossible } from './driver.ts';

interface Answer {
  readonly id?: number;
  readonly type: string;
  readonly result?: Record<string, unknown>;
  readonly message?: string;
}

export async function driveFirefox(program: string): Promise<BrowserDriver> {
  const profile = mkdtempSync(join(tmpdir(), 'everwire-firefox-'));
  const child = spawn(
    program,
    ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0', 'about:blank'],
    { env: { ...process.env, HOME: profile }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = once(child, 'exit');
  const send = await openSession(await addressOf(child.stderr));
  await send('session.new', { capabilities: {} });

  return {
    async open() {
      const { context } = await send('browsingContext.create', { type: 'tab' });
      const id = String(context);
      return {
        id,
        async evaluate(expression) {
          const { type, result, exceptionDetails } = await send('script.evaluate', {
            expression: `JSON.stringify(${expression})`,
            target: { context },
            awaitPromise: false,
          });
          if (type !== 'success') throw new Error((exceptionDetails as { text: string }).text);
          const { value } = result as { value?: string };
          return value === undefined ? undefined : JSON.parse(value);
        },
        navigate: async (url) =>
          void (await send('browsingContext.navigate', { context, url, wait: 'none' })),
        reload: async () => void (await send('browsingContext.reload', { context, wait: 'none' })),
        back: async () => void (await send('browsingContext.traverseHistory', { context, delta: -1 })),
        bringToFront: async () => void (await send('browsingContext.activate', { context })),
        close: async () => void (await send('browsingContext.close', { context })),
        crash: impossible('make a page crash'),
        setLife: impossible('freeze a page'),
        async setNetwork(state) {
          const networkConditions = state === 'offline' ? { type: 'offline' } : null;
          await send('emulation.setNetworkConditions', { networkConditions, contexts: [context] });
        },
      };
    },
    async close() {
      child.kill('SIGKILL');
      await exited;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [, address] = /WebDriver BiDi listening on (ws:\S+)/.exec(line) ?? [];
    if (address === undefined) continue;
    output.resume();
    return `${address}/session`;
  }
  throw new Error('Firefox ended before it said where it listens.');
}

async function openSession(
  address: string,
): Promise<(method: string, params: object) => Promise<Record<string, unknown>>> {
  const socket = new WebSocket(address);
  await once(socket, 'open');
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastId = 0;
  socket.on('message', (data) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id === undefined) return;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  return (method, params) =>
    new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, ({ type, result = {}, message }) => {
        if (type === 'success') resolve(result);
        else reject(new Error(`${method}: ${message}`));
      });
      socket.send(JSON.stringify({ id: lastId, method, params }));
    });
}
