/** Both clients behave the same over a real `ws` server, in real time, in the most important scenarios. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../../support/patience.ts';
import { type Client, type Everwire, ours, type Settings, theirs, type Vendor } from './model/clients.ts';
import { renumbered, SyntheticClose, silence } from './model/pair.ts';
import { createMattermostModel, type MattermostModel, type ModelOptions } from './model/server.ts';
import { openWsDoor } from './model/ws-door.ts';

interface Side<Who extends Client> {
  readonly server: MattermostModel;
  readonly client: Who;
}

interface RealPair {
  readonly vendor: Side<Vendor>;
  readonly mine: Side<Everwire>;
  both(act: (side: Side<Client>) => void): void;
  /** Waits until both clients have reported this many things, and both servers got as many handshakes and frames. */
  settled(reports: number): Promise<void>;
}

async function realPair(
  model: ModelOptions,
  more: Pick<Settings, 'token' | 'postedAck'> = {},
): Promise<RealPair> {
  vi.stubGlobal('WebSocket', WebSocket);
  vi.stubGlobal('CloseEvent', SyntheticClose);
  silence();
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
  const side = async <Who extends Client>(create: (settings: Settings) => Who): Promise<Side<Who>> => {
    const server = createMattermostModel(model);
    const door = await openWsDoor(server);
    onTestFinished(() => door[Symbol.asyncDispose]());
    return {
      server,
      client: create({ url: door.url, Socket: WebSocket, retryMs: 20, jitterMs: 0, ...more }),
    };
  };
  const vendor = await side(theirs);
  const mine = await side(ours);
  const frames = ({ server }: Side<Client>): number => server.received.flat().length;
  return {
    vendor,
    mine,
    both(act) {
      act(vendor);
      act(mine);
    },
    settled: (reports) =>
      eventually(() => {
        for (const { client } of [vendor, mine]) expect(client.reports).toHaveLength(reports);
        expect(frames(mine)).toBe(frames(vendor));
      }),
  };
}

function expectSame({ vendor, mine }: RealPair): void {
  expect(mine.server.queries).toEqual(vendor.server.queries);
  expect(mine.server.received.map(renumbered)).toEqual(vendor.server.received.map(renumbered));
  expect(mine.client.reports).toEqual(vendor.client.reports);
}

describe('over a real socket', () => {
  it('with a token: challenge, ping, hello, messages and replies', async () => {
    const both = await realPair({}, { token: 'xoxo' });
    both.both(({ client }) => client.connect());
    await both.settled(2);
    both.both(({ client, server }) => {
      server.emit('posted', { post: '{"id":"p1"}' });
      client.send('user_typing', { channel_id: 'c1', parent_id: '' });
    });
    await both.settled(3);
    both.both(({ client }) => client.ask('get_statuses', null));
    await both.settled(4);
    expectSame(both);
    expect(both.mine.server.received).toEqual([
      [
        '{"action":"authentication_challenge","seq":1,"data":{"token":"xoxo"}}',
        '{"action":"ping","seq":2}',
        '{"action":"user_typing","seq":3,"data":{"channel_id":"c1","parent_id":""}}',
        '{"action":"get_statuses","seq":4,"data":null}',
      ],
    ]);
    expect(both.mine.client.reports.slice(2)).toEqual([
      'posted 1 {"post":{"id":"p1"}}',
      'get_statuses: {"u1":"online"}',
    ]);
  });

  it('with the cookie: a lost link is resumed, and missed events are replayed', async () => {
    const both = await realPair({ cookie: true }, { postedAck: true });
    both.both(({ client }) => client.connect());
    await both.settled(2);
    both.both(({ server }) => {
      server.drop();
      server.emit('typing', { user_id: 'u1' });
      server.emit('typing', { user_id: 'u2' });
    });
    await both.settled(6);
    expectSame(both);
    expect(both.mine.client.reports.slice(2)).toEqual([
      'lost, 1',
      'connected again',
      'typing 1 {"user_id":"u1"}',
      'typing 2 {"user_id":"u2"}',
    ]);
    expect(both.mine.server.queries[1]).toMatch(
      /^\?connection_id=\w{26}&sequence_number=1&posted_ack=true&disconnect_err_code=1006$/,
    );
  });

  it('a resume without missed events is connected by the reply to the ping', async () => {
    const both = await realPair({ cookie: true });
    both.both(({ client }) => client.connect());
    await both.settled(2);
    both.both(({ server }) => server.close(1001));
    await both.settled(4);
    expectSame(both);
    expect(both.mine.client.reports.slice(2)).toEqual(['lost, 1', 'connected again']);
  });

  it('a lost session: one missed-events notice, then the new hello', async () => {
    const both = await realPair({ cookie: true });
    both.both(({ client }) => client.connect());
    await both.settled(2);
    both.both(({ server }) => {
      server.forget();
      server.drop();
    });
    await both.settled(6);
    expectSame(both);
    expect(both.mine.client.reports.slice(2)).toEqual([
      'lost, 1',
      'connected again',
      'missed',
      expect.stringContaining('hello 0'),
    ]);
  });

  it('a missing event is requested with the same address', async () => {
    const both = await realPair({ cookie: true });
    both.both(({ client }) => client.connect());
    await both.settled(2);
    both.both(({ server }) => {
      server.lose();
      server.emit('typing', { user_id: 'u1' });
      server.emit('typing', { user_id: 'u2' });
    });
    await both.settled(6);
    expectSame(both);
    expect(both.mine.client.reports.slice(2)).toEqual([
      'lost, 1',
      'connected again',
      'typing 1 {"user_id":"u1"}',
      'typing 2 {"user_id":"u2"}',
    ]);
  });
});

/** `ws` delivers frames that it has already read, even if it was closed in between; a browser does not. */
it('frames that come with a missing one: theirs forgets that it was connected before; ours does not', async () => {
  const both = await realPair({ cookie: true });
  both.both(({ client }) => client.connect());
  await both.settled(2);
  both.both(({ server }) => {
    server.lose();
    for (const user_id of ['u1', 'u2', 'u3']) server.emit('typing', { user_id });
  });
  await both.settled(7);
  const [, , , theirReport, ...theirRest] = both.vendor.client.reports;
  const [, , , ourReport, ...ourRest] = both.mine.client.reports;
  expect(theirReport).toBe('connected');
  expect(ourReport).toBe('connected again');
  expect(ourRest).toEqual(theirRest);
  expect(both.mine.server.queries).toEqual(both.vendor.server.queries);
});
