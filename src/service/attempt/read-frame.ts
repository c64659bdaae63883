/** Decodes one frame with the protocol, and reports a malformed one. */
import type { Decoded, Frame, MalformedReason, PayloadProblem } from '../../protocols/protocol.ts';
import type { ResolvedConfig } from '../config/config.ts';
import type { Reporter } from '../reporting/reporter.ts';

/** Never throws: a protocol that does is reported, and the frame counts as malformed. */
export function readFrame(
  frame: Frame,
  { protocol, maxFrameLength }: ResolvedConfig,
  reporter: Reporter,
  onPayloadProblem: (problem: PayloadProblem) => void,
): Decoded {
  const length = lengthOf(frame);
  if (length === null) return malformed('binary', length, reporter);
  if (length > maxFrameLength) return malformed('too-long', length, reporter);
  let decoded: Decoded | undefined;
  try {
    decoded = protocol.decode(frame, onPayloadProblem);
    if (decoded === undefined) throw new TypeError('it returned nothing');
  } catch (thrown) {
    reporter.thrown("The protocol's decode", thrown);
    return malformed('not-json', length, reporter);
  }
  return decoded.kind === 'malformed' ? malformed(decoded.reason, length, reporter) : decoded;
}

function malformed(reason: MalformedReason, length: number | null, reporter: Reporter): Decoded {
  reporter.fail('malformed-frame', { reason, length });
  return { kind: 'malformed', reason };
}

/** Null for a value that is no frame: a socket that ignores `binaryType` passes Blobs, and one of a test anything. */
function lengthOf(frame: unknown): number | null {
  if (typeof frame === 'string') return frame.length;
  const { byteLength } = (frame ?? {}) as { readonly byteLength?: unknown };
  return typeof byteLength === 'number' ? byteLength : null;
}
