/** The entry `everwire/tabs`: one socket for all tabs of a user. */
import type { ReaderParts } from '../src/service/attempt/link-reader.ts';
import type { Shared } from '../src/service/share.ts';
import type { Share } from '../src/types.ts';
import { createSharing, type SharingOfConnection } from './sharing.ts';

/** The options of `acrossTabs`. */
export interface AcrossTabsOptions {
  /**
   * Creates the `SharedWorker` that has the socket: its file, in the app, imports `everwire/tabs/worker`. Called again if the
   * worker dies. Default: one of the tabs has the socket.
   */
  readonly worker?: (() => SharedWorker) | undefined;
}

/**
 * One socket for all tabs of a browser that have the same user, url, `auth` and protocol: the option `share` of a provider or of
 * `connect()`. Each tab has its own events, state, queue and requests, as without it.
 *
 * Without a worker, one tab has the socket, and another one takes over when it is closed, crashes, freezes or is hidden. Where
 * browsers lack what it needs, and with a token function without `identity`, each tab has its own socket, and
 * `sharing` in the state is `off`.
 */
export function acrossTabs(options?: AcrossTabsOptions): Share {
  return ((parts: ReaderParts): Shared | undefined => {
    const { config } = parts.active;
    if (config === undefined) return undefined;
    const sharing = sharings.get(parts) ?? createSharing(parts, options?.worker);
    sharings.set(parts, sharing);
    return sharing.isOn(config) ? sharing : undefined;
  }) as Share;
}

/** By connection, because an inline `acrossTabs()` is another function in each render. */
const sharings = /* @__PURE__ */ new WeakMap<object, SharingOfConnection>();
