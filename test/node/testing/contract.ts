/** The contract of the fake server, for in-page and real clients: written once, run for each kind of door. */

import {
  createFakeServer,
  type FakeServer,
  type FakeServerOptions,
  type HandshakeRecord,
} from 'everwire/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { type Client, connect, type Door, names, seqs } from './client.ts';

/** Opens the door under test to a server. */
export type OpenDoor = (server: FakeServer) => Promise<Door>;

export function testContract(doorName: string, openDoor: OpenDoor): void {
  const cleanups: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function setUp(options: FakeServerOptions = {}): Promise<{ server: FakeServer; door: Door }> {
    const server = createFakeServer(options);
    cleanups.push(() => server.dispose());
    const door = await openDoor(server);
    cleanups.push(() => door.close());
    return { server, door };
  }

  async function welcomed(door: Door, query: Record<string, string> = {}): Promise<Client> {
    const client = connect(door, query);
    await client.count(1);
    return client;
  }

  const helloOf = (client: Client): { connection_id: string } =>
    client.frames()[0]?.data as { connection_id: string };
  const idOf = (client: Client): string => helloOf(client).connection_id;
  const base64Url = (text: string): string =>
    btoa(String.fromCharCode(...new TextEncoder().encode(text)))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  const outcomes = (server: FakeServer): string[] =>
    server.handshakes.map(({ outcome }: HandshakeRecord) => outcome);

  describe(`${doorName}: greeting and numbers`, () => {
    it('greets with hello, seq 0 and an id, and counts on from there', async () => {
      const { server, door } = await setUp({ serverVersion: '7.1' });
      const client = await welcomed(door);
      server.emit('posted', { text: 'ä' }, { broadcast: { channel_id: 'c1' } });
      server.emit('posted');
      await client.count(3);
      expect(client.frames()).toEqual([
        {
          event: 'hello',
          data: { connection_id: expect.stringMatching(/^\w{26}$/), server_version: '7.1' },
          seq: 0,
        },
        { event: 'posted', data: { text: 'ä' }, seq: 1, broadcast: { channel_id: 'c1' } },
        { event: 'posted', data: null, seq: 2 },
      ]);
      expect(client.log).toEqual(['open']);
    });

    it('sends no hello if the option is off, and still starts at 0', async () => {
      const { server, door } = await setUp({ hello: false });
      const client = connect(door);
      await server.connected();
      server.emit('first');
      await client.count(1);
      expect(client.frames()).toEqual([{ event: 'first', data: null, seq: 0 }]);
    });

    it('omits seq if numbering is off', async () => {
      const { server, door } = await setUp({ numbered: false });
      const client = await welcomed(door);
      server.emit('first', 1);
      await client.count(2);
      expect(client.frames()[0]).not.toHaveProperty('seq');
      expect(client.frames()[1]).toEqual({ event: 'first', data: 1 });
      client.socket.close();
      await client.closed;
      const again = await welcomed(door, { connection_id: idOf(client), sequence_number: '1' });
      expect(idOf(again)).not.toBe(idOf(client));
    });

    it('numbers each session separately, and can send to one only', async () => {
      const { server, door } = await setUp();
      const one = await welcomed(door);
      server.emit('early');
      const two = await welcomed(door);
      const second = await server.connected();
      expect(second.connectionId).toBe(idOf(two));
      server.emit('whisper', null, { to: second });
      second.emit('whisper');
      server.emit('all');
      await Promise.all([one.count(3), two.count(4)]);
      expect(one.frames().map(({ event, seq }) => [event, seq])).toEqual([
        ['hello', 0],
        ['early', 1],
        ['all', 2],
      ]);
      expect(seqs(two)).toEqual([0, 1, 2, 3]);
      expect(second.nextSeq).toBe(4);
    });

    it('keeps the order of a burst of 10,000', async () => {
      const { server, door } = await setUp();
      const client = await welcomed(door);
      for (let i = 1; i <= 10_000; i += 1) server.emit('tick', i);
      await client.count(10_001);
      expect(seqs(client)).toEqual(Array.from({ length: 10_001 }, (_, seq) => seq));
    });
  });

  describe(`${doorName}: requests`, () => {
    it('with the rules of the protocol, fails a request that has no handler, and leaves pings alone', async () => {
      const { door } = await setUp({ rules: 'protocol', pong: false });
      const client = await welcomed(door);
      client.send('ping', null, 1);
      client.send('unheard', null, 2);
      await client.count(2);
      expect(client.frames()[1]).toEqual({
        seq_reply: 2,
        status: 'FAIL',
        error: { id: 'unknown', message: 'The server has no handler for "unheard".' },
      });
    });

    it('answers a ping unless it is switched off', async () => {
      const { server, door } = await setUp();
      const client = await welcomed(door);
      client.send('ping', {}, 1);
      await client.count(2);
      expect(client.frames()[1]).toEqual({ seq_reply: 1, status: 'OK', data: 'pong' });

      const mute = await setUp({ pong: false });
      const other = await welcomed(mute.door);
      const ping = mute.server.message('ping');
      other.send('ping', {}, 1);
      await ping;
      mute.server.emit('fence');
      await other.count(2);
      expect(names(other)).toEqual(['hello', 'fence']);
      expect(server.received).toHaveLength(1);
    });

    it("replies with the handler's result, resolved value or error", async () => {
      const { server, door } = await setUp({
        handlers: {
          double: (data) => Number(data) * 2,
          later: async () => ({ late: true }),
          fail: () => {
            throw Object.assign(new Error('no such channel'), { id: 'channel.missing' });
          },
          reject: () => Promise.reject(new Error('later no')),
          cyclic: () => {
            const ring: Record<string, unknown> = {};
            ring['self'] = ring;
            return ring;
          },
        },
      });
      server.handle('added', (_data, { connection }) => connection.connectionId);
      const client = await welcomed(door);
      const replies: [string, unknown, unknown][] = [
        ['double', 21, { status: 'OK', data: 42 }],
        ['later', null, { status: 'OK', data: { late: true } }],
        ['fail', null, { status: 'FAIL', error: { id: 'channel.missing', message: 'no such channel' } }],
        ['reject', null, { status: 'FAIL', error: { message: 'later no' } }],
        ['cyclic', null, { status: 'FAIL', error: { message: expect.stringContaining('circular') } }],
        ['added', null, { status: 'OK', data: idOf(client) }],
      ];
      for (const [index, [event, data, reply]] of replies.entries()) {
        client.send(event, data, index + 1);
        await client.count(index + 2);
        expect(client.frames().at(-1)).toEqual({ seq_reply: index + 1, ...(reply as object) });
      }
    });

    it('does not answer a frame without a number, without a handler or malformed, and records it', async () => {
      const { server, door } = await setUp({ handlers: { emitter: (_data, { emit }) => emit('emitted') } });
      const client = await welcomed(door);
      client.send('unknown', { a: 1 }, 1);
      client.send('emitter', 'x');
      client.socket.send('not json');
      client.socket.send('[1]');
      client.socket.send('{"event":5,"seq":"1"}');
      client.socket.send(new Uint8Array([1, 2, 3]));
      await client.fence();
      expect(names(client)).toEqual(['hello', 'emitted']);
      const connectionId = idOf(client);
      const at = expect.any(Number);
      expect(server.received.slice(0, -1)).toEqual([
        { connectionId, event: 'unknown', data: { a: 1 }, seq: 1, raw: expect.any(String), at },
        { connectionId, event: 'emitter', data: 'x', seq: null, raw: expect.any(String), at },
        { connectionId, event: null, data: null, seq: null, raw: 'not json', at },
        { connectionId, event: null, data: null, seq: null, raw: '[1]', at },
        { connectionId, event: null, data: undefined, seq: null, raw: '{"event":5,"seq":"1"}', at },
        { connectionId, event: null, data: null, seq: null, raw: new Uint8Array([1, 2, 3]).buffer, at },
      ]);
    });

    it('keeps the order in which a client sends', async () => {
      const { server, door } = await setUp();
      const client = await welcomed(door);
      for (let seq = 1; seq <= 1_000; seq += 1) client.send('count', seq, seq);
      await client.fence();
      expect(server.received.slice(0, -1).map(({ seq }) => seq)).toEqual(
        Array.from({ length: 1_000 }, (_, index) => index + 1),
      );
    });
  });

  describe(`${doorName}: tokens`, () => {
    it('reads any token from the query', async () => {
      const token = 'a+b/c=d e&f#g%41ä';
      const { server, door } = await setUp({ token });
      await welcomed(door, { token });
      expect(server.handshakes[0]).toMatchObject({ token, resume: null, outcome: 'new-session' });
      expect((await server.connected()).token).toBe(token);
    });

    it('refuses a wrong token', async () => {
      const { server, door } = await setUp({ token: 'right' });
      const client = connect(door, { token: 'wrong' });
      expect(await client.closed).toMatchObject({ code: 1006, wasClean: false });
      expect(client.log).toEqual(['error', 'close']);
      expect(outcomes(server)).toEqual(['unauthorized']);
      expect(server.connections).toEqual([]);
    });

    it('calls a token function, whose answer may change', async () => {
      const valid = new Set(['one']);
      const { door } = await setUp({ token: (token) => token !== null && valid.has(token) });
      await welcomed(door, { token: 'one' });
      valid.delete('one');
      expect((await connect(door, { token: 'one' }).closed).code).toBe(1006);
    });

    it('reads the token from the subprotocols and selects ours', async () => {
      const token = 'tökén~?>';
      const { server, door } = await setUp({ token });
      const client = connect(door, {}, ['everwire', `everwire.token.${base64Url(token)}`]);
      await client.count(1);
      expect(client.socket.protocol).toBe('everwire');
      expect(server.handshakes[0]?.token).toBe(token);
      const wrong = connect(door, {}, ['everwire', `everwire.token.${base64Url('no')}`]);
      expect((await wrong.closed).code).toBe(1006);
    });

    it('fails a handshake that offers only subprotocols that are not ours', async () => {
      const { server, door } = await setUp();
      const client = connect(door, {}, ['graphql-ws']);
      expect((await client.closed).code).toBe(1006);
      expect(outcomes(server)).toEqual(['refused']);
    });

    it('sends nothing before the token of the first message, then the reply, then hello', async () => {
      const { server, door } = await setUp({ token: 'right' });
      const client = connect(door);
      await client.opened;
      const early = server.message('early');
      client.send('early', null, 1);
      expect((await early).connectionId).toBeNull();
      expect(outcomes(server)).toEqual(['awaiting-token']);
      expect(server.connections).toEqual([]);
      server.emit('not for strangers');
      client.send('authenticate', { token: 'right' }, 2);
      await client.count(2);
      expect(client.frames()).toEqual([
        { seq_reply: 2, status: 'OK' },
        { event: 'hello', data: expect.any(Object), seq: 0 },
      ]);
      expect(outcomes(server)).toEqual(['new-session']);
    });

    it('closes with 4401 on a wrong token in the first message, or in a later one', async () => {
      const { door } = await setUp({ token: 'right' });
      const client = connect(door);
      await client.opened;
      client.send('authenticate', { token: 'wrong' }, 1);
      expect(await client.closed).toEqual({ code: 4401, reason: 'unauthorized', wasClean: true });
      expect(client.messages).toEqual([]);

      const later = await welcomed(door, { token: 'right' });
      later.send('authenticate', {}, 1);
      expect((await later.closed).code).toBe(4401);
    });

    it('with the rules of the protocol, closes the open socket with 4401 on a wrong token', async () => {
      const { server, door } = await setUp({ rules: 'protocol', token: 'right' });
      const client = connect(door, { token: 'wrong' });
      expect(await client.closed).toEqual({ code: 4401, reason: 'unauthorized', wasClean: true });
      expect(client.messages).toEqual([]);
      expect(outcomes(server)).toEqual(['unauthorized']);
    });

    it('with the rules of the protocol, lets only its user continue a session', async () => {
      const kindOf = async (
        server: FakeServer,
        door: Door,
        first: string,
        second: string,
      ): Promise<string> => {
        const client = await welcomed(door, { token: first });
        server.drop();
        await client.closed;
        server.emit('missed');
        const query = { token: second, connection_id: idOf(client), sequence_number: '1' };
        await connect(door, query).count(1);
        return outcomes(server).at(-1) ?? '';
      };
      const { server, door } = await setUp({ rules: 'protocol' });
      expect(await kindOf(server, door, 'ada', 'ada')).toBe('resumed');
      expect(await kindOf(server, door, 'ada', 'bo')).toBe('new-session');
      // A token that is renewed.
      const users = await setUp({ rules: 'protocol', userOf: (token) => token?.split('-')[0] });
      expect(await kindOf(users.server, users.door, 'ada-1', 'ada-2')).toBe('resumed');
      expect(await kindOf(users.server, users.door, 'ada-1', 'bo-1')).toBe('new-session');
    });
  });

  describe(`${doorName}: resume`, () => {
    async function cutAfter(
      server: FakeServer,
      door: Door,
      events: number,
    ): Promise<{ id: string; seen: Client }> {
      const seen = await welcomed(door);
      for (let i = 0; i < events; i += 1) server.emit('event', i);
      await seen.count(events + 1);
      server.drop();
      await seen.closed;
      return { id: idOf(seen), seen };
    }

    const resume = (door: Door, id: string, from: number): Client =>
      connect(door, { connection_id: id, sequence_number: String(from) });

    it('replays missed events without a hello, and continues', async () => {
      const { server, door } = await setUp();
      const { id } = await cutAfter(server, door, 2);
      server.emit('missed', 'a');
      server.emit('missed', 'b');
      const client = resume(door, id, 3);
      await client.count(2);
      server.emit('after');
      await client.count(3);
      expect(client.frames()).toEqual([
        { event: 'missed', data: 'a', seq: 3 },
        { event: 'missed', data: 'b', seq: 4 },
        { event: 'after', data: null, seq: 5 },
      ]);
      expect(server.handshakes[1]).toMatchObject({
        resume: { connectionId: id, sequenceNumber: 3 },
        outcome: 'resumed',
      });
      expect(await server.connected()).toMatchObject({ connectionId: id, resumed: true });
    });

    it('replays from the requested number, even events that were delivered', async () => {
      const { server, door } = await setUp();
      const { id } = await cutAfter(server, door, 3);
      const client = resume(door, id, 2);
      await client.count(2);
      expect(seqs(client)).toEqual([2, 3]);
    });

    it('sends no frame at all when nothing was missed', async () => {
      const { server, door } = await setUp();
      const { id } = await cutAfter(server, door, 2);
      const client = resume(door, id, 3);
      await client.opened;
      await client.fence();
      expect(client.messages).toEqual([]);
      expect(outcomes(server)).toEqual(['new-session', 'resumed']);
    });

    it.each<[string, (id: string) => [string, number]]>([
      ['an id it does not know', () => ['unknown', 1]],
      ['a number that left the ring', (id) => [id, 1]],
      ['a number not sent yet', (id) => [id, 99]],
    ])('starts a new session for %s', async (_what, ask) => {
      const { server, door } = await setUp({ ringSize: 4 });
      const { id } = await cutAfter(server, door, 6);
      const client = resume(door, ...ask(id));
      await client.count(1);
      expect(client.frames()[0]).toMatchObject({ event: 'hello', seq: 0 });
      expect(idOf(client)).not.toBe(id);
    });

    it('never replays the hello, although it is in the ring', async () => {
      const { server, door } = await setUp();
      const { id } = await cutAfter(server, door, 1);
      const client = resume(door, id, 0);
      await client.count(1);
      expect(idOf(client)).not.toBe(id);
    });

    it('still resumes at the oldest number in the ring', async () => {
      const { server, door } = await setUp({ ringSize: 4 });
      const { id } = await cutAfter(server, door, 6);
      const client = resume(door, id, 3);
      await client.count(4);
      expect(seqs(client)).toEqual([3, 4, 5, 6]);
    });

    it('does not resume a session that seems alive, unless takeover is on', async () => {
      const careful = await setUp();
      const one = await welcomed(careful.door);
      careful.server.freeze();
      const two = resume(careful.door, idOf(one), 1);
      await two.count(1);
      expect(idOf(two)).not.toBe(idOf(one));

      const bold = await setUp({ resume: 'takeover' });
      const old = await welcomed(bold.door);
      bold.server.freeze();
      bold.server.emit('held');
      const next = resume(bold.door, idOf(old), 1);
      await next.count(1);
      expect(names(next)).toEqual(['held']);
      expect(await old.closed).toMatchObject({ code: 1006 });
      expect(bold.server.connections).toHaveLength(1);
    });

    it('never or always resumes if configured so', async () => {
      const never = await setUp({ resume: 'never' });
      const { id } = await cutAfter(never.server, never.door, 1);
      const fresh = resume(never.door, id, 2);
      await fresh.count(1);
      expect(idOf(fresh)).not.toBe(id);

      const always = await setUp({ resume: 'always', ringSize: 2 });
      const cutOff = await cutAfter(always.server, always.door, 5);
      const wrong = resume(always.door, cutOff.id, 1);
      await wrong.count(2);
      expect(seqs(wrong)).toEqual([4, 5]);
    });

    it('resumes after the token of a message', async () => {
      const { server, door } = await setUp({ token: 'right' });
      const first = await welcomed(door, { token: 'right' });
      server.drop();
      await first.closed;
      server.emit('missed');
      const client = resume(door, idOf(first), 1);
      await client.opened;
      client.send('authenticate', { token: 'right' }, 1);
      await client.count(2);
      expect(client.frames()).toEqual([
        { seq_reply: 1, status: 'OK' },
        { event: 'missed', data: null, seq: 1 },
      ]);
    });

    it('resumes after a clean close by the client', async () => {
      const { server, door } = await setUp();
      const first = await welcomed(door);
      first.socket.close(1000, 'bye');
      expect(await first.closed).toEqual({ code: 1000, reason: 'bye', wasClean: true });
      server.emit('missed');
      const client = resume(door, idOf(first), 1);
      await client.count(1);
      expect(names(client)).toEqual(['missed']);
    });

    it('forgets all sessions at a restart, and always uses new ids', async () => {
      const { server, door } = await setUp({ random: () => 0.5 });
      const first = await welcomed(door);
      server.restart();
      expect(await first.closed).toMatchObject({ code: 1006, wasClean: false });
      server.emit('nobody');
      const client = resume(door, idOf(first), 1);
      await client.count(1);
      expect(client.frames()[0]).toMatchObject({ event: 'hello', seq: 0 });
      expect(idOf(client)).not.toBe(idOf(first));
    });
  });

  describe(`${doorName}: ends`, () => {
    it.each([
      [1000, 'done'],
      [1001, ''],
      [1011, 'ünicode'],
      [1012, 'service restart'],
      [3000, ''],
      [4999, 'x'.repeat(123)],
    ])('closes with %i %j', async (code, reason) => {
      const { server, door } = await setUp();
      const client = await welcomed(door);
      server.emit('last');
      server.close(code, reason);
      server.emit('too late');
      expect(await client.closed).toEqual({ code, reason, wasClean: true });
      expect(names(client)).toEqual(['hello', 'last']);
      expect(client.log).toEqual(['open', 'close']);
      expect(server.connections).toEqual([]);
    });

    it('closes with an empty frame: 1005', async () => {
      const { server, door } = await setUp();
      const client = await welcomed(door);
      server.close();
      expect(await client.closed).toEqual({ code: 1005, reason: '', wasClean: true });
    });

    it.each([
      [1004, ''],
      [1005, ''],
      [1006, ''],
      [1015, ''],
      [2999, ''],
      [5000, ''],
      [1000.5, ''],
      [1000, 'x'.repeat(124)],
      [undefined, 'reason without a code'],
    ])('refuses to close with %s %j', async (code, reason) => {
      const { server, door } = await setUp();
      await welcomed(door);
      expect(() => server.close(code, reason)).toThrow(expect.objectContaining({ code: 'invalid-close' }));
      expect(server.connections).toHaveLength(1);
    });

    it('answers the close of a client with its own code, or with none', async () => {
      const { server, door } = await setUp();
      const one = await welcomed(door);
      one.socket.close(4000, 'mine');
      expect(await one.closed).toEqual({ code: 4000, reason: 'mine', wasClean: true });
      const two = await welcomed(door);
      two.socket.close();
      expect(await two.closed).toEqual({ code: 1005, reason: '', wasClean: true });
      expect(server.socketCount).toBe(0);
    });

    it('drops links without a close frame, all or only one', async () => {
      const { server, door } = await setUp();
      const one = await welcomed(door);
      const two = await welcomed(door);
      const [first] = server.connections;
      first?.drop();
      expect(await one.closed).toEqual({ code: 1006, reason: '', wasClean: false });
      expect(first?.live).toBe(false);
      await two.fence();
      server.drop();
      expect(await two.closed).toEqual({ code: 1006, reason: '', wasClean: false });
      expect(one.log).toEqual(['open', 'close']);
    });

    it('can close only one link', async () => {
      const { server, door } = await setUp();
      const one = await welcomed(door);
      const two = await welcomed(door);
      server.connections[0]?.close(4001, 'you');
      expect(await one.closed).toMatchObject({ code: 4001, reason: 'you' });
      await two.fence();
    });

    it('cuts all links and rejects all waits on dispose', async () => {
      const { server, door } = await setUp();
      const client = await welcomed(door);
      const wait = server.message('never');
      server.dispose();
      server.dispose();
      expect((await client.closed).code).toBe(1006);
      await expect(wait).rejects.toMatchObject({ code: 'disposed' });
      expect(server.socketCount).toBe(0);
    });
  });

  describe(`${doorName}: handshakes`, () => {
    it('refuses the given number of handshakes, then accepts', async () => {
      const { server, door } = await setUp();
      server.refuse(2);
      expect(server.faults.refusing).toBe(2);
      for (const _ of [1, 2]) {
        const client = connect(door);
        expect(await client.closed).toMatchObject({ code: 1006, reason: '', wasClean: false });
        expect(client.log).toEqual(['error', 'close']);
      }
      await welcomed(door);
      expect(outcomes(server)).toEqual(['refused', 'refused', 'new-session']);
      expect(server.attempts).toBe(3);
    });

    it('refuses all handshakes until `refuse(false)`, and keeps live links', async () => {
      const { server, door } = await setUp();
      const before = await welcomed(door);
      server.refuse();
      for (const _ of [1, 2, 3]) expect((await connect(door).closed).code).toBe(1006);
      server.refuse(false);
      await welcomed(door);
      await before.fence();
    });

    it('leaves a handshake unanswered', async () => {
      const { server, door } = await setUp();
      server.stall(1);
      const stalled = connect(door);
      await expect.poll(() => outcomes(server)).toEqual(['stalled']);
      await welcomed(door);
      expect(stalled.log).toEqual([]);
      expect(stalled.socket.readyState).toBe(0);
      expect(server.socketCount).toBe(2);
      stalled.socket.close();
      expect((await stalled.closed).code).toBe(1006);
      expect(stalled.log).toEqual(['error', 'close']);
      await expect.poll(() => server.socketCount).toBe(1);
    });

    it('can drop a handshake that it left unanswered', async () => {
      const { server, door } = await setUp();
      server.stall();
      const stalled = connect(door);
      await expect.poll(() => outcomes(server)).toEqual(['stalled']);
      server.drop();
      expect((await stalled.closed).code).toBe(1006);
      expect(stalled.log).toEqual(['error', 'close']);
      server.stall(false);
      await welcomed(door);
    });

    it('accepts only its own path', async () => {
      const { server, door } = await setUp();
      const elsewhere = { ...door, url: `${door.url}/elsewhere` };
      expect((await connect(elsewhere).closed).code).toBe(1006);
      expect(outcomes(server)).toEqual(['wrong-address']);
    });

    it('counts live links', async () => {
      const { server, door } = await setUp();
      expect(server.socketCount).toBe(0);
      const one = await welcomed(door);
      const two = await welcomed(door);
      expect([server.socketCount, server.connections.length]).toEqual([2, 2]);
      one.socket.close();
      await one.closed;
      await expect.poll(() => server.socketCount).toBe(1);
      expect(server.connections.map(({ connectionId }) => connectionId)).toEqual([idOf(two)]);
    });
  });

  describe(`${doorName}: half-open links`, () => {
    it('passes nothing while frozen, and everything after the thaw', async () => {
      const { server, door } = await setUp();
      const client = await welcomed(door);
      server.freeze();
      expect(server.faults.frozen).toBe(1);
      server.emit('held', 1);
      client.send('held', 1, 1);
      server.emit('held', 2);
      const other = await welcomed(door);
      await other.fence();
      expect(client.messages).toHaveLength(1);
      expect(server.received.map(({ event }) => event)).toEqual(['ping']);
      const held = server.message('held');
      server.thaw();
      await Promise.all([held, client.count(3)]);
      await client.fence();
      expect(seqs(client)).toEqual([0, 1, 2]);
      expect(server.faults.frozen).toBe(0);
    });

    it('leaves a close by the client hanging in CLOSING until the thaw', async () => {
      const { server, door } = await setUp();
      const client = await welcomed(door);
      server.freeze();
      client.socket.close(4000, 'gave up');
      const other = await welcomed(door);
      await other.fence();
      expect(client.socket.readyState).toBe(2);
      expect(client.log).toEqual(['open']);
      expect(server.connections).toHaveLength(2);
      server.thaw();
      expect(await client.closed).toEqual({ code: 4000, reason: 'gave up', wasClean: true });
      await expect.poll(() => server.connections.length).toBe(1);
    });

    it('can be cut while frozen; a resume then replays the events emitted meanwhile', async () => {
      const { server, door } = await setUp();
      const client = await welcomed(door);
      server.freeze();
      server.emit('held');
      server.drop();
      expect((await client.closed).code).toBe(1006);
      expect(client.messages).toHaveLength(1);
      const again = connect(door, { connection_id: idOf(client), sequence_number: '1' });
      await again.count(1);
      expect(names(again)).toEqual(['held']);
    });

    it('can freeze and thaw only one link', async () => {
      const { server, door } = await setUp();
      const one = await welcomed(door);
      const two = await welcomed(door);
      const [first] = server.connections;
      first?.freeze();
      server.emit('event');
      await two.count(2);
      await two.fence();
      expect(one.messages).toHaveLength(1);
      first?.thaw();
      await one.count(2);
    });
  });

  describe(`${doorName}: faults of the stream`, () => {
    it('can skip numbers that no resume fills', async () => {
      const { server, door } = await setUp();
      const client = await welcomed(door);
      server.skip();
      server.emit('a');
      server.skip(3);
      server.emit('b');
      await client.count(3);
      expect(seqs(client)).toEqual([0, 2, 6]);
      server.drop();
      await client.closed;
      const again = connect(door, { connection_id: idOf(client), sequence_number: '1' });
      await again.count(1);
      expect(idOf(again)).not.toBe(idOf(client));
    });

    it('can lose events that a resume replays', async () => {
      const { server, door } = await setUp();
      const client = await welcomed(door);
      server.lose(2);
      for (const event of ['a', 'b', 'c']) server.emit(event);
      await client.count(2);
      expect(seqs(client)).toEqual([0, 3]);
      server.drop();
      await client.closed;
      const again = connect(door, { connection_id: idOf(client), sequence_number: '1' });
      await again.count(3);
      expect(names(again)).toEqual(['a', 'b', 'c']);
    });

    it('sends the newest event twice, with one number', async () => {
      const { server, door } = await setUp();
      const client = await welcomed(door);
      server.emit('a', 1);
      server.duplicate();
      server.emit('b');
      await client.count(4);
      expect(client.messages[2]).toBe(client.messages[1]);
      expect(seqs(client)).toEqual([0, 1, 1, 2]);
    });

    it('garbles one frame without using a number', async () => {
      const { server, door } = await setUp();
      const client = await welcomed(door);
      server.garble();
      server.garble('null');
      server.garble('number');
      server.garble('array');
      server.garble('no-event');
      server.garble('string-seq');
      server.garble('unsafe-seq');
      server.garble('negative-seq');
      server.garble('binary');
      server.garble('too-long');
      server.emit('sane');
      await client.count(12);
      const [json, ...rest] = client.messages.slice(1, 8);
      expect(() => JSON.parse(String(json))).toThrow();
      expect(rest.map((text) => JSON.parse(String(text)))).toEqual([
        null,
        42,
        [{ event: 'garbled' }],
        { data: {}, seq: 1 },
        { event: 'garbled', data: {}, seq: '10' },
        expect.objectContaining({ seq: 2 ** 53 }),
      ]);
      expect(client.messages[9]).toEqual(new Uint8Array([0xde, 0xad, 0xbe, 0xef]).buffer);
      expect(String(client.messages[10]).length).toBeGreaterThan(4_194_304);
      expect(client.frames().at(-1)).toEqual({ event: 'sane', data: null, seq: 1 });
    });

    it('sends any bytes, to all or to one', async () => {
      const { server, door } = await setUp();
      const one = await welcomed(door);
      const two = await welcomed(door);
      server.sendRaw('all');
      server.connections[1]?.sendRaw(new Uint8Array([7]).buffer);
      await Promise.all([one.count(2), two.count(3)]);
      expect(one.messages.slice(1)).toEqual(['all']);
      expect(two.messages.slice(1)).toEqual(['all', new Uint8Array([7]).buffer]);
    });

    it('delays without changing the order', async () => {
      const { server, door } = await setUp();
      const client = await welcomed(door);
      const start = performance.now();
      server.delay(60);
      server.emit('slow');
      server.delay(0);
      server.emit('fast');
      await client.count(3);
      expect(performance.now() - start).toBeGreaterThan(55);
      expect(names(client)).toEqual(['hello', 'slow', 'fast']);
    });

    it('delays openings', async () => {
      const { door } = await setUp({ latencyMs: 40 });
      const start = performance.now();
      await welcomed(door);
      expect(performance.now() - start).toBeGreaterThan(75);
    });
  });

  describe(`${doorName}: watching the server`, () => {
    it('notifies of frames and changes until unsubscribed', async () => {
      const { server, door } = await setUp();
      const heard: (string | null)[] = [];
      let changes = 0;
      const stopMessages = server.onMessage(({ event }) => heard.push(event));
      const stopChanges = server.onChange(() => {
        changes += 1;
      });
      const before = server.connections;
      const client = await welcomed(door);
      expect(changes).toBeGreaterThan(0);
      expect(server.connections).not.toBe(before);
      client.send('one', null);
      await client.fence();
      stopMessages();
      stopChanges();
      const seen = changes;
      client.send('two', null);
      await client.fence();
      server.refuse();
      expect(heard).toEqual(['one', 'ping']);
      expect(changes).toBe(seen);
    });

    it('can wait for a connection and for a message, with a limit', async () => {
      const { server, door } = await setUp();
      await expect(server.connected({ timeout: 5 })).rejects.toMatchObject({ code: 'timeout' });
      await expect(server.message('x', { timeout: 5 })).rejects.toMatchObject({ code: 'timeout' });
      const connected = server.connected({ timeout: 60_000 });
      const client = await welcomed(door);
      expect((await connected).connectionId).toBe(idOf(client));
      const message = server.message('wanted', { timeout: 60_000 });
      client.send('other', null, 1);
      client.send('wanted', 5, 2);
      expect(await message).toMatchObject({ event: 'wanted', data: 5, seq: 2 });
    });
  });
}
