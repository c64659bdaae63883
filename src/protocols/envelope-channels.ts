/** How the envelope says which channels a client wants: `join`, `leave` and `left`, as docs/protocol.md specifies them. */
import type { IWebSocketEvent, ReplyResult } from './decoded.ts';
import { isRecord } from './json-frames.ts';

/**
 * From where the events of a channel are wanted, when it is joined. `{ last }`: the newest ones, at most this many, then what
 * comes. `'start'`: everything that the server still has. `'now'`: what comes. Any other text is a position: what follows it.
 */
export type ChannelFrom = { readonly last: number } | 'start' | 'now' | (string & {});

/** A channel to join. */
export interface JoinWish {
  readonly name: string;
  readonly from: ChannelFrom | undefined;
}

/** What the server says about one join. */
export type JoinResult =
  | {
      readonly is: 'joined';
      /** Whether nothing is missing since the position that was given; undefined if the server does not say. */
      readonly recovered: boolean | undefined;
      /** Past events of the channel, oldest first. */
      readonly events: readonly IWebSocketEvent[];
    }
  | { readonly is: 'refused'; readonly reason: Extract<ReplyResult, { status: 'failed' }> }
  /** The server can't decide now. */
  | { readonly is: 'postponed' };

/** A message that joins or leaves channels. */
export interface ChannelMessage {
  readonly event: string;
  readonly data?: unknown;
}

/** The most names that one message may have, and what they may take of a frame: servers accept 65,536 bytes by default. */
export const MAX_NAMES = 1_000;
export const MAX_NAME_BYTES = 60_000;

/** The most past events that servers give by number. */
const MAX_LAST = 1_000;

/** Refusals that decide nothing: the server has too much to do, a part of it is away, or its app could not tell in time. */
const passing: readonly unknown[] = ['too-many-messages', 'busy', 'unavailable', 'failed', 'timeout'];

export function joinMessage(wishes: readonly JoinWish[]): ChannelMessage {
  return { event: 'join', data: { channels: wishes.map(({ name, from }) => ({ name, ...placeOf(from) })) } };
}

export function leaveMessage(names: readonly string[]): Required<ChannelMessage> {
  return { event: 'leave', data: { channels: names } };
}

/** The channels that such a message is about; undefined: it is another message, which an app may call the same. */
export function readChannelMessage({
  event,
  data,
}: ChannelMessage): { readonly is: 'join' | 'leave'; readonly names: readonly string[] } | undefined {
  if (event !== 'join' && event !== 'leave') return undefined;
  const { channels } = Object(data) as { readonly channels?: unknown };
  if (!Array.isArray(channels) || channels.length === 0) return undefined;
  const names = event === 'leave' ? channels : channels.map((one: unknown) => isRecord(one) && one['name']);
  return names.every((name) => typeof name === 'string') ? { is: event, names } : undefined;
}

/** Whether the protocol has these messages. With options, the envelope has a longer name. */
export function hasChannels({ name }: { readonly name: string }): boolean {
  return /^envelope($|, )/.test(name);
}

/** Reads the reply to a join: one result for each name. A name that it does not mention was joined. */
export function joinResults(names: readonly string[], reply: ReplyResult): readonly JoinResult[] {
  if (reply.status === 'failed') {
    const isPassing = passing.includes(reply.details['id']);
    return names.map(() => (isPassing ? { is: 'postponed' } : { is: 'refused', reason: reply }));
  }
  const { channels } = Object(reply.data) as { readonly channels?: unknown };
  const said = new Map<unknown, Record<string, unknown>>();
  for (const one of Array.isArray(channels) ? channels : []) if (isRecord(one)) said.set(one['name'], one);
  return names.map((name) => resultOf(name, said.get(name) ?? {}));
}

/** The names of a join that the server has refused, or can't decide on: less to read than all results. */
export function refusedNames(names: readonly string[], reply: ReplyResult): readonly string[] {
  if (reply.status === 'failed') return names;
  const { channels } = Object(reply.data) as { readonly channels?: unknown };
  const list: readonly unknown[] = Array.isArray(channels) ? channels : [];
  const refused = list.flatMap((one) => (isRecord(one) && one['status'] === 'refused' ? [one['name']] : []));
  return names.filter((name) => refused.includes(name));
}

/** The reason with which the server ended the membership in the event's channel; undefined if the event says something else. */
export function endedBy({ event, channel, data }: IWebSocketEvent): string | undefined {
  if (event !== 'left' || channel === undefined) return undefined;
  const { reason } = Object(data) as { readonly reason?: unknown };
  return typeof reason === 'string' ? reason : '';
}

function placeOf(from: ChannelFrom | undefined): object | undefined {
  // With more, the server would refuse the whole message, and with it the channels of others.
  if (typeof from === 'object') return { last: Math.min(from.last, MAX_LAST) };
  if (from === undefined || from === 'now') return undefined;
  return from === 'start' ? { start: true } : { position: from };
}

function resultOf(
  channel: string,
  { status, error, recovered, events }: Record<string, unknown>,
): JoinResult {
  if (status === 'refused') {
    const details = isRecord(error) ? error : {};
    if (passing.includes(details['id'])) return { is: 'postponed' };
    const { message: words } = details;
    const message = typeof words === 'string' ? words : 'no reason given';
    return { is: 'refused', reason: { status: 'failed', message, details } };
  }
  const past = Array.isArray(events) ? events.flatMap((event) => pastEvent(channel, event)) : [];
  return { is: 'joined', recovered: typeof recovered === 'boolean' ? recovered : undefined, events: past };
}

/** They have no number: they are no part of the session's. */
function pastEvent(channel: string, past: unknown): IWebSocketEvent | [] {
  if (!isRecord(past)) return [];
  const { event, data, position } = past;
  if (typeof event !== 'string' || event === '') return [];
  return { event, data, seq: -1, channel, ...(typeof position === 'string' && { position }) };
}
