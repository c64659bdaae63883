/** Copies the data of a message that has to wait, because the caller may change it meanwhile. */
import { failure } from '../../errors.ts';
import type { Frame } from '../../protocols/protocol.ts';

/**
 * Returns a copy for which the same would be sent. `encode` checks data and returns its frames; none, if they are not known
 * yet. A copy of `structuredClone` has no class, and so no `toJSON`; one of JSON has no Map. Throws a typed error if the data
 * can't be sent, or if neither copy would be sent alike.
 */
export function copyData(event: string, data: unknown, encode: (data: unknown) => readonly Frame[]): unknown {
  const frames = encode(data);
  if (typeof data !== 'object' || data === null) return data;
  const written = textOf(frames, data);
  const isAlike = (value: unknown): boolean => textOf(encode(value), value) === written;
  let unlike: unknown;
  for (const copy of copiers) {
    try {
      const copied = copy(data);
      if (isAlike(copied)) return copied;
      unlike ??= copied;
    } catch {
      // It can't be copied in this way.
    }
  }
  // If the data itself is written in another way each time, with a time or a random number, nothing can be compared.
  if (unlike !== undefined && !isAlike(data)) return unlike;
  throw failure('not-serializable/not-copied', { event });
}

const copiers: readonly ((data: unknown) => unknown)[] = [
  // React Native has none.
  (data) => structuredClone(data),
  (data) => JSON.parse(JSON.stringify(data)),
];

/** What would be sent. */
function textOf(frames: readonly Frame[], data: unknown): string {
  return frames.length === 0 ? describe(data) : frames.map(frameText).join();
}

function frameText(frame: Frame): string {
  if (typeof frame === 'string') return frame;
  const { buffer, byteOffset } = 'buffer' in frame ? frame : { buffer: frame, byteOffset: 0 };
  return new Uint8Array(buffer, byteOffset, frame.byteLength).join();
}

/** Values that JSON can't hold, though a protocol may write them. */
const notInJson = /BigInt|Date|Map|Set|.Array|Buffer|View/;

/** JSON, with only the type of each value that JSON can't hold. Empty if there is no JSON, as for a circle. */
function describe(data: unknown): string {
  try {
    return JSON.stringify(data, function (this: { readonly [key: string]: unknown }, key, value) {
      const type = Object.prototype.toString.call(this[key]).slice(8, -1);
      return notInJson.test(type) ? type : value;
    });
  } catch {
    return '';
  }
}
