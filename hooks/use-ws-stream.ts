'use client';
/** RxJS in a component: a pipeline over a slice of the shared stream, or the slice itself. */
import { useLayoutObservable } from 'observable-hooks';
import { useEffect, useInsertionEffect, useMemo, useRef } from 'react';
import { distinctUntilChanged, map, type Observable } from 'rxjs';
import { useCommitEffect } from '../providers/use-commit-effect.ts';
import { failure } from '../src/errors.ts';
import type {
  ChannelEventName,
  ChannelEventOf,
  ChannelName,
  EventName,
  EventOf,
  Register,
} from '../src/index.ts';
import { createPipelineRunner, type Pipeline, type PipelineRunner } from './create-pipeline.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';
import {
  type HookNames,
  type NoChannelOption,
  type UseChannelOptions,
  useNamedEvents,
} from './use-named-events.ts';
import { useReadable } from './use-readable.ts';

/** The events of these names as an Observable, for your own RxJS. The same object as long as the names are the same. */
export function useWsStream<
  Channel extends ChannelName<Types>,
  Name extends ChannelEventName<Channel, Types>,
  Types extends object = Register,
>(
  names: HookNames<Name>,
  options: UseServiceOptions<Types> & Required<UseChannelOptions<Channel>>,
): Observable<ChannelEventOf<Name, Channel, Types>>;
export function useWsStream<Name extends EventName<Types>, Types extends object = Register>(
  names: HookNames<Name>,
  options?: UseServiceOptions<Types> & NoChannelOption,
): Observable<EventOf<Name, Types>>;
/**
 * The last output of an RxJS pipeline over the events of these names; `undefined` before the first one. Renders at most
 * once per frame.
 *
 * ```tsx
 * const bars = useWsStream(
 *   'price',
 *   (price$, inputs$) =>
 *     inputs$.pipe(
 *       switchMap(([symbol]) => price$.pipe(filter((e) => e.data.symbol === symbol), bufferTime(1000), map(toBar))),
 *     ),
 *   [symbol],
 * );
 * ```
 *
 * `pipeline` is called once, when the component is mounted, and again for other names, after another user has signed in,
 * and when the component was hidden by `<Activity>`. So it must not use values of a render directly: pass them as
 * `inputs`, which arrive as a stream that starts with the current ones. Their number must not change.
 *
 * No event is missed from the mount on. If the pipeline errors, the error goes to `errors$` and `onError`
 * (`handler-failed`), the last output stays, and the pipeline ends; changed inputs start it again.
 *
 * Without a name (`undefined`, `null`, `''` or `false`) the slice is silent. Throws `invalid-argument` for an invalid name,
 * and if `pipeline` is not a function or `inputs` not an array.
 */
export function useWsStream<
  Name extends EventName<Types>,
  Output,
  const Inputs extends readonly unknown[] = readonly [],
  Types extends object = Register,
>(
  names: HookNames<Name>,
  pipeline: (events$: Observable<EventOf<Name, Types>>, inputs$: Observable<Inputs>) => Observable<Output>,
  inputs?: Inputs,
  initial?: undefined,
  options?: UseServiceOptions<Types> & NoChannelOption,
): Output | undefined;
/** The same over the events of one channel. */
export function useWsStream<
  Channel extends ChannelName<Types>,
  Name extends ChannelEventName<Channel, Types>,
  Output,
  const Inputs extends readonly unknown[] = readonly [],
  Types extends object = Register,
>(
  names: HookNames<Name>,
  pipeline: (
    events$: Observable<ChannelEventOf<Name, Channel, Types>>,
    inputs$: Observable<Inputs>,
  ) => Observable<Output>,
  inputs: Inputs | undefined,
  initial: Output | undefined,
  options: UseServiceOptions<Types> & Required<UseChannelOptions<Channel>>,
): Output | undefined;
/** The same, with a value before the first output. */
export function useWsStream<
  Name extends EventName<Types>,
  Output,
  const Inputs extends readonly unknown[],
  Types extends object = Register,
>(
  names: HookNames<Name>,
  pipeline: (events$: Observable<EventOf<Name, Types>>, inputs$: Observable<Inputs>) => Observable<Output>,
  inputs: Inputs | undefined,
  initial: Output,
  options?: UseServiceOptions<Types> & NoChannelOption,
): Output;
export function useWsStream(
  names: HookNames<string>,
  pipelineOrOptions?: Pipeline | SliceOptions,
  inputs: readonly unknown[] = [],
  initial?: unknown,
  lastOptions?: SliceOptions,
): unknown {
  const [pipeline, options] = isOptions(pipelineOrOptions)
    ? [undefined, pipelineOrOptions]
    : [pipelineOrOptions, lastOptions];
  if (pipeline !== undefined && typeof pipeline !== 'function')
    throw failure('invalid-argument/pipeline', {});
  if (!Array.isArray(inputs)) throw failure('invalid-argument/inputs', {});
  const connection = useConnectionOf(options);
  const { events$ } = useNamedEvents(connection, names, options);
  const latest = useRef({ pipeline, inputs });
  const started = useRef<PipelineRunner | undefined>(undefined);

  useInsertionEffect(() => {
    latest.current = { pipeline, inputs };
  });

  // The order of three layout effects matters: (1) the pipeline of the old names stops, (2) the new inputs are emitted, and
  // (3) the pipeline of the new names starts with them.
  const isPipeline = pipeline !== undefined;
  useCommitEffect(() => {
    if (started.current !== runner) started.current?.stop();
  });
  const inputs$ = useLayoutObservable(
    // Not the inputs that it passes on: on mount those are of the first render, which may never have been committed.
    (changes$) => withoutRepeats(changes$.pipe(map(() => latest.current.inputs))),
    inputs,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: other names start again, and so does a pipeline that was off; a new `initial` does not.
  const runner = useMemo(() => {
    const label = `The pipeline of useWsStream("${[names].flat().join('", "')}")`;
    return createPipelineRunner(connection, { events$, inputs$, initial, label });
  }, [connection, events$, inputs$, isPipeline]);

  const start = (): void => {
    if (!isPipeline) return;
    started.current = runner;
    runner.start(() => latest.current.pipeline);
  };
  // Starts with the commit, because a passive effect comes later and would miss the events in between. Stops in a passive
  // effect, because Suspense ends the layout effects of a component that it hides, while its events go on.
  useCommitEffect(start, [runner]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `start` does the same for the same runner.
  useEffect(() => {
    start();
    // After the passive effects of this commit, the provider's among them.
    queueMicrotask(runner.reportErrors);
    return runner.stop;
  }, [runner]);
  // On unmount it stops at once: a component that takes the place of this one may cause an event before the passive effects.
  // React ends insertion effects only on unmount, and before the layout effects. The pipeline is not stopped there, because
  // its finalizers may set a state, which React forbids in insertion effects.
  const isUnmounting = useRef(false);
  useInsertionEffect(() => {
    isUnmounting.current = false;
    return () => {
      isUnmounting.current = true;
    };
  }, []);
  useCommitEffect(
    () => () => {
      if (isUnmounting.current) started.current?.stop();
    },
    [],
  );

  const output = useReadable(runner.store);
  return isPipeline ? output : events$;
}

type SliceOptions = UseServiceOptions<object> & UseChannelOptions<string>;

/** Any other object, such as an Observable, is refused as a pipeline that is not a function. */
function isOptions(given: unknown): given is SliceOptions {
  return (
    typeof given === 'object' &&
    given !== null &&
    Object.keys(given).every((key) => key === 'service' || key === 'channel')
  );
}

/** React repeats effects without a change, in StrictMode and when Suspense shows a component again. */
function withoutRepeats(inputs$: Observable<readonly unknown[]>): Observable<readonly unknown[]> {
  return inputs$.pipe(
    distinctUntilChanged(
      (before, now) =>
        before.length === now.length && before.every((input, index) => Object.is(input, now[index])),
    ),
  );
}
