/** A bare client for tests of the fake server: it records what its socket reports, and waits without sleeping. */

/** Access to the server: a socket class and the address to use. */
export interface Door {
  readonly url: string;
  readonly WebSocket: typeof globalThis.WebSocket;
  close(): Promise<void>;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

export interface Client {
  readonly socket: WebSocket;
  /** Event names in the order in which the socket fired them. */
  readonly log: string[];
  /** The data of every message, unchanged. */
  readonly messages: unknown[];
  /** Text messages, parsed. */
  frames(): Frame[];
  readonly opened: Promise<void>;
  readonly closed: Promise<Closed>;
  /** Resolves as soon as there are this many messages. */
  count(messages: number): Promise<void>;
  send(event: string, data: unknown, seq?: number): void;
  /** A round trip: when it resolves, everything that the server sent before has arrived. */
  fence(): Promise<void>;
}

export interface Frame {
  readonly event?: string;
  readonly data?: unknown;
  readonly seq?: number;
  readonly seq_reply?: number;
  readonly status?: string;
  readonly error?: unknown;
  readonly broadcast?: unknown;
}

export function connect(
  door: Door,
  query: Record<string, string> = {},
  protocols?: string | string[],
): Client {
  const url = new URL(door.url);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const socket = new door.WebSocket(url.href, protocols);
  socket.binaryType = 'arraybuffer';
  const log: string[] = [];
  const messages: unknown[] = [];
  const waiting: { readonly until: () => boolean; readonly resolve: () => void }[] = [];
  let fences = 900_000;

  const opened = new Promise<void>((resolve) => {
    socket.addEventListener('open', () => {
      log.push('open');
      resolve();
    });
  });
  const closed = new Promise<Closed>((resolve) => {
    socket.addEventListener('close', ({ code, reason, wasClean }) => {
      log.push('close');
      resolve({ code, reason, wasClean });
    });
  });
  socket.addEventListener('error', () => {
    log.push('error');
  });
  socket.addEventListener('message', ({ data }) => {
    messages.push(data);
    for (const waiter of [...waiting]) if (waiter.until()) waiter.resolve();
  });

  const when = (until: () => boolean): Promise<void> =>
    until() ? Promise.resolve() : new Promise((resolve) => waiting.push({ until, resolve }));
  const frames = (): Frame[] =>
    messages.flatMap((data) => {
      try {
        return typeof data === 'string' ? [JSON.parse(data)] : [];
      } catch {
        return [];
      }
    });

  return {
    socket,
    log,
    messages,
    frames,
    opened,
    closed,
    count: (wanted) => when(() => messages.length >= wanted),
    send: (event, data, seq) => socket.send(JSON.stringify({ event, data, seq })),
    async fence() {
      fences += 1;
      const seq = fences;
      socket.send(JSON.stringify({ event: 'ping', data: {}, seq }));
      const mark = `"seq_reply":${seq}`;
      const isMark = (data: unknown): boolean => typeof data === 'string' && data.includes(mark);
      await when(() => isMark(messages.at(-1)));
      messages.pop();
    },
  };
}

/** Names of the events among the frames. */
export function names(client: Client): (string | undefined)[] {
  return client.frames().map(({ event }) => event);
}

/** Numbers of the events among the frames. */
export function seqs(client: Client): (number | undefined)[] {
  return client.frames().map(({ seq }) => seq);
}
