/**
 * What a tab needs to become the relay: the frames that it has received, and a relay with its connection. Loaded as soon as the tab
 * shares without a worker, and before it takes part: later, the server that has the file may be out of reach.
 */
import type { ResolvedConfig } from '../src/service/config/config.ts';
import type { RelayMessage, TabMessage, Term, Told } from './messages.ts';
import { toPlainConfig } from './plain-config.ts';
import { ownFunctions, relayConfig } from './relay-config.ts';
import { type RelayDriver, startRelay } from './relay-driver.ts';
import { append, defaultLimits, emptyRing, ringAfter } from './ring.ts';

export interface TabRelay {
  /** Keeps what the tab has received. */
  keep(told: Told): void;
  start(term: Term): void;
  stop(): void;
  onMessage(message: TabMessage): void;
  tick(): void;
  followConfig(): void;
}

export interface TabRelayParts {
  readonly id: string;
  readonly post: (message: RelayMessage) => void;
  readonly config: () => ResolvedConfig | undefined;
  readonly onYield: () => void;
}

export function createTabRelay({ id, post, config, onYield }: TabRelayParts): TabRelay {
  let ring = emptyRing;
  let driver: RelayDriver | undefined;

  const stop = (): void => {
    driver?.stop();
    driver = undefined;
  };

  return {
    keep(told) {
      if (told.type === 'opened') ring = ringAfter(ring, told.opening, defaultLimits);
      if (told.type === 'items') ring = append(ring, told.items, defaultLimits);
    },
    start(term) {
      stop();
      driver = startRelay({
        ...{ term, own: id, ring, post, onYield },
        config(ask) {
          const given = config();
          return given && relayConfig(toPlainConfig(given), ownFunctions(given), ask);
        },
      });
    },
    stop,
    onMessage: (message) => driver?.onMessage(message),
    tick: () => driver?.tick(),
    followConfig: () => driver?.followConfig(),
  };
}
