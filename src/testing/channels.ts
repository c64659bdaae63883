/** The channels of a fake server: who has joined them, their past events, and the client's `join` and `leave`. */

import { sendEvent } from './emit.ts';
import { publish } from './links.ts';
import { currentPosition, nextPosition, numberOf } from './positions.ts';
import type { FakeEvent, FakeReply } from './protocol.ts';
import { readThrown } from './requests.ts';
import type { ServerState } from './server-state.ts';
import type { Session } from './sessions.ts';
import type { FakeConnection, JoinHandler } from './types.ts';

/** What a client may say of a channel that it joins. */
interface Wish {
  readonly name: string;
  readonly position?: unknown;
  readonly last?: unknown;
  readonly start?: unknown;
}

interface PastEvent {
  readonly event: string;
  readonly data: unknown;
  readonly position: string;
}

/** What was published to a channel. */
interface Log {
  /** Oldest first. */
  readonly events: PastEvent[];
  /** Events up to this position may have been removed. */
  trimmedAt: number;
}

/** The channels of one server. */
export interface ChannelState {
  readonly logs: Map<string, Log>;
  /** The same for channels without a log. */
  trimmedAt: number;
  /** The last position that was given to an event. */
  position: number;
  decide: JoinHandler;
}

/** Makes the state of a server whose channels are empty. */
export function createChannelState(decide: JoinHandler = () => true): ChannelState {
  return { logs: new Map(), trimmedAt: 0, position: 0, decide };
}

/** Sends an event to every session that has joined the channel. */
export function publishTo(server: ServerState, channel: string, event: string, data: unknown): void {
  const position = nextPosition(server);
  if (position !== undefined) keep(server, channel, { event, data, position });
  const members = [...server.sessions.all()].filter(({ channels }) => channels.has(channel));
  sendEvent(server, { event, data, broadcast: undefined, channel, position }, members);
}

/** Ends memberships: `left` is the last event of the channel. */
export function endMembership(
  server: ServerState,
  channel: string,
  reason: string | null,
  to: FakeConnection | undefined,
): void {
  const position = nextPosition(server);
  const left: FakeEvent = { event: 'left', data: { reason }, broadcast: undefined, channel, position };
  const sessions = to === undefined ? server.sessions.all() : server.sessions.withId(to.connectionId);
  sendEvent(
    server,
    left,
    [...sessions].filter(({ channels }) => channels.delete(channel)),
  );
  publish(server);
}

/** Ids of the sessions that have joined the channel. */
export function membersOf({ sessions }: ServerState, channel: string): readonly string[] {
  return [...sessions.all()].filter(({ channels }) => channels.has(channel)).map(({ id }) => id);
}

/** Forgets all past events. */
export function trim({ channels }: ServerState): void {
  channels.logs.clear();
  channels.trimmedAt = channels.position;
}

/** Answers a client's `join`, when all its channels were decided on. */
export function join(
  server: ServerState,
  session: Session,
  connection: FakeConnection,
  data: unknown,
  answer: (reply: FakeReply) => void,
): void {
  const wishes = listOf(data).filter((one): one is Wish => typeof (one as Wish | null)?.name === 'string');
  if (wishes.length === 0) return answer(invalid);
  // A leave that comes before the decision, or the end of the link, takes the question back.
  const asked = {};
  for (const { name } of wishes) session.asked.set(name, asked);
  const answerAll = (verdicts: readonly Verdict[]): void => {
    if (!connection.live) return;
    const channels = wishes.map((wish, index) =>
      settle(server, session, wish, verdicts[index] ?? granted, asked),
    );
    publish(server);
    answer({ status: 'ok', data: { channels }, more: false, position: currentPosition(server) });
  };
  const verdicts = wishes.map(({ name }) => verdictOf(() => server.channels.decide(name, connection)));
  // Answered at once if possible: the answer keeps its place among the frames sent meanwhile.
  if (verdicts.some((one) => one instanceof Promise)) void Promise.all(verdicts).then(answerAll);
  else answerAll(verdicts as readonly Verdict[]);
}

/** Answers a client's `leave`. */
export function leave(
  server: ServerState,
  session: Session,
  data: unknown,
  answer: (reply: FakeReply) => void,
): void {
  for (const name of listOf(data)) {
    session.channels.delete(String(name));
    session.asked.delete(String(name));
  }
  publish(server);
  answer({ status: 'ok', data: undefined, more: false, position: currentPosition(server) });
}

const invalid: FakeReply = {
  status: 'failed',
  error: { id: 'invalid-data', message: 'The data is { channels: [{ name }] }.' },
};

type Verdict =
  | { readonly is: 'granted' }
  | { readonly is: 'refused'; readonly error: { id?: string; message: string } };

const granted: Verdict = { is: 'granted' };
const refusal = { id: 'refused', message: 'You may not join this channel.' };

function verdictOf(decide: () => unknown): Verdict | Promise<Verdict> {
  const read = (answer: unknown): Verdict => (answer === false ? { is: 'refused', error: refusal } : granted);
  const fail = (thrown: unknown): Verdict => ({ is: 'refused', error: readThrown(thrown) });
  try {
    const answer = decide();
    return answer instanceof Promise ? answer.then(read, fail) : read(answer);
  } catch (thrown) {
    return fail(thrown);
  }
}

/** Lets the session in, or not. Returns what the answer says about the channel. */
function settle(
  { channels }: ServerState,
  session: Session,
  wish: Wish,
  verdict: Verdict,
  asked: object,
): object {
  const { name, position, last, start } = wish;
  if (verdict.is === 'refused') return { name, status: 'refused', error: verdict.error };
  if (session.asked.get(name) === asked) session.channels.add(name);
  const { events: past, trimmedAt } = channels.logs.get(name) ?? {
    events: [],
    trimmedAt: channels.trimmedAt,
  };
  if (typeof last === 'number') return { name, status: 'joined', events: past.slice(-last) };
  const after = start === true ? 0 : numberOf(position);
  if (after === null) return { name, status: 'joined' };
  const recovered = after >= trimmedAt;
  const events = recovered ? past.filter((event) => Number(numberOf(event.position)) > after) : [];
  return { name, status: 'joined', recovered, events };
}

function keep({ channels, options }: ServerState, channel: string, event: PastEvent): void {
  const log = channels.logs.get(channel) ?? { events: [], trimmedAt: channels.trimmedAt };
  channels.logs.set(channel, log);
  log.events.push(event);
  if (log.events.length > (options.ringSize ?? 128))
    log.trimmedAt = Number(numberOf(log.events.shift()?.position));
}

function listOf(data: unknown): readonly unknown[] {
  const { channels } = Object(data) as { readonly channels?: unknown };
  return Array.isArray(channels) ? channels : [];
}
