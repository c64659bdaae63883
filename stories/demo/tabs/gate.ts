/** Through which every task of a tab goes, so that the tab can be frozen, and can die. */

export interface Gate {
  /** Runs the task: now, when the tab is thawed, or never, if it is dead. */
  run(task: () => void): void;
  isOpen(): boolean;
  freeze(): void;
  /** Runs what was held back, one task after the other, before anything new. */
  thaw(): void;
  /** For good. */
  kill(): void;
}

export function createGate(): Gate {
  let state: 'open' | 'frozen' | 'thawing' | 'dead' = 'open';
  let held: (() => void)[] = [];

  const next = new MessageChannel();
  next.port1.onmessage = () => {
    if (state !== 'thawing') return;
    const task = held.shift();
    if (task === undefined) {
      state = 'open';
      return;
    }
    // Each is a task of its own, as in a browser: what it has promised happens before the next one.
    next.port2.postMessage(null);
    task();
  };

  return {
    run(task) {
      switch (state) {
        case 'open':
          return task();
        case 'frozen':
        case 'thawing':
          held.push(task);
          return;
        case 'dead':
          return;
        default:
          state satisfies never;
      }
    },
    isOpen: () => state === 'open',
    freeze() {
      if (state !== 'dead') state = 'frozen';
    },
    thaw() {
      if (state !== 'frozen') return;
      state = 'thawing';
      next.port2.postMessage(null);
    },
    kill() {
      state = 'dead';
      held = [];
      next.port1.close();
    },
  };
}

/**
 * Lets events of `target` through when the gate is open. Call it before anybody else listens: listeners are called in their
 * order.
 */
export function guardEvents(target: EventTarget, types: readonly string[], gate: Gate): void {
  const passed = new WeakSet<Event>();
  const listener = (event: Event): void => {
    if (gate.isOpen() || passed.has(event)) return;
    event.stopImmediatePropagation();
    gate.run(() => {
      passed.add(event);
      target.dispatchEvent(event);
    });
  };
  for (const type of types) target.addEventListener(type, listener);
}
