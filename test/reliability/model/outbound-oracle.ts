/** Checks that every message was sent once and in order, and that every request settled. */
import type { WebSocketServiceError } from 'everwire/core';
import type { Setup } from './commands.ts';
import type { SocketFacts } from './fake-socket.ts';
import type { Totals } from './figures.ts';
import type { ModelServer } from './model-server.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface OutboundOracle {
  readonly pendingRequests: number;
  /**
   * `unreported`: it was sent in a handler of `errors$`, where the drops that it causes are counted and not emitted.
   * `cleared`: such a handler cleared the queue while this message was being queued.
   */
  sent(nonce: number, result: 'sent' | 'queued' | 'refused', drops?: 'unreported' | 'cleared'): void;
  /** The queue was cleared in a handler of `errors$`. */
  cleared(): void;
  /** A queued message was reported as dropped. */
  dropped(details: Readonly<Record<string, unknown>>, status: string): void;
  requested(nonce: number, promise: Promise<unknown>): void;
  /** The client passes a frame to this socket. */
  handedOver(frame: string, socket: SocketFacts | undefined): void;
  opened(socket: SocketFacts): void;
  /** The page was asleep for this long; 0: its clock jumped. */
  disturbed(sleptMs: number): void;
  check(status: string): void;
  /** Nothing is pending any more. */
  checkSettled(): void;
}

export interface OutboundOracleParts {
  readonly setup: Setup;
  readonly time: VirtualTime;
  readonly server: ModelServer;
  readonly totals: Totals;
  readonly violate: (rule: string, words: string) => void;
  readonly onRejected: (error: WebSocketServiceError) => void;
}

/** The default, and a little for the round trip. */
const REQUEST_TIMEOUT_MS = 10_100;

interface Request {
  readonly nonce: number;
  readonly issuedAtMs: number;
  readonly sleptMs: number;
  outcome: 'pending' | string;
}

export function createOutboundOracle({
  setup,
  time,
  server,
  totals,
  violate,
  onRejected,
}: OutboundOracleParts): OutboundOracle {
  const requests: Request[] = [];
  const queued = new Map<number, { readonly atMs: number; readonly jumps: number }>();
  const droppedEarly = new Set<number>();
  const refused = new Set<number>();
  /** With the socket that took it. */
  const handedOver = new Map<number, SocketFacts | undefined>();
  const received = new Set<number>();
  const lastReceived = new WeakMap<object, number>();
  let lastHanded = 0;
  let sleptMs = 0;
  /** Dropped in a handler of `errors$`, so that no report is due. */
  const unreported = new Set<number>();
  /** Messages that were queued in a handler of `errors$`: each may have dropped another one without a report. */
  let excused = 0;
  let jumps = 0;

  const pending = (): Request[] => requests.filter(({ outcome }) => outcome === 'pending');

  return {
    get pendingRequests() {
      return pending().length;
    },
    cleared() {
      for (const nonce of queued.keys()) unreported.add(nonce);
      queued.clear();
    },
    sent(nonce, result, drops) {
      totals.sends[result] += 1;
      if (result === 'refused') refused.add(nonce);
      // A handler of an error that this message caused has disconnected: the queue was cleared with it.
      if (drops === 'cleared') return;
      const isDropped = droppedEarly.delete(nonce);
      if (isDropped && result !== 'queued') violate('S15', `message ${nonce} was ${result}, and dropped`);
      if (result === 'queued' && !handedOver.has(nonce) && !isDropped) {
        if (drops === 'unreported') excused += 1;
        queued.set(nonce, { atMs: time.nowMs, jumps });
        if (setup.sendQueue !== false && queued.size > setup.sendQueue.limit) {
          const [oldest] = queued.keys();
          if (excused > 0 && oldest !== undefined) {
            excused -= 1;
            queued.delete(oldest);
            unreported.add(oldest);
          } else violate('S15', `${queued.size} messages wait in a queue of ${setup.sendQueue.limit}`);
        }
      }
      if (result === 'sent' && !handedOver.has(nonce))
        violate('S14', `message ${nonce} was "sent", and was not`);
      if (result === 'refused' && handedOver.has(nonce))
        violate('S14', `message ${nonce} was refused, and sent`);
    },
    dropped({ event, reason }, status) {
      const nonce = Number(String(event).slice('msg-'.length));
      const waiting = queued.get(nonce);
      totals.sends.dropped += 1;
      // It may be dropped before send() has returned: a handler of another error has disconnected.
      if (!queued.delete(nonce) && !unreported.delete(nonce)) droppedEarly.add(nonce);
      if (reason === 'disconnected' && status !== 'disconnected' && status !== 'connecting') {
        violate('S15', `message ${nonce} was dropped while ${status}`);
      }
      if (reason !== 'expired' || waiting === undefined || setup.sendQueue === false) return;
      const ageMs = time.nowMs - waiting.atMs;
      if (ageMs < setup.sendQueue.ttl && waiting.jumps === jumps) {
        violate('S15', `message ${nonce} was dropped after ${ageMs} ms`);
      }
    },
    requested(nonce, promise) {
      totals.requests.issued += 1;
      const request: Request = {
        nonce,
        issuedAtMs: time.nowMs,
        sleptMs,
        outcome: 'pending',
      };
      requests.push(request);
      promise.then(
        (value) => {
          request.outcome = 'ok';
          totals.requests.ok += 1;
          const echoed = (value as { nonce?: unknown } | undefined)?.nonce;
          if (echoed === nonce) return;
          totals.requests.misrouted += 1;
          violate('S13', `request ${nonce} got the reply of ${String(echoed)}`);
        },
        (error: WebSocketServiceError) => {
          request.outcome = error.code;
          if (error.code === 'request-timeout') totals.requests.timeout += 1;
          else if (error.code === 'connection-lost') totals.requests.lost += 1;
          else totals.requests.failed += 1;
          onRejected(error);
        },
      );
    },
    handedOver(frame, socket) {
      const { data } = JSON.parse(frame) as { data?: { nonce?: number } };
      const nonce = data?.nonce;
      if (nonce === undefined) return;
      const waiting = queued.get(nonce);
      if (waiting !== undefined) {
        queued.delete(nonce);
        const ttl = setup.sendQueue === false ? 0 : setup.sendQueue.ttl;
        const ageMs = time.nowMs - waiting.atMs;
        if (ageMs > ttl + 50) violate('S15', `message ${nonce} was sent after ${ageMs} ms in the queue`);
      }
      if (refused.has(nonce)) violate('S14', `message ${nonce} was refused, and is sent later`);
      if (handedOver.has(nonce)) violate('S14', `message ${nonce} was sent twice`);
      if (nonce < lastHanded) violate('S14', `message ${nonce} was sent after ${lastHanded}`);
      handedOver.set(nonce, socket);
      const request = requests.find((one) => one.nonce === nonce);
      if (request && request.outcome !== 'pending')
        violate('S13', `request ${nonce} was sent after it had settled`);
      lastHanded = nonce;
    },
    opened(socket) {
      // One that was not sent yet is sent over this link.
      if (pending().some(({ nonce }) => handedOver.has(nonce) && handedOver.get(nonce) !== socket)) {
        violate('S13', 'a request of an older link waits while the next one opens');
      }
    },
    disturbed(ms) {
      sleptMs += ms;
      if (ms === 0) jumps += 1;
    },
    check(status) {
      for (const nonce of droppedEarly) violate('S15', `message ${nonce} was dropped, and was not queued`);
      const [oldest] = pending();
      if (oldest !== undefined && status === 'disconnected')
        violate('S13', `a request waits while ${status}`);
      if (status !== 'connected' && pending().some(({ nonce }) => handedOver.has(nonce)))
        violate('S13', `a request that was sent waits while ${status}`);
      if (
        oldest !== undefined &&
        time.nowMs - oldest.issuedAtMs - (sleptMs - oldest.sleptMs) > REQUEST_TIMEOUT_MS
      ) {
        violate('S13', `request ${oldest.nonce} waits longer than its timeout`);
      }
      // A message on a link that hung may arrive later than one on the next link.
      for (const { nonce, link } of server.received.splice(0)) {
        const before = lastReceived.get(link) ?? 0;
        if (nonce <= before) violate('S14', `the server got ${nonce} after ${before}`);
        if (received.has(nonce)) violate('S14', `the server got ${nonce} twice`);
        lastReceived.set(link, nonce);
        received.add(nonce);
      }
    },
    checkSettled() {
      const left = pending().length;
      totals.requests.unsettled += left;
      if (left > 0) violate('S13', `${left} requests never settled`);
      if (queued.size > 0)
        violate('S15', `messages ${[...queued.keys()]} were queued, and never sent or dropped`);
    },
  };
}
