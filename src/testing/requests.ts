/** Answers one request of a client by its handler, at once or when the handler's promise settles. */

import type { ReceivedFrame, RequestContext, RequestHandler } from './types.ts';
import { failReply, okReply } from './wire.ts';

/** Runs the handler; `reply` gets the frame to send, unless the request has no number to answer to. */
export function answerRequest(
  handler: RequestHandler,
  request: ReceivedFrame,
  context: RequestContext,
  reply: (frame: string) => void,
): void {
  const { seq } = request;
  const succeed = (data: unknown): void => {
    if (seq !== null) reply(okReply(seq, data));
  };
  const fail = (thrown: unknown): void => {
    if (seq !== null) reply(failReply(seq, thrown));
  };
  try {
    const result = handler(request.data, context);
    // Only a promise may reply late: a plain result keeps its place among the frames sent meanwhile.
    if (isThenable(result)) void Promise.resolve(result).then(succeed).catch(fail);
    else succeed(result);
  } catch (thrown) {
    fail(thrown);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
