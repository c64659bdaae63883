/** What a server with channels must do: docs/protocol.md, "Channels", as checks. */
import {
  type Check,
  type CheckTools,
  expect,
  hello,
  isEvent,
  isHello,
  isReplyTo,
  resumeAfter,
  show,
} from './check-tools.ts';
import type { CheckClient, Frame } from './client.ts';

const needs = ['channel', 'channelTrigger'] as const;

export const channelChecks: readonly Check[] = [
  {
    level: 'must',
    title: 'Channels: a join is answered with OK, and with a result for its name',
    needs: ['channel'],
    async run(tools) {
      await member(tools);
    },
  },
  {
    level: 'must',
    title: 'Channels: a join that can not be read is answered with FAIL',
    needs: ['channel'],
    async run({ connect }) {
      const client = connect();
      await hello(client);
      client.send({ event: 'join', data: { channels: 'everwire-conformance' }, seq: 1 });
      const reply = await client.next('reply', isReplyTo(1));
      expect(reply['status'] === 'FAIL', `its status is ${show(reply['status'])}`);
    },
  },
  {
    level: 'must',
    title: 'Channels: an event of a joined channel carries its name, and the next number of the session',
    needs,
    async run(tools) {
      const client = await member(tools);
      for (const seq of [1, 2]) {
        const event = await triggered(client, tools, seq + 1);
        expect(event['seq'] === seq, `event ${seq} has the number ${show(event['seq'])}`);
      }
    },
  },
  {
    level: 'must',
    title: 'Channels: who has not joined, or has left, gets no event of the channel',
    needs,
    async run(tools) {
      const [sender, leaver, stranger] = [await member(tools), await member(tools), tools.connect()];
      await hello(stranger);
      leaver.send({ event: 'leave', data: { channels: [tools.channel] }, seq: 2 });
      const left = await leaver.next('reply to the leave', isReplyTo(2));
      expect(left['status'] === 'OK', `the leave was answered with ${show(left)}`);
      await triggered(sender, tools, 2);
      for (const client of [leaver, stranger]) {
        client.send({ event: 'ping', seq: 3 });
        await client.next('reply to a ping', isReplyTo(3));
        const wrong = client.unread.find((frame) => frame['channel'] === tools.channel);
        expect(wrong === undefined, `it got ${show(wrong)}`);
      }
    },
  },
  {
    level: 'should',
    title: 'Channels: a session that is continued has its channels, with what they got meanwhile',
    needs,
    async run(tools) {
      const client = tools.connect();
      const greeting = await hello(client);
      const reply = await join(client, { name: tools.channel }, 1);
      const sender = await member(tools);
      client.drop();
      const missed = await triggered(sender, tools, 2);
      const position = reply['position'] ?? greeting['position'];
      const again = tools.connect(resumeAfter(greeting, { seq: 0, position }));
      const next = await again.next('event after the resume', isEvent);
      expect(!isHello(next), 'the server began a new session');
      expect(next['channel'] === tools.channel, `the next event is ${show(next)}`);
      expect(show(next['data']) === show(missed['data']), 'the event has other data');
    },
  },
  {
    level: 'should',
    title: 'Channels: in a new session, a join with a position brings what was missed since then',
    needs,
    async run(tools) {
      const sender = await member(tools);
      const { position } = await triggered(sender, tools, 2);
      expect(typeof position === 'string', 'events have no position');
      const missed = await triggered(sender, tools, 3);
      const client = tools.connect();
      await hello(client);
      const result = resultOf(await join(client, { name: tools.channel, position }, 1));
      expect(result['recovered'] === true, `recovered is ${show(result['recovered'])}`);
      const [first] = Array.isArray(result['events']) ? (result['events'] as Frame[]) : [];
      expect(show(first?.['data']) === show(missed['data']), `the first past event is ${show(first)}`);
    },
  },
];

/** A client that has joined the channel, with message 1. */
async function member(tools: CheckTools): Promise<CheckClient> {
  const client = tools.connect();
  await hello(client);
  await join(client, { name: tools.channel }, 1);
  return client;
}

/** Joins, and checks the answer. */
async function join(client: CheckClient, asked: object, seq: number): Promise<Frame> {
  client.send({ event: 'join', data: { channels: [asked] }, seq });
  const reply = await client.next('reply to the join', isReplyTo(seq));
  expect(reply['status'] === 'OK', `the join was answered with ${show(reply)}`);
  const { name, status } = resultOf(reply);
  const { name: wanted } = asked as { readonly name: string };
  expect(name === wanted && status === 'joined', `its result is ${show(resultOf(reply))}`);
  return reply;
}

function resultOf(reply: Frame): Frame {
  const { channels } = Object(reply['data']) as { readonly channels?: unknown };
  const [result] = Array.isArray(channels) ? (channels as unknown[]) : [];
  return Object(result) as Frame;
}

/** Makes the server publish to the channel. Returns the event as this client gets it. */
async function triggered(
  client: CheckClient,
  { channel, channelTrigger }: CheckTools,
  seq: number,
): Promise<Frame> {
  client.send({ ...channelTrigger, seq });
  return await client.next('event of the channel', (frame) => frame['channel'] === channel);
}
