/** A page around a test that has none: the test fires its signals and counts its listeners. */
import { onTestFinished } from 'vitest';

export interface Page {
  /** Listeners on the window and the document together. */
  readonly listeners: number;
  fire(type: string, details?: object): void;
  setVisibility(state: 'visible' | 'hidden'): void;
}

/** Until the test ends, the global object and its document receive signals. */
export function installPage(): Page {
  const listeners: (readonly [type: string, listener: (event: object) => void])[] = [];
  const target = {
    addEventListener: (type: string, listener: (event: object) => void) => listeners.push([type, listener]),
    removeEventListener(type: string, listener: (event: object) => void) {
      const index = listeners.findIndex(([known, one]) => known === type && one === listener);
      if (index >= 0) listeners.splice(index, 1);
    },
  };
  const document = { ...target, visibilityState: 'visible' };
  const before = Object.getOwnPropertyDescriptors(globalThis);
  Object.assign(globalThis, target, { document });
  onTestFinished(() => {
    for (const key of ['addEventListener', 'removeEventListener', 'document'] as const) {
      const descriptor = (before as Record<string, PropertyDescriptor | undefined>)[key];
      if (descriptor === undefined) Reflect.deleteProperty(globalThis, key);
      else Object.defineProperty(globalThis, key, descriptor);
    }
  });
  const fire = (type: string, details: object = {}): void => {
    for (const [known, listener] of [...listeners]) if (known === type) listener({ type, ...details });
  };
  return {
    get listeners() {
      return listeners.length;
    },
    fire,
    setVisibility(state) {
      document.visibilityState = state;
      fire('visibilitychange');
    },
  };
}
