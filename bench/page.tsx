/** The harness calls this page: it mounts one contender's tree, and reports what was received, shown and rendered. */

import { createRoot, type Root as ReactRoot } from 'react-dom/client';
import type { Contender } from './contender.ts';
import { createProbe, type ProbeOf, type ProbeReading } from './probe.ts';
import { createStage, type Parts, type StageReading } from './stage.tsx';

/** The functions that the harness calls, as `bench.…`, through the DevTools pipe. */
export interface Bench {
  /** Opens the connection, with these components below it. Resolves once their effects ran. */
  mount(url: string, parts: Parts): Promise<void>;
  /** Sets names and counters for other components below the same connection; nothing is rendered. */
  prepare(parts: Parts): void;
  /** Replaces the components with the prepared ones. Resolves once the effects ran. */
  reveal(): Promise<void>;
  unmount(): Promise<void>;
  read(): StageReading;
  /** From now on, `read` counts from zero. */
  restart(): void;
  rendersOf(names: readonly string[]): number;
  /** Epoch ms of the first handler call since the start. */
  firstCallAt(): number | null;
  /**
   * Waits until handlers were called `calls` times since the start, and each component shows the `n` of its name in
   * `shown`; then two more frames. Returns the number of components that do not show it, also after the time limit.
   */
  settle(calls: number, shown: Readonly<Record<string, number>>, timeLimitMs: number): Promise<number>;
  /** Mounts, and waits for the first call of a handler: ms between the two; null without one in time. */
  mountToFirstCall(url: string, parts: Parts, timeLimitMs: number): Promise<number | null>;
  startProbe(of: ProbeOf): void;
  stopProbe(): ProbeReading;
}

declare global {
  var bench: Bench | undefined;
}

const pollEveryMs = 20;

export function openBench(contender: Contender): void {
  const container = document.createElement('main');
  document.body.append(container);
  const stage = createStage(contender);
  const probe = createProbe();
  let root: ReactRoot | null = null;

  const mount = async (url: string, parts: Parts): Promise<void> => {
    const committed = stage.nextCommit();
    const failed = new Promise<never>((_, reject) => {
      root = createRoot(container, { onUncaughtError: reject });
    });
    root?.render(stage.tree(url, parts));
    await Promise.race([committed, failed]);
  };

  globalThis.bench = {
    mount,
    prepare: stage.prepare,
    async reveal() {
      const committed = stage.nextCommit();
      stage.reveal();
      await committed;
    },
    async unmount() {
      root?.unmount();
      root = null;
      await delay(0);
    },
    read: stage.read,
    restart: stage.restart,
    rendersOf: stage.rendersOf,
    firstCallAt: stage.firstCallAt,
    async settle(calls, shown, timeLimitMs) {
      const deadline = performance.now() + timeLimitMs;
      while (performance.now() < deadline && (stage.calls() < calls || stage.stale(shown) > 0)) {
        await delay(pollEveryMs);
      }
      // Work that a library defers to the next frame counts too.
      await nextFrame();
      await nextFrame();
      return stage.stale(shown);
    },
    async mountToFirstCall(url, parts, timeLimitMs) {
      const startedAt = performance.now();
      const called = stage.nextCall().then(() => performance.now() - startedAt);
      await mount(url, parts);
      return Promise.race([called, delay(timeLimitMs).then(() => null)]);
    },
    startProbe: probe.start,
    stopProbe: probe.stop,
  };
}

function delay(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

function nextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}
