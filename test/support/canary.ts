/** Searches everything that a log, a devtools panel or an error report could show for a secret. */

/** The paths at which the secret is found, in any of its spellings. Has no depth limit, and never throws. */
export function findSecret(root: unknown, secret: string): string[] {
  return findSecrets(root, [secret]);
}

/** The paths at which any of them is found. */
export function findSecrets(root: unknown, secrets: readonly string[]): string[] {
  const detectors = secrets.map(detectorOf);
  const isTold = (text: string): boolean => detectors.some((detect) => detect(text));
  const found: string[] = [];
  const seen = new Set<unknown>();
  const ahead: { readonly value: unknown; readonly path: string }[] = [{ value: root, path: '$' }];

  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const { value, path } = next;
    if (typeof value === 'object' || typeof value === 'function') {
      if (value === null || seen.has(value) || isWholePage(value) || isConsumer(value)) continue;
      seen.add(value);
      for (const [name, inside] of insides(value)) {
        if (isTold(name)) found.push(`${path}.<key>`);
        ahead.push({ value: inside, path: `${path}.${name}` });
      }
    } else if (isTold(String(value))) {
      found.push(path);
    }
  }
  return found.sort();
}

type Detector = (text: string) => boolean;

/** The same few texts are searched again and again. */
const MAX_REMEMBERED = 50_000;

const detectors = new Map<string, Detector>();

function detectorOf(secret: string): Detector {
  const known = detectors.get(secret);
  if (known !== undefined) return known;
  const detect = createDetector(secret);
  const answers = new Map<string, boolean>();
  const remembering: Detector = (text) => {
    const answer = answers.get(text) ?? detect(text);
    if (answers.size < MAX_REMEMBERED && text.length < 10_000) answers.set(text, answer);
    return answer;
  };
  detectors.set(secret, remembering);
  return remembering;
}

/** Also finds it in parts of other encodings: base64 has three forms, by where in the text the secret begins. */
function createDetector(secret: string): Detector {
  const needles = [secret, ...base64Spellings(secret)];
  return (text) =>
    text.length >= 4 && readings(text).some((reading) => needles.some((needle) => reading.includes(needle)));
}

/** A text, and its forms after percent-decoding or as a piece of JSON. */
function readings(text: string): readonly string[] {
  const all = [text];
  if (/%[\da-f]{2}/i.test(text)) all.push(...[text, text.replaceAll('+', ' ')].map(percentDecoded));
  if (text.includes('\\')) all.push(...all.map(jsonDecoded));
  return all;
}

function percentDecoded(text: string): string {
  return text.replace(/(%[\da-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

function jsonDecoded(text: string): string {
  return text.replace(/\\(u[\da-f]{4}|["\\/])/gi, (written, sign: string) =>
    sign.length === 1 ? sign : String(JSON.parse(`"${written}"`)),
  );
}

function base64Spellings(secret: string): readonly string[] {
  const bytes = new TextEncoder().encode(secret);
  return [0, 1, 2].flatMap((offset) => {
    const shifted = [...new Array<number>(offset).fill(0), ...bytes];
    const whole = btoa(String.fromCharCode(...shifted)).replaceAll('=', '');
    // Only the characters that consist of the secret's own bits.
    const from = Math.ceil((offset * 8) / 6);
    const own = whole.slice(from, Math.floor((shifted.length * 8) / 6));
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function insides(value: object): readonly (readonly [string, unknown])[] {
  const inside: (readonly [string, unknown])[] = [];
  if (value instanceof Map || value instanceof Set) {
    for (const entry of value) inside.push(['<entry>', entry]);
  }
  if (value instanceof ArrayBuffer) inside.push(['<bytes>', new TextDecoder().decode(value)]);
  for (let level = value; level !== null && !builtIn.has(level); level = Object.getPrototypeOf(level)) {
    for (const key of Reflect.ownKeys(level)) {
      if (!machinery.has(key)) inside.push([String(key), read(value, key)]);
    }
  }
  return inside;
}

/** Properties that lead from a value to the code that made it. */
const machinery: ReadonlySet<string | symbol> = new Set(['constructor', 'prototype']);

/** Objects that every object inherits. */
const builtIn: ReadonlySet<object> = new Set([
  Object.prototype,
  Function.prototype,
  Array.prototype,
  Map.prototype,
  Set.prototype,
  Promise.prototype,
]);

function read(from: object, key: string | symbol): unknown {
  try {
    return Reflect.get(from, key);
  } catch {
    return undefined;
  }
}

/** React 18's `Context.Consumer` holds only its context, behind getters that warn when they are read. */
function isConsumer(value: object): boolean {
  return '_context' in value && Reflect.get(value, '$$typeof') === Symbol.for('react.context');
}

/** An element or a window leads to everything, also to what the test itself has written. */
function isWholePage(value: object): boolean {
  return value === globalThis || ('nodeType' in value && 'ownerDocument' in value);
}
