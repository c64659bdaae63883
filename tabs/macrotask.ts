/** Runs tasks in a macrotask of their own. Not a timer: those of a hidden page wait for up to a second. */
export function createMacrotask(task: () => void): { run(): void; end(): void } {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = task;
  return {
    run: () => port2.postMessage(null),
    end() {
      port1.onmessage = null;
      port1.close();
      port2.close();
    },
  };
}

/**
 * Calls `task` after `delayMs`, also in a hidden page, which looks at the clock in one macrotask after the other: `delayMs` has to
 * be short. Returns a function that stops it.
 */
export function afterShortWait(delayMs: number, task: () => void): () => void {
  const dueMs = performance.now() + delayMs;
  const stop = (): void => {
    clearTimeout(timer);
    macrotask?.end();
  };
  const end = (): void => {
    stop();
    task();
  };
  const look = (): void => {
    if (performance.now() >= dueMs) end();
    else macrotask?.run();
  };
  const timer = setTimeout(end, delayMs);
  const macrotask = globalThis.document?.visibilityState === 'hidden' ? createMacrotask(look) : undefined;
  macrotask?.run();
  return stop;
}
