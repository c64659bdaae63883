/** Turns a message into frames, and checks them. */
import { describeThrown, failure } from '../../errors.ts';
import type { Frame, LinkCodec, OutgoingMessage, Protocol } from '../../protocols/protocol.ts';
import type { Link } from '../../transport/open-socket.ts';
import { utf8Length } from '../../utf8-length.ts';

/**
 * Throws a typed error if the message can't be sent. No codec: only what is sure without one is checked. `clean` removes
 * secrets from text.
 */
export function encodeMessage(
  { maxSendBytes: limitBytes = Number.POSITIVE_INFINITY }: Pick<Protocol, 'maxSendBytes'>,
  codec: LinkCodec | undefined,
  message: OutgoingMessage,
  clean: (text: string) => string,
): readonly Frame[] {
  const { event, data } = message;
  if (typeof event !== 'string' || event === '') throw failure('invalid-argument/message-name', {});
  let frames: readonly Frame[];
  try {
    // JSON would leave these out silently.
    if (typeof data === 'function' || typeof data === 'symbol') throw new TypeError(`it is a ${typeof data}`);
    frames = codec ? [codec.encode(message)].flat() : [];
    // A socket would send the text of anything else, such as "[object Promise]".
    if (!frames.every(isFrame)) throw new TypeError('encode returned something that is not a frame');
  } catch (thrown) {
    throw failure('not-serializable', { event, words: clean(describeThrown(thrown)) });
  }
  if (frames.some((frame) => exceeds(frame, limitBytes))) throw failure('too-large', { event, limitBytes });
  return frames;
}

/**
 * Passes frames that belong together to the link. `refused`: none of them was passed on, and another link may take them.
 * Throws a typed error if the message has failed: it must not be sent again, because the server may have a part of it.
 */
export function sendFrames(
  link: Link,
  frames: readonly Frame[],
  event: string,
  clean: (text: string) => string,
): 'sent' | 'refused' {
  for (const [index, frame] of frames.entries()) {
    const outcome = link.send(frame);
    if (outcome === 'sent') continue;
    if (outcome !== 'refused')
      throw failure('not-serializable', { event, words: clean(describeThrown(outcome.thrown)) });
    if (index > 0) throw failure('connection-lost/partly-sent', { event });
    return outcome;
  }
  return 'sent';
}

export function lengthOf(frames: readonly Frame[]): number {
  return frames.reduce(
    (sum, frame) => sum + (typeof frame === 'string' ? frame.length : frame.byteLength),
    0,
  );
}

/** By its shape: a test environment may have another `ArrayBuffer` than its page. */
function isFrame(frame: unknown): frame is Frame {
  return typeof frame === 'string' || typeof (frame as Partial<ArrayBuffer> | null)?.byteLength === 'number';
}

/** A UTF-16 unit is at most three bytes of UTF-8, so most frames need not be measured. */
function exceeds(frame: Frame, limitBytes: number): boolean {
  if (typeof frame !== 'string') return frame.byteLength > limitBytes;
  return frame.length * 3 > limitBytes && utf8Length(frame) > limitBytes;
}
