/** What a server must do, and may do: docs/protocol.md, as checks. */
import { channelChecks } from './channel-checks.ts';
import {
  type Check,
  expect,
  hello,
  idOf,
  isEvent,
  isHello,
  isReplyTo,
  resumeAfter,
  same,
  show,
  within,
} from './check-tools.ts';
import type { Frame } from './client.ts';

export const checks: readonly Check[] = [
  {
    level: 'must',
    title: 'A new client gets a hello first: seq 0, and a connection_id in its data',
    async run({ connect }) {
      const first = await connect().next('first event', isEvent);
      expect(isHello(first), `the first event is ${show(first)}`);
      expect(first['seq'] === 0, `its seq is ${show(first['seq'])}`);
      expect(idOf(first) !== '', 'its data has no connection_id');
    },
  },
  {
    level: 'must',
    title: 'Two clients get two ids',
    async run({ connect }) {
      const [one, two] = await Promise.all([hello(connect()), hello(connect())]);
      expect(idOf(one) !== idOf(two), 'both have the same connection_id');
    },
  },
  {
    level: 'must',
    title: 'Events are numbered from 1, without a hole',
    needs: ['trigger'],
    async run(tools) {
      const client = tools.connect();
      await hello(client);
      const before = client.unread.filter(isEvent).length;
      for (let count = 0; count < 3; count += 1) client.send({ ...tools.trigger, seq: count + 1 });
      for (let seq = 1; seq <= before + 3; seq += 1) {
        const event = await client.next('event', isEvent);
        expect(event['seq'] === seq, `the event after ${seq - 1} has the number ${show(event['seq'])}`);
      }
    },
  },
  {
    level: 'must',
    title: 'A ping is answered with its own number, and status OK',
    async run({ connect }) {
      const client = connect();
      await hello(client);
      client.send({ event: 'ping', seq: 7 });
      const reply = await client.next('reply to the ping', isReplyTo(7));
      expect(reply['status'] === 'OK', `its status is ${show(reply['status'])}`);
    },
  },
  {
    level: 'should',
    title: 'A request that the server does not know is answered with FAIL, and the link stays',
    async run({ connect }) {
      const client = connect();
      await hello(client);
      client.send({ event: 'everwire-conformance-unknown', data: {}, seq: 8 });
      const reply = await client.next('reply', isReplyTo(8));
      expect(reply['status'] === 'FAIL', `its status is ${show(reply['status'])}`);
      const { message } = (reply['error'] ?? {}) as Frame;
      expect(typeof message === 'string', 'its error has no message');
      client.send({ event: 'ping', seq: 9 });
      await client.next('reply to a ping after it', isReplyTo(9));
    },
  },
  {
    level: 'should',
    title: 'A lost session is continued: the missed events, in order, once, and no hello',
    needs: ['trigger'],
    async run(tools) {
      const client = tools.connect();
      const greeting = await hello(client);
      client.send({ ...tools.trigger, seq: 1 });
      client.send({ ...tools.trigger, seq: 2 });
      const seen = await client.next('first event', isEvent);
      // The second one is as if lost with the link.
      const missed = await client.next('second event', isEvent);
      client.drop();
      const again = tools.connect(resumeAfter(greeting, seen));
      const next = await again.next('event after the resume', isEvent);
      expect(!isHello(next), 'the server began a new session');
      expect(
        next['seq'] === missed['seq'],
        `the next event has the number ${show(next['seq'])}, not ${show(missed['seq'])}`,
      );
      expect(same(next['data'], missed['data']), 'the event has other data than before');
    },
  },
  {
    level: 'should',
    title: 'A session is continued from its last event, though nothing was missed',
    needs: ['trigger'],
    async run(tools) {
      const client = tools.connect();
      const greeting = await hello(client);
      client.send({ ...tools.trigger, seq: 1 });
      const seen = await client.next('event', isEvent);
      client.drop();
      const again = tools.connect(resumeAfter(greeting, seen));
      again.send({ ...tools.trigger, seq: 2 });
      const next = await again.next('event after the resume', isEvent);
      expect(next['seq'] === Number(seen['seq']) + 1, `the next event is ${show(next)}`);
    },
  },
  {
    level: 'must',
    title: 'An unknown session becomes a new one: a hello, and no refused handshake',
    async run({ connect }) {
      const query = { connection_id: 'everwire-conformance-unknown', sequence_number: '5', position: '1-1' };
      const first = await connect(query).next('hello', isEvent);
      expect(isHello(first), `the first event is ${show(first)}`);
    },
  },
  {
    level: 'must',
    title: 'A number that the server never gave becomes a new session, and not a wait for events',
    async run({ connect }) {
      const client = connect();
      const greeting = await hello(client);
      client.drop();
      const query = { ...resumeAfter(greeting, greeting), sequence_number: '999999' };
      const position: Record<string, string> =
        greeting['position'] === undefined ? {} : { position: '99999999999999-0' };
      const first = await connect({ ...query, ...position }).next('hello', isEvent);
      expect(isHello(first), `the first event is ${show(first)}`);
    },
  },
  {
    level: 'must',
    title: "Another user's session is not continued",
    needs: ['otherToken'],
    async run({ connect, otherToken = '' }) {
      const client = connect();
      const greeting = await hello(client);
      client.drop();
      const other = connect({ ...resumeAfter(greeting, greeting), token: otherToken });
      const first = await other.next('hello', isEvent);
      expect(isHello(first) && idOf(first) !== idOf(greeting), `the first event is ${show(first)}`);
    },
  },
  {
    level: 'should',
    title: 'A session has one socket: the old one is closed when a new one continues it',
    needs: ['trigger'],
    async run(tools) {
      const old = tools.connect();
      const greeting = await hello(old);
      old.send({ ...tools.trigger, seq: 1 });
      const seen = await old.next('event', isEvent);
      const again = tools.connect(resumeAfter(greeting, seen));
      again.send({ event: 'ping', seq: 1 });
      await again.next('reply to a ping', isReplyTo(1));
      await within(old.closed, tools.patienceMs, 'the old socket stayed open');
    },
  },
  {
    level: 'must',
    title: 'A refused token closes an open socket with 4401, 4403 or 1008: a browser hides an HTTP status',
    async run({ connect, patienceMs }) {
      const { code, wasOpen } = await within(
        connect({ token: 'everwire-conformance-wrong' }).closed,
        patienceMs,
        'the link stayed open with a wrong token',
      );
      expect(wasOpen, 'the handshake was refused, which to a browser is a server that is down');
      expect([4401, 4403, 1008].includes(code), `the close code is ${code}`);
    },
  },
  {
    level: 'should',
    title: 'A frame that is no JSON ends that link at most, with 1007',
    async run({ connect }) {
      const [client, witness] = [connect(), connect()];
      await Promise.all([hello(client), hello(witness)]);
      client.send('{"event": ');
      client.send({ event: 'ping', seq: 1 });
      const outcome = await Promise.race([
        client.closed,
        client.next('reply to a ping', isReplyTo(1)).catch(() => client.closed),
      ]);
      if ('code' in outcome) expect(outcome['code'] === 1007, `the close code is ${show(outcome['code'])}`);
      witness.send({ event: 'ping', seq: 1 });
      await witness.next("reply to another client's ping", isReplyTo(1));
    },
  },
  ...channelChecks,
];
