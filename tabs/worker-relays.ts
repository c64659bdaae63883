/** The relays in a `SharedWorker`: one for each circle of tabs. */
import { envelopeProtocol } from '../src/protocols/envelope.ts';
import type { Protocol } from '../src/protocols/protocol.ts';
import { compareTerms, isOfRelay, MESSAGES_VERSION, type Message, type Term } from './messages.ts';
import type { PlainConfig } from './plain-config.ts';
import { every, openChannel, RELAY_TICK_MS, randomId, type WorkerLine } from './platform.ts';
import { relayConfig } from './relay-config.ts';
import { type RelayDriver, startRelay } from './relay-driver.ts';
import { emptyRing } from './ring.ts';

/** What a tab says to the worker over its port. The config may hold a token, which no other page gets in this way. */
interface Opening {
  readonly version: number;
  readonly key: string;
  readonly config: PlainConfig;
}

interface WorkerRelay {
  configure(config: PlainConfig): void;
}

const id = /* @__PURE__ */ randomId();

export function serveTabs(protocols: ReadonlyMap<string, Protocol>): void {
  const relays = new Map<string, WorkerRelay>();
  serveWorker((line, listen) =>
    listen((data) => {
      const { version, key, config } = data as Opening;
      line.post({ version: MESSAGES_VERSION });
      if (version !== MESSAGES_VERSION) return;
      const relay = relays.get(key);
      if (relay) return relay.configure(config);
      relays.set(
        key,
        createWorkerRelay(key, config, protocols, () => relays.delete(key)),
      );
    }),
  );
}

function createWorkerRelay(
  key: string,
  given: PlainConfig,
  protocols: ReadonlyMap<string, Protocol>,
  onEnd: () => void,
): WorkerRelay {
  let config = given;
  let driver: RelayDriver | undefined;

  const receive = (message: Message): void => {
    if (driver === undefined) return;
    if (isOfRelay(message)) {
      // Another worker, of a newer build of the app.
      if (compareTerms(message.term, driver.term) > 0) end();
      return;
    }
    if (message.type === 'stale' && compareTerms(message.term, driver.term) > 0)
      return start([message.term[0] + 1, id]);
    driver.onMessage(message);
  };

  const channel = openChannel(`everwire:${key}`, receive);

  const start = (term: Term): void => {
    driver?.stop();
    driver = startRelay({
      ...{ term, own: null, ring: emptyRing, post: channel.post },
      config(ask) {
        const { [config.protocol]: protocol } = Object.fromEntries(protocols);
        return relayConfig(config, { protocol: protocol ?? envelopeProtocol }, ask);
      },
      onUnused: () => end(),
    });
  };

  const end = (): void => {
    driver?.stop();
    driver = undefined;
    stopTicks();
    channel.close();
    onEnd();
  };

  const stopTicks = every(RELAY_TICK_MS, () => driver?.tick());
  start([1, id]);
  return {
    configure(next) {
      config = next;
      driver?.followConfig();
    },
  };
}

/** In a SharedWorker: calls `onLine` for each tab that opens it. */
function serveWorker(
  onLine: (line: Pick<WorkerLine, 'post'>, listen: (onMessage: (data: unknown) => void) => void) => void,
): void {
  const scope = globalThis as unknown as { onconnect: ((event: MessageEvent) => void) | null };
  scope.onconnect = ({ ports: [port] }) => {
    if (port === undefined) return;
    onLine({ post: (message) => port.postMessage(message) }, (onMessage) => {
      port.onmessage = ({ data }: MessageEvent) => onMessage(data);
    });
  };
}
