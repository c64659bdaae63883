/**
 * The servers that docs/server.md links to resume, replay, answer pings and refuse tokens. Each runs unchanged, with
 * the real client.
 */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { IWebSocketConfig, WebSocketConstructor } from 'everwire/core';
import { checkServer } from 'everwire/server';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { runExample, runServer } from '../../support/example-server.ts';
import { nextError, nextEvent, type Recorded, record, untilState } from '../../support/service.ts';

interface Program {
  readonly name: string;
  /** Null: Node, with `everwire/server` as it is in this repository. */
  readonly command: string | null;
  readonly file: string;
  /** Null: it can run here. */
  readonly missing: string | null;
}

/** `PYTHON` names the interpreter that has the package, for example that of a virtual environment. */
const python = process.env['PYTHON'] ?? 'python3';

const programs: readonly Program[] = [
  { name: 'Node', command: null, file: 'examples/servers/node-server.mjs', missing: null },
  {
    name: 'Python',
    command: python,
    file: 'examples/servers/python-server.py',
    missing: hasWebsockets() ? null : `${python} has no package websockets: pip install websockets`,
  },
];

describe.each(programs)('the server in $name', (program) => {
  beforeEach(({ skip }) => {
    if (program.missing !== null) skip(program.missing);
  });

  it('does what docs/protocol.md says', async () => {
    const trigger = { event: 'say', data: { text: 'hi' } };
    const tokens = { token: 'secret', otherToken: 'secret-too' };
    const results = await checkServer({ url: await run(program), ...tokens, trigger, WebSocket });
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  });

  it('sends hello, numbers its events and answers requests', async () => {
    const { service, events } = await connected(await run(program));
    expect(await service.request('add', { a: 20, b: 22 })).toBe(42);
    const posted = nextEvent(service, 'posted');
    service.send('say', { text: 'Hello' });
    expect((await posted).data).toEqual({ from: 'ada', text: 'Hello' });
    await nextEvent(service, 'tick');
    expect(events[0]).toMatchObject({ event: 'hello', seq: 0 });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
  });

  it('replies with a failure to an unknown request', async () => {
    const { service } = await connected(await run(program));
    await expect(service.request('nonsense')).rejects.toMatchObject({ code: 'request-failed' });
    await expect(service.request('constructor')).rejects.toMatchObject({ code: 'request-failed' });
    expect(await service.request('add', { a: 1, b: 1 })).toBe(2);
  });

  it('resumes a lost link without a notice', async () => {
    const { sockets, service, events, missed } = await connected(await run(program));
    await nextEvent(service, 'tick');
    wireOf(sockets[0])?.destroy();
    await untilState(service, ({ status }) => status === 'reconnecting');
    await untilState(service, ({ status }) => status === 'connected');
    await nextEvent(service, 'tick');
    expect(missed).toEqual([]);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    expect(events.filter(({ event }) => event === 'hello')).toHaveLength(1);
  });

  it('sends the events of a gap again', async () => {
    const { losing, sockets, service, events, missed } = await connected(await run(program));
    const kept = service.store.getState().connectionId;
    losing.next = 'tick';
    await untilState(service, ({ lastClose }) => lastClose?.code === 4001);
    await nextEvent(service, 'tick');
    expect(missed).toEqual([]);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    expect(service.store.getState().connectionId).toBe(kept);
    expect(sockets.length).toBe(2);
  });

  it('answers pings, so that a dead link is found and its client can resume', async () => {
    const heartbeat = { interval: 300, timeout: 1_000 };
    const { sockets, service, events, missed } = await connected(await run(program), { heartbeat });
    await untilState(service, ({ latency }) => latency !== null);
    // Neither end notices: for the server, the old link is still alive.
    wireOf(sockets[0])?.pause();
    await untilState(service, ({ lastClose }) => lastClose?.code === 4000);
    await untilState(service, ({ status }) => status === 'connected');
    await nextEvent(service, 'tick');
    expect(missed).toEqual([]);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
  });

  it('refuses a token with 4401', async () => {
    const url = await run(program);
    const { service } = record();
    const refused = nextError(service, 'unauthorized');
    service.connect({ url, token: 'wrong', WebSocket: client });
    await refused;
    expect(service.store.getState()).toMatchObject({ reason: 'unauthorized', lastClose: { code: 4401 } });
  });

  it('resumes a session only for its own user', async () => {
    const url = await run(program);
    const { service } = await connected(url);
    await nextEvent(service, 'tick');
    const { connectionId } = service.store.getState();
    const thief = new WebSocket(`${url}/?token=secret-too&connection_id=${connectionId}&sequence_number=1`);
    onTestFinished(() => thief.close());
    const [first] = await once(thief, 'message');
    expect(JSON.parse(String(first))).toMatchObject({ event: 'hello', seq: 0 });
    expect(String(first)).not.toContain(connectionId);
    await nextEvent(service, 'tick');
    expect(service.isConnected()).toBe(true);
  });

  it('starts a new session when a client asks for events that it no longer has', async () => {
    const url = await run(program);
    const { service } = await connected(url);
    const { connectionId } = service.store.getState();
    for (const number of ['0', '99999', '-1', 'x', '']) {
      const socket = new WebSocket(
        `${url}/?token=secret&connection_id=${connectionId}&sequence_number=${number}`,
      );
      const [first] = await once(socket, 'message');
      expect(JSON.parse(String(first)), number).toMatchObject({ event: 'hello', seq: 0 });
      socket.close();
    }
  });

  it('survives malformed frames', async () => {
    const url = await run(program);
    for (const nonsense of ['no JSON', 'x'.repeat(100_000), 'null', '[]', '1', '{}', '{"event":1,"seq":1}']) {
      const socket = new WebSocket(`${url}/?token=secret`);
      socket.on('error', () => undefined);
      await once(socket, 'message');
      socket.send(nonsense);
      // The next tick, or the end of the link.
      await Promise.race([once(socket, 'message'), once(socket, 'close')]);
      socket.close();
    }
    const { service } = await connected(url);
    expect(await service.request('add', { a: 1, b: 1 })).toBe(2);
  });

  it('closes with 1012 when it restarts', async () => {
    const processes: ChildProcess[] = [];
    const { service } = await connected(await run(program, processes));
    const [server] = processes;
    const exited = server && once(server, 'exit');
    server?.kill('SIGTERM');
    const { lastClose } = await untilState(service, ({ status }) => status === 'reconnecting');
    expect(lastClose).toMatchObject({ code: 1012, reason: expect.stringContaining('restarting') });
    expect(await exited).toEqual([0, null]);
  });
});

const client = WebSocket as unknown as WebSocketConstructor;

interface Connected extends Recorded {
  readonly sockets: readonly WebSocket[];
  /** The next event of this name is lost on the way. */
  readonly losing: { next: string | null };
}

/** A client that has received hello, and sockets that the test can break. */
async function connected(url: string, more: Partial<IWebSocketConfig> = {}): Promise<Connected> {
  const sockets: WebSocket[] = [];
  const losing: Connected['losing'] = { next: null };
  class Hurt extends WebSocket {
    constructor(address: string, protocols?: string[]) {
      super(address, protocols);
      sockets.push(this);
    }
    override emit(event: string | symbol, ...args: unknown[]): boolean {
      if (event === 'message' && losing.next !== null && String(args[0]).includes(`"${losing.next}"`)) {
        losing.next = null;
        return true;
      }
      return super.emit(event, ...args);
    }
  }
  const recorded = record();
  recorded.service.connect({
    url,
    token: 'secret',
    WebSocket: Hurt as unknown as WebSocketConstructor,
    reconnectDelay: 50,
    reconnectJitter: 0,
    ...more,
  });
  await untilState(recorded.service, ({ connectionId }) => connectionId !== null);
  return { ...recorded, sockets, losing };
}

function wireOf(socket: WebSocket | undefined): Socket | undefined {
  return (socket as unknown as { readonly _socket: Socket } | undefined)?._socket;
}

/** Runs a server until the test ends. Resolves with its address when it answers. */
async function run({ command, file }: Program, processes: ChildProcess[] = []): Promise<string> {
  const { url, child, ...server } = await (command === null ? runExample(file) : runServer(command, file));
  onTestFinished(() => server[Symbol.asyncDispose]());
  processes.push(child);
  return url;
}

function hasWebsockets(): boolean {
  try {
    execFileSync(python, ['-c', 'import websockets.asyncio.server'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
