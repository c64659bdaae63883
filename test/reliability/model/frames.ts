/** Classifies a frame for a client of the envelope. Written from the format's description, not from the code. */

/**
 * `malformed`: reported, without other effects. The three `unrecognised` kinds: reported once each. `harmless`: an event without a number, or a reply without a request.
 * `meaningful`: it changes what the client knows of its session or its requests.
 */
export type FrameKind =
  | 'malformed'
  | `unrecognised ${'text' | 'value' | 'object'}`
  | 'harmless'
  | 'meaningful';

const MAX_ID_LENGTH = 256;

export function classify(frame: unknown): FrameKind {
  if (typeof frame !== 'string') return 'malformed';
  let parsed: unknown;
  try {
    parsed = JSON.parse(frame);
  } catch {
    return /^\s*\{/.test(frame) ? 'malformed' : 'unrecognised text';
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return 'unrecognised value';
  const { event, seq, seq_reply: reply, data } = parsed as Record<string, unknown>;
  if (typeof event !== 'string' || event === '') {
    if (reply === undefined && !Object.hasOwn(parsed, 'status')) return 'unrecognised object';
    return isNumber(reply) ? 'meaningful' : 'harmless';
  }
  if (seq !== undefined && seq !== null && !isNumber(seq)) return 'malformed';
  if (event === 'hello') {
    const id =
      typeof data === 'object' && data !== null && !Array.isArray(data)
        ? (data as { connection_id?: unknown }).connection_id
        : undefined;
    const isUsable = id === undefined || id === null || (typeof id === 'string' && id !== '');
    return !isUsable || String(id).length > MAX_ID_LENGTH ? 'malformed' : 'meaningful';
  }
  return isNumber(seq) ? 'meaningful' : 'harmless';
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
