/** What all checks use: their form, and how they look at frames. */
import type { CheckClient, Frame } from './client.ts';

export interface CheckTools {
  /** How long the server may take for anything; ms. */
  readonly patienceMs: number;
  /** Connects with this query; `token` is the user's unless it is given. */
  connect(query?: Readonly<Record<string, string>>): CheckClient;
  readonly token: string;
  /** Another user's token. */
  readonly otherToken: string | undefined;
  /** A message that makes the server send an event to its sender. */
  readonly trigger: Trigger | undefined;
  /** A channel that the user of the token may join. */
  readonly channel: string;
  /** A message that makes the server publish an event to the channel, whose sender has joined it. */
  readonly channelTrigger: Trigger | undefined;
}

/** A message of a client. */
export interface Trigger {
  readonly event: string;
  readonly data: unknown;
  /** The channel that it is sent to. */
  readonly channel?: string;
}

export interface Check {
  /** `must`: without it, Everwire can't keep its promise. `should`: it gives users more. */
  readonly level: 'must' | 'should';
  readonly title: string;
  /** What the check can't do without. */
  readonly needs?: readonly ('trigger' | 'otherToken' | 'channel' | 'channelTrigger')[];
  run(tools: CheckTools): Promise<void>;
}

export const isEvent = (frame: Frame): boolean => typeof frame['event'] === 'string';
export const isHello = (frame: Frame): boolean => frame['event'] === 'hello';
export const isReplyTo =
  (seq: number) =>
  (frame: Frame): boolean =>
    frame['seq_reply'] === seq;

/** Fails the check with these words. */
export function expect(isTrue: boolean, words: string): void {
  if (!isTrue) throw new Error(words);
}

export async function hello(client: CheckClient): Promise<Frame> {
  return await client.next('hello', isHello);
}

export function idOf(frame: Frame): string {
  const { connection_id } = (frame['data'] ?? {}) as Frame;
  return typeof connection_id === 'string' ? connection_id : '';
}

/** What a client asks for that has everything up to this event. */
export function resumeAfter(greeting: Frame, last: Frame): Record<string, string> {
  const { position } = last;
  return {
    connection_id: idOf(greeting),
    sequence_number: String(Number(last['seq']) + 1),
    ...(typeof position === 'string' && { position }),
  };
}

export async function within<Value>(
  promise: Promise<Value>,
  patienceMs: number,
  words: string,
): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(words)), patienceMs);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'missing').slice(0, 120);
}
