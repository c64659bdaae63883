/** A socket that is left while it opens causes no warning in Chromium's console: real page, real server. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ConsoleMessage, chromium } from 'playwright';
import { expect, it, onTestFinished, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { findChromium, quietFlags } from '../../scripts/chromium.mjs';
import { openSite } from './site.ts';

/** Each handshake waits until `answer()`. */
async function slowServer() {
  const waiting: ((accepted: boolean) => void)[] = [];
  const wss = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    verifyClient: (_info: unknown, decide: (accepted: boolean) => void) => void waiting.push(decide),
  });
  await once(wss, 'listening');
  onTestFinished(() => wss.close());
  return {
    wss,
    url: `ws://127.0.0.1:${(wss.address() as AddressInfo).port}`,
    handshake: () => vi.waitFor(() => expect(waiting).not.toEqual([]), { timeout: 20_000 }),
    answer: () => waiting.shift()?.(true),
  };
}

async function openPage() {
  const site = await openSite();
  const executablePath = findChromium();
  const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: quietFlags });
  onTestFinished(async () => {
    await browser.close();
    await site[Symbol.asyncDispose]();
  });
  const tab = await browser.newPage();
  const warnings: string[] = [];
  tab.on('console', (message: ConsoleMessage) => warnings.push(message.text()));
  await tab.goto(site.home);
  return { tab, warnings };
}

it('is closed once it has opened, and the console stays empty', async () => {
  const { wss, url, handshake, answer } = await slowServer();
  const { tab, warnings } = await openPage();
  await tab.evaluate((address) => page.connect({ url: address }), url);
  await handshake();
  await tab.evaluate(() => page.disconnect());
  const [socket] = await Promise.all([once(wss, 'connection'), answer()]);
  const [code] = await once(socket[0], 'close');
  expect(code).toBe(1000);
  expect(warnings).toEqual([]);

  // So does Chromium warn of a socket that is closed before.
  await tab.evaluate((address) => new WebSocket(address).close(), url);
  await vi.waitFor(
    () => expect(warnings.join()).toContain('WebSocket is closed before the connection is established'),
    { timeout: 20_000 },
  );
});
