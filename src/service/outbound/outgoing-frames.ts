/** Turns a message into frames, and checks them. */
import { describeThrown, failure } from '../../errors.ts';
import type { Frame, LinkCodec, OutgoingMessage, Protocol } from '../../protocols/protocol.ts';
import type { Link } from '../../transport/open-socket.ts';

/** What a message is sent as. */
export type Frames = Frame | readonly Frame[];

/**
 * Throws a typed error if the message can't be sent. No codec: only what is sure without one is checked. `clean` removes
 * secrets from text.
 */
export function encodeMessage(
  { maxSendBytes: limitBytes = Number.POSITIVE_INFINITY }: Protocol,
  codec: LinkCodec | undefined,
  message: OutgoingMessage,
  clean: (text: string) => string,
): Frames {
  const { event, data } = message;
  if (typeof event !== 'string' || event === '') throw failure('invalid-argument/message-name', {});
  let frames: Frames;
  try {
    // JSON would leave these out silently.
    if (typeof data === 'function' || typeof data === 'symbol') throw new TypeError(`it is a ${typeof data}`);
    frames = codec?.encode(message) ?? [];
  } catch (thrown) {
    throw failure('not-serializable', { event, words: clean(describeThrown(thrown)) });
  }
  if (isFrame(frames) ? exceeds(frames, limitBytes) : frames.some((frame) => exceeds(frame, limitBytes)))
    throw failure('too-large', { event, limitBytes });
  return frames;
}

/** Frames that belong together: if one of them is refused, so is the message. */
export function sendFrames(link: Link, frames: Frames): 'sent' | 'refused' {
  if (isFrame(frames)) return link.send(frames);
  for (const frame of frames) if (link.send(frame) === 'refused') return 'refused';
  return 'sent';
}

/** Copies the data of a queued message, which the caller may change afterwards. What can't be copied is kept as it is. */
export function snapshotOf(data: unknown, frames: Frames): unknown {
  try {
    if (typeof frames !== 'string') return structuredClone(data);
    const json: string | undefined = JSON.stringify(data);
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    // JSON of a writer that can do more than `JSON.stringify`, or data with functions.
    return typeof frames === 'string' ? snapshotOf(data, []) : data;
  }
}

export function lengthOf(frames: Frames): number {
  if (typeof frames === 'string') return frames.length;
  return isFrame(frames) ? frames.byteLength : frames.reduce((sum, frame) => sum + lengthOf(frame), 0);
}

function isFrame(frames: Frames): frames is Frame {
  return typeof frames === 'string' || !Array.isArray(frames);
}

/** A UTF-16 unit is at most three bytes of UTF-8, so most frames need not be encoded to be measured. */
function exceeds(frame: Frame, limitBytes: number): boolean {
  if (typeof frame !== 'string') return frame.byteLength > limitBytes;
  return frame.length * 3 > limitBytes && new TextEncoder().encode(frame).length > limitBytes;
}
