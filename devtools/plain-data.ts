/** Makes a plain copy of any value to show: of bounded length, without secrets, and without ever throwing. */
import { describeThrown } from '../src/errors.ts';

export interface PlainOptions {
  /** Removes the known secrets from a text. */
  readonly clean: (text: string) => string;
  /** Of all texts together, roughly. */
  readonly maxLength: number;
  /** `read`: a getter is called, as JSON would. `leave`: it is not, for a glance that must change nothing. */
  readonly getters: 'read' | 'leave';
}

const REDACTED = '[redacted]';

/** Levels. Deeper ones are not readable, and the recursion must end. */
const MAX_DEPTH = 40;

/** A cut text may end with a part of a secret, which can't be recognised. No spelling of a secret is longer than this. */
const MARGIN = 16_384;

/** Names of fields that hold secrets. Only texts are hidden: `tokens: 512` is a count. */
const SECRET_NAME =
  /token|jwt|bearer|passw|pwd|secret|authori[sz]ation|cookie|credential|api_?key|private_?key/i;

/** Names of fields that hold the id of a session, which opens its backlog. */
const ID_NAME = /connection_?id$/i;

/** A copy that `JSON.stringify` can't fail on. `undefined` stays `undefined`. */
export function toPlain(value: unknown, { clean, maxLength, getters }: PlainOptions): unknown {
  let left = maxLength;
  const above = new Set<object>();

  const text = (words: string): string => {
    if (left <= 0) return '…';
    const cut = cleanCut(words, Math.max(0, left), clean);
    left -= cut.length;
    const missing = words.length - cut.length;
    return missing > 0 && left <= 0 ? `${cut}… (${missing} more characters)` : cut;
  };

  const number = (given: number | bigint): unknown => {
    const words = String(given);
    left -= words.length;
    if (clean(words) !== words) return REDACTED;
    if (typeof given === 'bigint') return `${words}n`;
    return Number.isFinite(given) ? given : words;
  };

  const field = (holder: object, name: string, depth: number): unknown => {
    if (getters === 'leave' && Object.getOwnPropertyDescriptor(holder, name)?.get !== undefined) return '…';
    const inside: unknown = Reflect.get(holder, name);
    if (ID_NAME.test(name) && inside !== null && inside !== undefined) return REDACTED;
    if (typeof inside === 'string' && inside !== '' && SECRET_NAME.test(name)) return REDACTED;
    return walk(inside, depth);
  };

  const list = (items: Iterable<unknown>, length: number, depth: number): unknown[] => {
    const plain: unknown[] = [];
    for (const item of items) {
      if (left <= 0) {
        plain.push(`… (${length - plain.length} more)`);
        break;
      }
      plain.push(walk(item, depth) ?? null);
      left -= 1;
    }
    return plain;
  };

  const record = (given: object, depth: number): unknown => {
    // No prototype, so that a field named __proto__ is a field like any other.
    const plain: Record<string, unknown> = Object.create(null);
    const names = Object.keys(given);
    for (const [index, name] of names.entries()) {
      if (left <= 0) {
        plain['…'] = `${names.length - index} more`;
        break;
      }
      left -= name.length;
      try {
        plain[cleanCut(name, MAX_NAME, clean)] = field(given, name, depth);
      } catch (thrown) {
        plain[cleanCut(name, MAX_NAME, clean)] = threw(thrown);
      }
    }
    return plain;
  };

  const threw = (thrown: unknown): string => text(`[threw: ${describeThrown(thrown)}]`);

  const object = (given: object, depth: number): unknown => {
    if (above.has(given)) return '[circular]';
    if (depth > MAX_DEPTH) return '[…]';
    above.add(given);
    try {
      if (given instanceof Map) return { '[Map]': list(given, given.size, depth + 1) };
      if (given instanceof Set) return { '[Set]': list(given, given.size, depth + 1) };
      if (given instanceof ArrayBuffer) return `[${given.byteLength} bytes]`;
      if (ArrayBuffer.isView(given)) return `[${given.byteLength} bytes]`;
      if (getters === 'read' || given instanceof Date) {
        const { toJSON } = given as { readonly toJSON?: unknown };
        if (typeof toJSON === 'function') return walk(Reflect.apply(toJSON, given, ['']), depth + 1);
      }
      if (given instanceof Error) return text(`${given.name}: ${given.message}`);
      return Array.isArray(given) ? list(given, given.length, depth + 1) : record(given, depth + 1);
    } catch (thrown) {
      return threw(thrown);
    } finally {
      above.delete(given);
    }
  };

  const walk = (given: unknown, depth: number): unknown => {
    switch (typeof given) {
      case 'string':
        return text(given);
      case 'number':
      case 'bigint':
        return number(given);
      case 'boolean':
      case 'undefined':
        return given;
      case 'object':
        return given === null ? null : object(given, depth);
      default:
        // A function, a symbol.
        return `[${typeof given}]`;
    }
  };

  return walk(value, 0);
}

const MAX_NAME = 200;

/** At most so much of a text, and no piece of a secret at its end. */
export function cleanCut(text: string, maxLength: number, clean: (text: string) => string): string {
  if (text.length <= maxLength + MARGIN) return clean(text).slice(0, maxLength);
  return clean(text.slice(0, maxLength + 2 * MARGIN))
    .slice(0, -MARGIN)
    .slice(0, maxLength);
}

/** One line of JSON. */
export function glance(value: unknown, maxLength: number, clean: (text: string) => string): string {
  const plain = toPlain(value, { clean, maxLength, getters: 'leave' });
  if (plain === undefined) return '';
  const words = JSON.stringify(plain);
  return words.length > maxLength ? `${words.slice(0, maxLength)}…` : words;
}
