/** Estimates the length of a value as JSON, without writing it. It calls no getter, and ends early in a large value. */

/** Characters. A larger value counts as this large. */
const MAX_JSON_LENGTH = 1_000_000;
/** Fields and items: the walk must be short for any content. */
const MAX_STEPS = 2_000;
const MAX_DEPTH = 40;

/** Characters; texts count without their escapes. Never throws. */
export function jsonLength(value: unknown): number {
  let length = 0;
  let steps = 0;
  const walk = (given: unknown, depth: number): void => {
    steps += 1;
    switch (typeof given) {
      case 'string':
        length += given.length + 2;
        return;
      case 'number':
      case 'bigint':
      case 'boolean':
        length += String(given).length;
        return;
      case 'object':
        length += 2;
        if (given === null) length += 2;
        else if (depth < MAX_DEPTH) walkInside(given, depth + 1);
        return;
      default:
        return;
    }
  };
  const walkInside = (given: object, depth: number): void => {
    // A typed array has a name for each of its bytes.
    if (ArrayBuffer.isView(given)) {
      length += given.byteLength;
      return;
    }
    let separators = -1;
    for (const name in given) {
      if (steps >= MAX_STEPS || length >= MAX_JSON_LENGTH) return;
      const field = Object.getOwnPropertyDescriptor(given, name);
      if (field === undefined || !('value' in field)) continue;
      separators += 1;
      if (!Array.isArray(given)) length += name.length + 3;
      walk(field.value, depth);
    }
    length += Math.max(0, separators);
  };
  try {
    walk(value, 0);
  } catch {
    // A proxy may throw at any step: what was counted so far has to do.
  }
  return Math.min(length, MAX_JSON_LENGTH);
}
