/** Answers one request of a client by its handler, at once, when the handler's promise settles, or part by part. */

import type { FakeReply } from './protocol.ts';
import type { RequestContext, RequestHandler } from './types.ts';

/**
 * Runs the handler, and calls `reply` with what it returns. `onStream` gets the parts of a streamed reply when they begin,
 * and again, as null, when they have ended.
 */
export function answerRequest(
  handler: RequestHandler,
  data: unknown,
  context: RequestContext,
  reply: (reply: FakeReply) => void,
  onStream: (parts: AsyncIterator<unknown> | null) => void,
): void {
  const succeed = (result: unknown): void => reply({ status: 'ok', data: result, more: false });
  const fail = (thrown: unknown): void => reply({ status: 'failed', error: readThrown(thrown) });
  try {
    const result = handler(data, context);
    // Only a promise may reply late: a plain result keeps its place among the frames sent meanwhile.
    if (isStream(result)) void streamParts(result[Symbol.asyncIterator](), reply, onStream).catch(fail);
    else if (isThenable(result)) void Promise.resolve(result).then(succeed).catch(fail);
    else succeed(result);
  } catch (thrown) {
    fail(thrown);
  }
}

async function streamParts(
  parts: AsyncIterator<unknown>,
  reply: (reply: FakeReply) => void,
  onStream: (parts: AsyncIterator<unknown> | null) => void,
): Promise<void> {
  onStream(parts);
  try {
    for (let part = await parts.next(); !part.done; part = await parts.next()) {
      reply({ status: 'ok', data: part.value, more: true });
    }
    reply({ status: 'ok', data: undefined, more: false });
  } finally {
    onStream(null);
  }
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

export function readThrown(thrown: unknown): { id?: string; message: string } {
  if (typeof thrown !== 'object' || thrown === null) return { message: String(thrown) };
  const { id, message } = thrown as { readonly id?: unknown; readonly message?: unknown };
  const text = typeof message === 'string' ? message : 'failed';
  return typeof id === 'string' ? { id, message: text } : { message: text };
}
