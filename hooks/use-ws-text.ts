'use client';
/** Collects text that arrives in pieces, such as the answer of a language model. */
import { useEffect, useMemo, useRef } from 'react';
import { failure } from '../src/errors.ts';
import type {
  ChannelEventName,
  ChannelEventOf,
  ChannelFrom,
  ChannelName,
  EventName,
  EventOf,
  IWebSocketEvent,
  JoinOptions,
  Register,
} from '../src/index.ts';
import { checkFrom, createHandle } from '../src/service/channels/join-channel.ts';
import { wantedChannel } from '../src/service/config/event-names.ts';
import type { FoldShape } from './create-fold.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';
import { useFold } from './use-fold.ts';
import { useMissedEvents } from './use-missed-events.ts';
import type { HookNames, NoChannelOption, UseChannelOptions } from './use-named-events.ts';
import { useReadable } from './use-readable.ts';

export interface UseWsTextOptions<Event, Types extends object = Register> extends UseServiceOptions<Types> {
  /** The piece of text in an event; nothing (`undefined`) for one without. Default: the data, if it is a text. */
  append?: ((event: Event) => string | undefined) | undefined;
  /** Whether the text ends with this event. The next piece begins a new text. Default: it never ends. */
  done?: ((event: Event) => boolean) | undefined;
}

/** What `useWsText` returns. */
export interface WsText {
  readonly text: string;
  /** Whether more is expected: from the first piece to the last one, or to `stop()`. */
  readonly isStreaming: boolean;
  /** Whether pieces may be missing, after a missed-events notice, or because the channel was joined before by another component. */
  readonly hasGap: boolean;
  /** Ignores the rest of this text. It tells the server nothing: send what makes it stop. */
  readonly stop: () => void;
}

type Shown = Omit<WsText, 'stop'>;

interface Sum {
  readonly phase: 'waiting' | 'streaming' | 'stopped' | 'done';
  /** Events were missed since the text was done: the next one may lack its beginning. */
  readonly missed: boolean;
  readonly shown: Shown;
}

const empty: Sum = {
  phase: 'waiting',
  missed: false,
  shown: { text: '', isStreaming: false, hasGap: false },
};

/**
 * Collects the pieces of a text, in order, each once, and renders at most once per frame. Other names, another channel, or
 * another user, start it again. Throws `invalid-argument` for an invalid name, channel or `from`.
 *
 * With a `channel`, it joins that channel. With `from: 'start'`, a server that keeps the channel's events, such as
 * `everwire/server`, sends them again after a reload, so that the whole text is shown.
 *
 * ```tsx
 * const { text, isStreaming, stop } = useWsText(['token', 'end'], {
 *   channel: `answer:${id}`,
 *   from: 'start',
 *   done: ({ event }) => event === 'end',
 * });
 * ```
 */
export function useWsText<
  Channel extends ChannelName<Types>,
  Name extends ChannelEventName<Channel, Types>,
  Types extends object = Register,
>(
  names: HookNames<Name>,
  options: UseWsTextOptions<ChannelEventOf<Name, Channel, Types>, Types> &
    Required<UseChannelOptions<Channel>> &
    JoinOptions,
): WsText;
export function useWsText<Name extends EventName<Types>, Types extends object = Register>(
  names: HookNames<Name>,
  options?: UseWsTextOptions<EventOf<Name, Types>, Types> & NoChannelOption,
): WsText;
export function useWsText(
  names: HookNames<string>,
  options?: UseWsTextOptions<never, object> & UseChannelOptions<string> & JoinOptions,
): WsText {
  const { append = dataOf, done, from } = options ?? {};
  checkFrom(from);
  const connection = useConnectionOf(options);
  const channel = wantedChannel(options);
  const shape: FoldShape<Sum, Shown> = {
    start: () => empty,
    add: (sum, event) => collect(sum, append(event as never), done?.(event as never) ?? false),
    show: ({ shown }) => shown,
  };
  const fold = useFold(connection, names, options, shape);
  useMissedEvents(() => fold.change(markMissed), options as UseServiceOptions<object>);

  const joined = useMemo(
    () => (channel ? createHandle(connection, channel) : undefined),
    [connection, channel],
  );
  // An inline `{ last: 50 }` is another object in each render.
  const place = JSON.stringify(from);
  const last = useRef<typeof fold | undefined>(undefined);
  useEffect(() => {
    const isBack = last.current === fold;
    last.current = fold;
    const past = place === undefined ? undefined : (JSON.parse(place) as ChannelFrom);
    const wasJoined = joined?.store.getState().status === 'joined';
    // Shown again after it was hidden, when it heard nothing: the text is sent again, or has a gap.
    if (isBack)
      fold.change((sum) => (past && !wasJoined ? empty : sum.phase === 'waiting' ? sum : markMissed(sum)));
    else if (past && past !== 'now' && wasJoined) fold.change(markMissed);
    return joined?.mount(past);
  }, [fold, joined, place]);

  const { text, isStreaming, hasGap } = useReadable(fold.store);
  const stop = useMemo(() => () => fold.change(stopped), [fold]);
  return useMemo(() => ({ text, isStreaming, hasGap, stop }), [text, isStreaming, hasGap, stop]);
}

function dataOf({ data }: IWebSocketEvent): string | undefined {
  return typeof data === 'string' ? data : undefined;
}

function collect(sum: Sum, piece: unknown, isLast: boolean): Sum {
  if (piece !== undefined && typeof piece !== 'string') throw failure('invalid-argument/append', {});
  const { phase, missed, shown } = sum;
  if (phase === 'stopped') return isLast ? { ...sum, phase: 'done' } : sum;
  // A second end of the same text.
  if (phase === 'done' && !piece) return sum;
  const isNew = phase === 'done';
  return {
    phase: isLast ? 'done' : 'streaming',
    missed: isNew ? false : missed,
    shown: {
      text: (isNew ? '' : shown.text) + (piece ?? ''),
      isStreaming: !isLast,
      hasGap: isNew ? missed : shown.hasGap,
    },
  };
}

function markMissed(sum: Sum): Sum {
  if (sum.phase === 'done') return { ...sum, missed: true };
  return { ...sum, shown: { ...sum.shown, hasGap: true } };
}

function stopped(sum: Sum): Sum {
  if (sum.phase !== 'streaming') return sum;
  return { ...sum, phase: 'stopped', shown: { ...sum.shown, isStreaming: false } };
}
