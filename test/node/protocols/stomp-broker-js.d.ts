/** The parts of the broker that the tests use. The package has no types. */
declare module 'stomp-broker-js' {
  import type { EventEmitter } from 'node:events';
  import type { Server } from 'node:http';

  interface Subscription {
    readonly topic: string;
    readonly socket?: { terminate(): void };
  }

  class StompServer extends EventEmitter<{
    subscribe: [Subscription];
    unsubscribe: [Subscription];
    send: [{ readonly dest: string; readonly frame: { readonly body: unknown } }];
    connected: [session: string, headers: Readonly<Record<string, string>>];
  }> {
    constructor(options: { server: Server; path: string; heartbeat: [number, number] });
    send(topic: string, headers: Readonly<Record<string, string>>, body: string): void;
  }

  // biome-ignore lint/style/noDefaultExport: the package has one.
  export { StompServer as default };
}
