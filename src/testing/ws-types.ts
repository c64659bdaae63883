/** Declares the part of the package `ws` that the real door uses, so that a browser bundle never contains it. */

/** The part of Node's `IncomingMessage` that a handshake is read from. */
export interface WsRequest {
  readonly url?: string | undefined;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  readonly socket: {
    destroy(): unknown;
    once(event: 'close' | 'end', listener: () => void): unknown;
  };
}

/** The part of a server-side socket of `ws`. */
export interface WsSocket {
  readonly readyState: number;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
  pause(): void;
  resume(): void;
  on(event: 'message', listener: (data: unknown, isBinary: boolean) => void): unknown;
  on(event: 'close' | 'error', listener: () => void): unknown;
}

/** The part of the server of `ws`. */
export interface WsServer {
  address(): { readonly port: number } | string | null;
  close(callback: () => void): void;
  on(event: 'connection', listener: (socket: WsSocket, request: WsRequest) => void): unknown;
  on(event: 'listening', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** The options that the door passes to the constructor. */
export interface WsServerOptions {
  host: string;
  port: number;
  perMessageDeflate: false;
  verifyClient: (
    info: { readonly req: WsRequest },
    answer: (accepted: boolean, status?: number, message?: string) => void,
  ) => void;
  handleProtocols: (protocols: Set<string>) => string | false;
}

/** What `WebSocketServer` of `ws` satisfies. */
export type WsServerConstructor = new (options: WsServerOptions) => WsServer;
