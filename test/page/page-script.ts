/** Runs inside the page: a service as an app has it, and a record of its reports and of the page's signals. */
import {
  type ConnectionState,
  createWebSocketService,
  type IWebSocketConfig,
  type MissedEvents,
  type WebSocketService,
} from 'everwire/core';

/** Options that can be sent into a page. */
export type PageConfig = Pick<IWebSocketConfig, 'heartbeat' | 'reconnectAttempts' | 'reconnectDelay'> & {
  readonly url: string;
};

/** The state of the page at one moment, as the test reads it. */
export interface PageReport
  extends Pick<ConnectionState, 'connectionId' | 'lastEventId' | 'latency' | 'reason' | 'status'> {
  /** The data of every `tick`, in the order of arrival. */
  readonly ticks: readonly unknown[];
  readonly missed: readonly MissedEvents[];
  /** Codes of `errors$`. */
  readonly errors: readonly string[];
  /** Every status, in order. */
  readonly statuses: readonly string[];
  /** The codes of the closes, in order. */
  readonly closes: readonly number[];
  /** The signals that the page received: `online`, `freeze`, `pageshow:persisted`, ... */
  readonly signals: readonly string[];
  readonly visibility: DocumentVisibilityState;
  /** The number of sockets that the service has made. */
  readonly sockets: number;
}

export interface PageHandle {
  connect(config: PageConfig): void;
  disconnect(): void;
  /** Sends from another service to the same server: this arrives after everything that was under way before. */
  sendWitness(url: string): void;
  report(): PageReport;
}

declare global {
  var page: PageHandle;
}

const diary = {
  ticks: [] as unknown[],
  missed: [] as MissedEvents[],
  errors: [] as string[],
  statuses: [] as string[],
  closes: [] as number[],
  signals: [] as string[],
};
let sockets = 0;

class CountedSocket extends WebSocket {
  constructor(url: string, protocols?: string[]) {
    super(url, protocols);
    sockets += 1;
  }
}

const service = recorded(createWebSocketService());

globalThis.page = {
  // Without jitter: a signal wakes the connection at once, and not within two seconds.
  connect: (config) => void service.connect({ ...config, random: () => 0, WebSocket: CountedSocket }),
  disconnect: () => service.disconnect(),
  sendWitness: (url) => void createWebSocketService().connect({ url, token: 'witness' }),
  report: () => {
    const { connectionId, lastEventId, latency, reason, status } = service.store.getState();
    const state = { connectionId, lastEventId, latency, reason, status };
    return { ...state, ...diary, visibility: document.visibilityState, sockets };
  },
};

for (const type of ['online', 'offline', 'focus', 'pageshow', 'pagehide']) {
  addEventListener(type, (event) => {
    const { persisted } = event as Partial<PageTransitionEvent>;
    diary.signals.push(persisted === true ? `${type}:persisted` : type);
  });
}
for (const type of ['visibilitychange', 'freeze', 'resume']) {
  document.addEventListener(type, () =>
    diary.signals.push(type === 'visibilitychange' ? document.visibilityState : type),
  );
}
function recorded(fresh: WebSocketService): WebSocketService {
  fresh.event$('tick').subscribe(({ data }) => diary.ticks.push(data));
  fresh.missed$.subscribe((notice) => diary.missed.push(notice));
  fresh.errors$.subscribe(({ code }) => diary.errors.push(code));
  fresh.store.subscribe((state, before) => {
    if (state.status !== before.status) diary.statuses.push(state.status);
    if (state.lastClose !== before.lastClose && state.lastClose !== null)
      diary.closes.push(state.lastClose.code);
  });
  return fresh;
}
