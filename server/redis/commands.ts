/** Sends Redis commands with the client that the app has: ioredis or node-redis, by shape. Neither is imported. */

/** What we use of an ioredis client. */
export interface IoRedisLike {
  call(command: string, ...args: string[]): Promise<unknown>;
  duplicate(): IoRedisLike;
  disconnect(): void;
  on(event: 'error' | 'ready', listener: (thrown: unknown) => void): unknown;
}

/** What we use of a node-redis client. */
export interface NodeRedisLike {
  sendCommand(args: readonly string[]): Promise<unknown>;
  duplicate(): NodeRedisLike;
  connect(): Promise<unknown>;
  disconnect(): unknown;
  on(event: 'error' | 'ready', listener: (thrown: unknown) => void): unknown;
}

export type RedisClient = IoRedisLike | NodeRedisLike;

export interface Commands {
  send(...command: string[]): Promise<unknown>;
  /** A connection of its own, for commands that block. */
  duplicate(): Promise<Reader>;
  disconnect(): void;
}

/** A connection that was made for waiting. */
export interface Reader extends Commands {
  /** Whether it has connected again since the last call. A client may repeat a command by itself then. */
  hasReconnected(): boolean;
}

/** Throws a `TypeError` for a client that is neither. */
export function commandsOf(client: RedisClient): Commands {
  if ('call' in client && typeof client.call === 'function') return ioRedisCommands(client);
  if ('sendCommand' in client && typeof client.sendCommand === 'function') return nodeRedisCommands(client);
  throw new TypeError('redisLog: client must be an ioredis or a node-redis client.');
}

/** Without a listener, an error would end the process. The client itself connects again. */
const ignore = (): void => undefined;

function ioRedisCommands(client: IoRedisLike): Commands {
  return {
    send: (command, ...args) => client.call(command ?? '', ...args),
    duplicate() {
      const copy = client.duplicate();
      return Promise.resolve(readerOf(copy, ioRedisCommands(copy)));
    },
    disconnect: () => client.disconnect(),
  };
}

function nodeRedisCommands(client: NodeRedisLike): Commands {
  return {
    send: (...command) => client.sendCommand(command),
    async duplicate() {
      const copy = client.duplicate();
      const reader = readerOf(copy, nodeRedisCommands(copy));
      await copy.connect();
      return reader;
    },
    disconnect() {
      client.disconnect();
    },
  };
}

function readerOf(client: RedisClient, commands: Commands): Reader {
  let connections = 0;
  let known = 1;
  client.on('error', ignore);
  client.on('ready', () => {
    connections += 1;
  });
  return {
    ...commands,
    hasReconnected() {
      const isAgain = connections > known;
      known = Math.max(connections, known);
      return isAgain;
    },
  };
}
