/** Compares two configs as they were given. */

type Fields = { readonly [field: string]: unknown };

/** An option of a config, and an option inside of it. What is deeper belongs to others, such as a schema, and may be a circle. */
const MAX_DEPTH = 2;

/**
 * The first option in which two configs differ; undefined if they are equal. Objects are compared by their fields. Functions
 * count as equal: an inline function is a new one in every render.
 */
export function differingOption<Compared extends object>(
  one: Compared,
  other: Compared,
  depth = 1,
): string | undefined {
  return Object.keys({ ...one, ...other }).find((key) => {
    const { [key]: left } = one as Fields;
    const { [key]: right } = other as Fields;
    if (Object.is(left, right)) return false;
    if (typeof left !== typeof right || !left || !right) return true;
    if (typeof left !== 'object') return typeof left !== 'function';
    return depth < MAX_DEPTH && differingOption(left, right as object, depth + 1) !== undefined;
  });
}
