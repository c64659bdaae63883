/** Installs the fake's class as the global `WebSocket`, and restores what was there before. */

import { isSameEndpoint, readAddress } from './page-address.ts';

interface Installation {
  readonly before: PropertyDescriptor | undefined;
  state: 'installed' | 'unwanted' | 'gone';
}

const installations = /* @__PURE__ */ new WeakMap<object, Installation>();

/**
 * Sockets to `url` are of the fake's class. Sockets to other addresses are of the class that was there before, and so
 * are all of them after the removal. The returned function removes the fake's class; it returns `buried` where
 * another class was installed on top of it, so that it could not be removed.
 */
export function installGlobalSocket(Fake: typeof globalThis.WebSocket, url: string): () => 'gone' | 'buried' {
  const Before: typeof globalThis.WebSocket | undefined = globalThis.WebSocket;
  const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
  const installation: Installation = { before, state: 'installed' };
  const standIn = new Proxy(Fake, {
    construct(_, args: ConstructorParameters<typeof globalThis.WebSocket>, newTarget) {
      const isOurs = installation.state === 'installed' && isSameEndpoint(readAddress(args[0]), url);
      return Before === undefined || isOurs ? Reflect.construct(Fake, args, newTarget) : new Before(...args);
    },
  });
  installations.set(standIn, installation);
  Object.defineProperty(globalThis, 'WebSocket', { configurable: true, writable: true, value: standIn });
  return () => {
    if (installation.state === 'installed') installation.state = 'unwanted';
    // A fake that was removed while another fake was on top of it goes together with that one.
    for (let top = standing(); top?.state === 'unwanted'; top = standing()) {
      top.state = 'gone';
      if (top.before === undefined) Reflect.deleteProperty(globalThis, 'WebSocket');
      else Object.defineProperty(globalThis, 'WebSocket', top.before);
    }
    return installation.state === 'gone' || standing() !== undefined ? 'gone' : 'buried';
  };
}

function standing(): Installation | undefined {
  return installations.get(globalThis.WebSocket);
}
