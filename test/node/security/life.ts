/** One life of a service under a watch, which searches everything for secrets at each `look`. */
import { inspect } from 'node:util';
import type { IWebSocketConfig, WebSocketErrorCode } from 'everwire/core';
import { expect, vi } from 'vitest';
import { findSecrets } from '../../support/canary.ts';
import { installPage, type Page } from '../../support/page.ts';
import { CONNECTION_ID, type Mode, quotes, SECRET_URL, SECRETS, TOKEN } from './modes.ts';
import { type SecurityStage, setUp } from './stage.ts';
import { createWatch, type Watch } from './watch.ts';

export interface Life extends SecurityStage {
  readonly mode: Mode;
  readonly watch: Watch;
  readonly page: Page;
  /** What the other side may quote. */
  readonly quotes: readonly string[];
  /** Records what a promise rejects with, sooner or later. */
  watchRejection(promise: Promise<unknown>): void;
  /** Searches everywhere, now. */
  look(step: string): void;
  /** The places where a secret was found. */
  readonly findings: readonly string[];
  readonly codes: ReadonlySet<WebSocketErrorCode>;
}

export function startLife(mode: Mode): Life {
  const watch = createWatch();
  const page = installPage();
  const { protocol, auth, token } = mode;
  const tokens = { string: { token: TOKEN }, function: { token: async () => TOKEN }, none: {} };
  const config: Partial<IWebSocketConfig> = {
    url: SECRET_URL,
    protocol,
    auth,
    logger: watch.logger,
    ...tokens[token],
  };
  const stage = setUp(config);
  const findings: string[] = [];
  const codes = new Set<WebSocketErrorCode>();
  let shownErrors = 0;
  watch.follow(stage.service);
  stage.service.errors$.subscribe(({ code }) => codes.add(code));

  return {
    ...stage,
    mode,
    watch,
    page,
    quotes: token === 'none' ? ['nothing'] : quotes,
    // A new link in every case, also if the last chapter ended without one.
    async up(more) {
      stage.service.disconnect();
      const socket = await stage.up(more);
      expect(stage.service.isConnected()).toBe(true);
      return socket;
    },
    watchRejection(promise) {
      promise.catch((error: { readonly code: WebSocketErrorCode }) => {
        codes.add(error.code);
        watch.note('rejection', error);
      });
    },
    look(step) {
      const state = stage.service.store.getState();
      const errors = stage.errors.slice(shownErrors);
      shownErrors = stage.errors.length;
      const shown = inspect([state, errors], { depth: null, showHidden: true, getters: true });
      const found = [
        ...watch.findings({ nowhere: SECRETS, notInWords: [CONNECTION_ID] }),
        ...findSecrets(shown, SECRETS).map((path) => `inspected: ${path}`),
      ];
      findings.push(...found.map((where) => `${step}, in ${where}`));
    },
    findings,
    codes,
  };
}

/** Runs everything that is due in the next ten minutes: a pending timer could hide a leak. */
export async function runTimers({ pass, look }: Life): Promise<void> {
  await pass(600_000);
  look('ten minutes later');
  vi.clearAllTimers();
}
