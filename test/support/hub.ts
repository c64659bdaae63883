/** Hubs on real `ws` servers, and raw clients that speak the envelope. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createHub, type Hub, type HubOptions, type HubTypes, type Untyped } from 'everwire/server';
import { type ServerOptions, WebSocket, WebSocketServer } from 'ws';

export type Frame = Readonly<Record<string, unknown>>;

export interface RunningHub<App extends HubTypes = Untyped> extends AsyncDisposable {
  readonly hub: Hub<App>;
  readonly url: string;
  /** Cuts all sockets and reads the log no more, as a killed process. Nothing is saved. */
  kill(): Promise<void>;
  /** Cuts all sockets, and goes on. */
  cut(): void;
  /** How many sockets there are. */
  clients(): number;
  /** How many sockets there were, these included. */
  opened(): number;
}

/** Tokens are `ada`, `bo` …: the user of the same name. */
export async function startHub<App extends HubTypes = Untyped>(
  options: Partial<HubOptions<App>> = {},
  sockets: Pick<ServerOptions, 'maxPayload'> = {},
): Promise<RunningHub<App>> {
  const wss = new WebSocketServer({ port: 0, host: '127.0.0.1', ...sockets });
  const hub = createHub<App>({
    authenticate: ({ token }) => (token ? ({ id: token } as never) : null),
    identify: (user) => (user as { id: string }).id,
    ...options,
  } as HubOptions<App>);
  let opened = 0;
  wss.on('connection', () => {
    opened += 1;
  });
  wss.on('connection', hub.accept);
  await once(wss, 'listening');
  const stop = async (): Promise<void> => {
    for (const client of wss.clients) client.terminate();
    await new Promise((resolve) => wss.close(resolve));
  };
  return {
    hub,
    url: `ws://127.0.0.1:${(wss.address() as AddressInfo).port}/ws`,
    kill: stop,
    cut() {
      for (const client of wss.clients) client.terminate();
    },
    clients: () => wss.clients.size,
    opened: () => opened,
    async [Symbol.asyncDispose]() {
      hub.close();
      await stop();
    },
  };
}

export interface RawClient {
  readonly socket: WebSocket;
  /** The next frame, parsed. Rejects if the socket closes first. */
  next(): Promise<Frame>;
  /** Frames until one with this event, or to this request. */
  until(isWanted: (frame: Frame) => boolean): Promise<Frame[]>;
  send(frame: unknown): void;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
}

/** Connects with this query, and keeps every frame until it is asked for. */
export function dial(url: string, query: Readonly<Record<string, string>>, options: object = {}): RawClient {
  const { protocols = [], ...rest } = options as { protocols?: string[] };
  const socket = new WebSocket(`${url}?${new URLSearchParams(query)}`, protocols, rest);
  const frames: Frame[] = [];
  const waiting: { resolve(frame: Frame): void; reject(thrown: unknown): void }[] = [];
  let closeCode: number | undefined;
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as Frame;
    const reader = waiting.shift();
    if (reader) reader.resolve(frame);
    else frames.push(frame);
  });
  socket.on('error', () => undefined);
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      closeCode = code;
      for (const reader of waiting) reader.reject(new Error(`closed with ${code}`));
      resolve(code);
    });
  });
  const next = (): Promise<Frame> => {
    const frame = frames.shift();
    if (frame) return Promise.resolve(frame);
    if (closeCode !== undefined) return Promise.reject(new Error(`closed with ${closeCode}`));
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  };
  return {
    socket,
    next,
    async until(isWanted) {
      const seen: Frame[] = [];
      for (;;) {
        const frame = await next();
        seen.push(frame);
        if (isWanted(frame)) return seen;
      }
    },
    send: (frame) => {
      const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
      else socket.once('open', () => socket.send(text));
    },
    closed,
  };
}

/** The query with which a client continues after this frame, which is the last that it has. */
export function resumeAfter(token: string, hello: Frame, last: Frame): Record<string, string> {
  const { connection_id } = hello['data'] as { connection_id: string };
  return {
    token,
    connection_id,
    sequence_number: String(Number(last['seq']) + 1),
    position: String(last['position']),
  };
}
