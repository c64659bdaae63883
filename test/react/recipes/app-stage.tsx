/** A stage for whole apps: unchanged, with their own address, and a backend behind it. */

import type { FakeServer, FakeServerOptions } from 'everwire/testing';
import type { ReactNode } from 'react';
import { afterEach } from 'vitest';
import { type Mounted, type Stage, setUpStage } from '../../support/stage.tsx';
import { type Backend, startBackend } from './backend.ts';

/** Longer than a reconnect, the jitter of the recipes and a fetch with all its retries together, ms. */
export const SETTLED_MS = 30_000;

/** The step of fake time while something is expected, ms. */
const STEP_MS = 100;

export interface RunningApp {
  readonly server: FakeServer;
  readonly backend: Backend;
  /** The posts on the page. */
  posts(): readonly (string | null)[];
  /** Waits until the app fetches the posts again. */
  untilFetch(): Promise<void>;
}

/** Call once per file. `clear` empties caches that outlive a page. */
export function setUpApps(clear: () => unknown) {
  const stage: Stage = setUpStage();
  const pages: Mounted[] = [];
  // Runs before the stage checks for pending timers.
  afterEach(async () => {
    for (const page of pages.splice(0)) page.unmount();
    await clear();
    await stage.pass(SETTLED_MS);
  });

  return {
    pass: stage.pass,
    takeConsoleErrors: stage.takeConsoleErrors,
    settle: () => stage.pass(SETTLED_MS),
    /** Connected, and with the first post on the page. */
    async start(app: ReactNode, options: FakeServerOptions = {}): Promise<RunningApp> {
      const running = await open(app, options);
      running.backend.post('first');
      await stage.pass(SETTLED_MS);
      return running;
    },
    /** Connected, and fetching for the first time. */
    open,
  };

  async function open(app: ReactNode, options: FakeServerOptions = {}): Promise<RunningApp> {
    const server = stage.addServer({ url: 'wss://example.com/ws', resume: 'takeover', ...options });
    server.installGlobal();
    const backend = startBackend(server);
    const page = stage.mount(app);
    pages.push(page);
    await stage.pass();
    return {
      server,
      backend,
      posts: () => [...page.container.querySelectorAll('li')].map(({ textContent }) => textContent),
      async untilFetch() {
        const { fetches } = backend;
        for (let ms = 0; ms < SETTLED_MS && backend.fetches === fetches; ms += STEP_MS) {
          await stage.pass(STEP_MS);
        }
      },
    };
  }
}
