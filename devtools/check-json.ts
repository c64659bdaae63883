/** Checks parsed JSON field by field, and says which field is wrong. */

/** Returns the value with its type, or throws an error for the reader. `path`: where the value is, such as `rows[3].at`. */
export type Check<T> = (value: unknown, path: string) => T;

function wrong(path: string, wanted: string): never {
  throw new Error(`${path} must be ${wanted}.`);
}

export const text: Check<string> = (value, path) =>
  typeof value === 'string' ? value : wrong(path, 'a text');

export const number: Check<number> = (value, path) =>
  typeof value === 'number' ? value : wrong(path, 'a number');

export const anything: Check<unknown> = (value) => value;

/** An ISO time; returned as epoch ms. */
export const time: Check<number> = (value, path) => {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? wrong(path, 'a time such as "2026-01-31T12:00:00.000Z"') : at;
};

export function orNull<T>(check: Check<T>): Check<T | null> {
  return (value, path) => (value === null ? null : check(value, path));
}

/** A field that may be missing, or cut away from a long content. */
export function or<T>(missing: T, check: Check<T>): Check<T> {
  return (value, path) => (value === undefined ? missing : check(value, path));
}

/** One of these names. A record, so that none can be forgotten. */
export function oneOf<T extends string>(names: Readonly<Record<T, unknown>>): Check<T> {
  const known = Object.keys(names) as T[];
  return (value, path) => known.find((name) => name === value) ?? wrong(path, `one of: ${known.join(', ')}`);
}

export function listOf<T>(check: Check<T>, most: number): Check<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) return wrong(path, 'a list');
    if (value.length > most) return wrong(path, `a list of at most ${most} items`);
    return value.map((item, index) => check(item, `${path}[${index}]`));
  };
}

/** An object with these fields. Others are left out. */
export function shape<T extends object>(fields: { readonly [Key in keyof T]: Check<T[Key]> }): Check<T> {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(path, 'an object');
    const checked: Partial<T> = {};
    for (const name of Object.keys(fields) as (keyof T & string)[]) {
      const given: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
      checked[name] = fields[name](given, path === '' ? name : `${path}.${name}`);
    }
    return checked as T;
  };
}
