/**
 * Our client sends and reports the same as the published one, where that one is right. The same script runs on both.
 */
import { describe, expect, it } from 'vitest';
import { expectSameReports, expectSameSent, pair } from './model/pair.ts';

const post = { id: 'p1', message: 'Hello' };
const posted = { channel_name: 'town-square', post: JSON.stringify(post) };

describe('the first connection', () => {
  it('with a token: the challenge, then a ping, byte for byte; hello before its reply', async () => {
    const both = pair({ clientToken: 'xoxo' });
    both.both(({ client }) => client.connect());
    await both.pass(100);
    expectSameSent(both);
    expectSameReports(both);
    const { server, client } = both.ours;
    expect(server.queries).toEqual(['?connection_id=&sequence_number=0']);
    expect(server.received).toEqual([
      ['{"action":"authentication_challenge","seq":1,"data":{"token":"xoxo"}}', '{"action":"ping","seq":2}'],
    ]);
    expect(client.reports).toEqual(['connected', expect.stringContaining('hello 0')]);
  });

  it('with the cookie: a ping, and no challenge', async () => {
    const both = pair({ cookie: true });
    both.both(({ client }) => client.connect());
    await both.pass(100);
    expectSameSent(both);
    expectSameReports(both);
    expect(both.ours.server.received).toEqual([['{"action":"ping","seq":1}']]);
  });

  it('with both: the challenge gets no reply, and neither client waits for one', async () => {
    const both = pair({ cookie: true, clientToken: 'xoxo' });
    both.both(({ client }) => client.connect());
    await both.pass(20_000);
    expectSameSent(both);
    expectSameReports(both);
    expect(both.ours.client.reports).toEqual(['connected', expect.stringContaining('hello 0')]);
    expect(both.ours.client.service.isConnected()).toBe(true);
    expect(both.ours.client.errors).toEqual([]);
  });

  it('with posted_ack: the parameter is in every address', async () => {
    const both = pair({ cookie: true, postedAck: true });
    both.both(({ client }) => client.connect());
    await both.pass(100);
    both.both(({ server }) => server.drop());
    await both.pass(5_000);
    expectSameSent(both);
    expect(both.ours.server.queries).toEqual([
      '?connection_id=&sequence_number=0&posted_ack=true',
      expect.stringMatching(
        /^\?connection_id=\w{26}&sequence_number=1&posted_ack=true&disconnect_err_code=1006$/,
      ),
    ]);
  });
});

describe('events and messages', () => {
  it('are received and sent in the same way', async () => {
    const both = pair({ cookie: true });
    both.both(({ client }) => client.connect());
    await both.pass(100);
    both.both(({ server }) => {
      server.emit('typing', { user_id: 'u1', parent_id: '' });
      server.emit('posted', posted);
    });
    await both.pass(100);
    both.both(({ client }) => {
      client.send('user_typing', { channel_id: 'c1', parent_id: '' });
      client.send('presence', { channel_id: 'c1' });
      client.ask('get_statuses', null);
      client.ask('no_such_action');
    });
    await both.pass(100);
    expectSameSent(both);
    expectSameReports(both);
    expect(both.ours.server.received[0]?.slice(1)).toEqual([
      '{"action":"user_typing","seq":2,"data":{"channel_id":"c1","parent_id":""}}',
      '{"action":"presence","seq":3,"data":{"channel_id":"c1"}}',
      '{"action":"get_statuses","seq":4,"data":null}',
      '{"action":"no_such_action","seq":5}',
    ]);
    expect(both.ours.client.reports.slice(2)).toEqual([
      'typing 1 {"user_id":"u1","parent_id":""}',
      `posted 2 {"channel_name":"town-square","post":${JSON.stringify(post)}}`,
      'get_statuses: {"u1":"online"}',
      'no_such_action: bad_action',
    ]);
  });

  it('do not keep the ping from going out every 30 s', async () => {
    const both = pair({ cookie: true });
    both.both(({ client }) => client.connect());
    await both.pass(100);
    for (let minute = 0; minute < 10; minute += 1) {
      await both.pass(60_000);
      expectSameSent(both);
    }
    expect(both.ours.server.received[0]).toHaveLength(21);
  });
});

describe('a lost link', () => {
  it('is resumed after 3 s and jitter, with the id and the next number, and loses nothing', async () => {
    const both = pair({ cookie: true });
    both.both(({ client }) => client.connect());
    await both.pass(100);
    both.both(({ server }) => server.emit('posted', posted));
    await both.pass(100);
    both.both(({ server }) => server.drop());
    both.both(({ server }) => {
      server.emit('typing', { user_id: 'u1' });
      server.emit('typing', { user_id: 'u2' });
    });
    await both.pass(4_500);
    both.both(({ server }) => server.emit('typing', { user_id: 'u3' }));
    await both.pass(100);
    expectSameSent(both);
    expectSameReports(both);
    expect(both.ours.server.queries[1]).toMatch(
      /^\?connection_id=\w{26}&sequence_number=2&disconnect_err_code=1006$/,
    );
    expect(both.ours.client.reports.slice(2)).toEqual([
      expect.stringContaining('posted 1'),
      'lost, 1',
      'connected again',
      'typing 2 {"user_id":"u1"}',
      'typing 3 {"user_id":"u2"}',
      'typing 4 {"user_id":"u3"}',
    ]);
    expect(waits(both.ours)).toEqual(waits(both.vendor));
    // From the loss, 205 ms after the start, with random() = 0.5.
    expect(both.ours.openedAt()[1]).toBe(205 + 3_000 + 1_000);
  });

  it('is connected by the reply to the ping alone if there is nothing to replay', async () => {
    const both = pair({ cookie: true });
    both.both(({ client }) => client.connect());
    await both.pass(100);
    both.both(({ server }) => server.drop());
    await both.pass(4_500);
    expectSameSent(both);
    expectSameReports(both);
    expect(both.ours.client.reports.slice(2)).toEqual(['lost, 1', 'connected again']);
    expect(both.ours.client.missed).toEqual([]);
    await both.pass(60_000);
    expectSameSent(both);
    expect(both.ours.client.service.isConnected()).toBe(true);
  });

  it('with a lost session: one missed-events notice, then the new hello, from 0', async () => {
    const both = pair({ cookie: true });
    both.both(({ client }) => client.connect());
    await both.pass(100);
    both.both(({ server }) => server.emit('posted', posted));
    await both.pass(100);
    both.both(({ server }) => {
      server.forget();
      server.drop();
    });
    await both.pass(4_500);
    both.both(({ server }) => server.emit('typing', { user_id: 'u1' }));
    await both.pass(100);
    expectSameSent(both);
    expectSameReports(both);
    expect(both.ours.client.reports.slice(3)).toEqual([
      'lost, 1',
      'connected again',
      'missed',
      expect.stringContaining('hello 0'),
      'typing 1 {"user_id":"u1"}',
    ]);
    expect(both.ours.client.missed).toMatchObject([{ reason: 'new-session' }]);
  });

  it('that missed more than the server keeps gets a new hello on the resumed link', async () => {
    const both = pair({ cookie: true });
    both.both(({ client }) => client.connect());
    await both.pass(6_000);
    both.both(({ server }) => {
      server.freeze();
      for (let times = 0; times < 200; times += 1) server.emit('typing', { user_id: 'u1' });
      server.drop();
      server.emit('typing', { user_id: 'u2' });
    });
    await both.pass(5_000);
    expectSameSent(both);
    expectSameReports(both);
    expect(both.ours.server.queries[1]).toMatch(/^\?connection_id=\w{26}&sequence_number=1&/);
    expect(both.ours.client.reports.slice(2)).toEqual([
      'lost, 1',
      'connected again',
      'missed',
      expect.stringContaining('hello 0'),
      'typing 1 {"user_id":"u2"}',
    ]);
  });

  it('starts a new session each time if only a challenge authenticates', async () => {
    const both = pair({ clientToken: 'xoxo' });
    both.both(({ client }) => client.connect());
    await both.pass(100);
    for (let time = 0; time < 2; time += 1) {
      both.both(({ server }) => server.drop());
      await both.pass(10_000);
    }
    expectSameSent(both);
    expectSameReports(both);
    expect(both.ours.client.reports.filter((word) => word === 'missed')).toHaveLength(2);
  });

  it('starts a new session also if a missing event made us replace it', async () => {
    const both = pair({ clientToken: 'xoxo' });
    both.both(({ client }) => client.connect());
    await both.pass(100);
    both.both(({ server }) => {
      server.lose();
      server.emit('typing', { user_id: 'u1' });
      server.emit('typing', { user_id: 'u2' });
    });
    await both.pass(5_000);
    expectSameSent(both);
    expectSameReports(both);
    expect(both.ours.client.missed).toMatchObject([{ reason: 'new-session' }]);
  });

  it('has its first close code in the next address, even if attempts fail in between', async () => {
    const both = pair({ cookie: true });
    both.both(({ client }) => client.connect());
    await both.pass(6_000);
    both.both(({ server, door }) => {
      server.close(1011);
      door.handshake = 'refuse';
    });
    await both.pass(10_000);
    both.both(({ door }) => {
      door.handshake = 'accept';
    });
    await both.pass(5_000);
    expect(waits(both.ours)).toEqual(waits(both.vendor));
    const addresses = both.ours.door.sockets.map(({ url }) => url);
    expect(addresses).toEqual(both.vendor.door.sockets.map(({ url }) => url));
    expect(addresses.slice(1).map((address) => address.split('&').at(-1))).toEqual([
      'disconnect_err_code=1011',
      'disconnect_err_code=1011',
      'disconnect_err_code=1011',
    ]);
    expectSameSent(both);
    expectSameReports(both);
    // The link was open in between, so the next loss starts a new count.
    await both.pass(6_000);
    both.both(({ server }) => server.close(1012));
    await both.pass(5_000);
    expectSameSent(both);
    expect(both.ours.server.queries.at(-1)).toMatch(/&disconnect_err_code=1012$/);
  });

  it('is lost also if the server closed it cleanly, without a code', async () => {
    const both = pair({ cookie: true });
    both.both(({ client }) => client.connect());
    await both.pass(100);
    both.both(({ server }) => server.close());
    await both.pass(5_000);
    expectSameSent(both);
    expectSameReports(both);
    expect(both.ours.server.queries.at(-1)).toMatch(/&disconnect_err_code=1005$/);
  });
});

describe('a server that is down', () => {
  it('is retried at the same times: seven waits of 3 s, then n²', async () => {
    const both = pair({ cookie: true, more: { reconnectAttempts: Number.POSITIVE_INFINITY } });
    both.both(({ client, door }) => {
      door.handshake = 'refuse';
      client.connect();
    });
    await both.pass(1_500_000);
    expect(waits(both.ours)).toEqual(waits(both.vendor));
    expect(waits(both.ours).slice(0, 10)).toEqual([
      ...Array(7).fill(4_010),
      192_000 + 1_010,
      243_000 + 1_010,
      300_000 + 1_010,
    ]);
    expectSameReports(both);
  });
});

function waits({ openedAt }: { readonly openedAt: () => readonly number[] }): number[] {
  return openedAt()
    .map((time, index, all) => time - (all[index - 1] ?? time))
    .slice(1);
}
