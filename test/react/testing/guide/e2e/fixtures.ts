// The fixture of docs/testing.md for Playwright: a server on a real port, for each test.

import { createFakeServer, type FakeServer } from 'everwire/testing';
import { test as base } from 'playwright/test';
import { WebSocketServer } from 'ws';

export const test = base.extend<{ server: FakeServer }>({
  server: async ({ page }, use) => {
    const server = createFakeServer({ resume: 'takeover' });
    const door = await server.listen({ WebSocketServer });
    await page.addInitScript((socketUrl) => Object.assign(window, { socketUrl }), door.url);
    await use(server);
    await door.close();
    server.dispose();
  },
});
