/** Hands out the replies to one message as an async iterator. */

/** Starts the stream: calls `onPart` for each part. Resolves after the last one, and rejects if there is no last one. */
export type StartStream = (onPart: (data: unknown) => void, signal: AbortSignal) => Promise<unknown>;

interface Reader {
  readonly resolve: (result: IteratorResult<unknown>) => void;
  readonly reject: (error: unknown) => void;
}

const done: IteratorResult<unknown> = { done: true, value: undefined };

/**
 * Nothing is sent before the first `next()`. Parts that arrive before they are read are kept. Leaving the loop aborts the
 * stream, and so does `signal`. It can be read once.
 */
export function createReplyStream(
  start: StartStream,
  signal: AbortSignal | undefined,
): AsyncIterableIterator<unknown> {
  const controller = new AbortController();
  let parts: unknown[] = [];
  let readers: Reader[] = [];
  let phase: 'unread' | 'running' | 'ended' = 'unread';
  /** What ended it early; thrown once, after the parts before it. */
  let failed: { readonly error: unknown } | undefined;

  const end = (error?: { readonly error: unknown }): void => {
    if (phase === 'ended') return;
    phase = 'ended';
    signal?.removeEventListener('abort', abort);
    const [first, ...others] = readers;
    readers = [];
    if (first === undefined) failed = error;
    else if (error) first.reject(error.error);
    else first.resolve(done);
    for (const { resolve } of others) resolve(done);
  };

  const abort = (): void => controller.abort();

  const onPart = (value: unknown): void => {
    if (phase === 'ended') return;
    const reader = readers.shift();
    if (reader) reader.resolve({ done: false, value });
    else parts.push(value);
  };

  const begin = (): void => {
    phase = 'running';
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    start(onPart, controller.signal).then(
      () => end(),
      (error) => end({ error }),
    );
  };

  return {
    next() {
      if (phase === 'unread') begin();
      if (parts.length > 0) return Promise.resolve({ done: false, value: parts.shift() });
      if (phase !== 'ended')
        return new Promise((resolve, reject) => {
          readers.push({ resolve, reject });
        });
      const thrown = failed;
      failed = undefined;
      return thrown ? Promise.reject(thrown.error) : Promise.resolve(done);
    },
    return() {
      parts = [];
      failed = undefined;
      end();
      abort();
      return Promise.resolve(done);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
