/** Two copies of the package in one page, as from two versions in a monorepo: each error says that there are two. */

import * as one from 'everwire';
import type { ReactNode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { setUpStage } from '../support/stage.tsx';

const stage = setUpStage();

/** Another copy of the package, with the same React. */
function loadAgain(): Promise<typeof one> {
  vi.resetModules();
  return import('everwire');
}

// A browser has no registry of modules that could be emptied.
describe.runIf(navigator.userAgent.includes('jsdom'))('two copies of the package', () => {
  it('have each their own context and services, and the errors say so', async () => {
    const two = await loadAgain();
    expect(two.useWsEvent).not.toBe(one.useWsEvent);
    const { url, WebSocket } = stage.server;
    const service = one.createWebSocketService();
    const Nearest = (): ReactNode => two.useConnectionStatus();
    const Given = (): ReactNode => two.useConnectionStatus({ service });
    for (const [page, code] of [
      [
        <one.WebSocketProvider key="a" url={url} WebSocket={WebSocket}>
          <Nearest />
        </one.WebSocketProvider>,
        'missing-provider',
      ],
      [<Given key="b" />, 'invalid-argument'],
      [
        <two.WebSocketProvider key="c" url={url} WebSocket={WebSocket} service={service}>
          …
        </two.WebSocketProvider>,
        'invalid-argument',
      ],
    ] as const) {
      const draw = (): string => stage.renderToString(page);
      expect(draw).toThrow(expect.objectContaining({ code }));
      expect(draw).toThrow(/two copies of everwire.*`npm ls everwire`/);
    }
  });
});
