/** Decodes one frame with the protocol, checks what it returned, and reports a malformed or unrecognised frame. */
import type {
  Decoded,
  InboundFrame,
  IWebSocketEvent,
  MalformedReason,
  ReplyResult,
} from '../../protocols/decoded.ts';
import type { LinkCodec, PayloadProblem } from '../../protocols/protocol.ts';
import type { ResolvedConfig } from '../config/config.ts';
import type { Reporter } from '../reporting/reporter.ts';
import type { KnownServer } from './known-server.ts';

/**
 * Never throws: a protocol that does, or returns nonsense, is reported, and the frame counts as malformed. `length`: of the
 * frame.
 */
export function readFrame(
  frame: InboundFrame,
  length: number | null,
  codec: LinkCodec,
  { maxFrameLength }: ResolvedConfig,
  reporter: Reporter,
  knownServer: () => KnownServer,
  onPayloadProblem: (problem: PayloadProblem) => void,
): Decoded | readonly Decoded[] {
  if (length === null) return malformed('binary', length, reporter);
  if (length > maxFrameLength) return malformed('too-long', length, reporter);
  try {
    const decoded = codec.decode(frame, onPayloadProblem);
    // The usual case, checked without a call: this is done for every event.
    const { kind, event, answer } = (decoded ?? {}) as Partial<Extract<Decoded, { kind: 'event' }>>;
    if (kind === 'event' && Number.isSafeInteger(event?.seq) && typeof event?.event === 'string')
      if (event.event !== '' && answer === undefined) return decoded;
    const messages = [decoded].flat();
    messages.forEach(check);
    for (const one of messages) report(one, length, reporter, knownServer);
    return decoded;
  } catch (thrown) {
    reporter.thrown("The protocol's decode", thrown);
    return malformed('not-json', length, reporter);
  }
}

/** Throws if this is no message. The protocol may be the app's own, and the compiler may not have seen it. */
export function check(decoded: Decoded): void {
  if (isMessage(decoded)) return;
  const { kind } = (decoded ?? {}) as Partial<Decoded>;
  throw new TypeError(
    `it returned no message, or one with a wrong field: ${kind === undefined ? typeof decoded : `kind "${String(kind)}"`}`,
  );
}

function isMessage(decoded: Decoded | null | undefined): boolean {
  switch (decoded?.kind) {
    case 'event':
      return isEvent(decoded.event) && isAnswer(decoded.answer);
    case 'channel-event':
      return isEvent(decoded.event);
    case 'hello': {
      const { event, connectionId, answer } = decoded;
      const hasId = connectionId === null || typeof connectionId === 'string';
      return hasId && (event === undefined || isEvent(event)) && isAnswer(answer);
    }
    case 'reply':
      return isResult(decoded.result);
    case 'ignored':
      return isAnswer(decoded.answer);
    case 'pong':
      return decoded.id === null || isText(decoded.id) || typeof decoded.id === 'number';
    case 'missed':
      return /^(gap|new-session|sequence-reset|unknown)$/.test(decoded.reason);
    case 'closed':
      return Number.isInteger(decoded.code) && isText(decoded.reason);
    case 'malformed':
    case 'unrecognised':
      return isText(decoded.reason);
    case undefined:
      return false;
    default:
      decoded satisfies never;
      return false;
  }
}

function isEvent(event: IWebSocketEvent | undefined): boolean {
  return Number.isSafeInteger(event?.seq) && isText(event?.event) && event?.event !== '';
}

/** A failed one needs its words: they are what the request, or the stream that has no timeout, is rejected with. */
function isResult(result: Partial<ReplyResult> | undefined): boolean {
  if (result?.status !== 'failed') return result?.status === 'ok';
  const { message, details } = result;
  return isText(message) && typeof details === 'object' && details !== null;
}

function isAnswer(answer: unknown): boolean {
  return answer === undefined || lengthOf(answer) !== null;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** A malformed message each time, an unrecognised one once for each reason. */
function report(decoded: Decoded, length: number, reporter: Reporter, knownServer: () => KnownServer): void {
  if (decoded.kind === 'malformed') malformed(decoded.reason, length, reporter);
  if (decoded.kind !== 'unrecognised') return;
  const { reason } = decoded;
  const { reported } = knownServer();
  if (reported.has(reason)) return;
  reported.add(reason);
  reporter.fail('unrecognised-frame', { reason, length });
}

function malformed(reason: MalformedReason, length: number | null, reporter: Reporter): Decoded {
  reporter.fail('malformed-frame', { reason, length });
  return { kind: 'malformed', reason };
}

/** Null for a value that is no frame: a socket that ignores `binaryType` passes Blobs, and one of a test anything. */
export function lengthOf(frame: unknown): number | null {
  if (typeof frame === 'string') return frame.length;
  const { byteLength } = (frame ?? {}) as { readonly byteLength?: unknown };
  return typeof byteLength === 'number' ? byteLength : null;
}
