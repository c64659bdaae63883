/** Where the keys of a list lead. */

/** The index that a key leads to, within the list; undefined: the key leads nowhere. `page`: how many lines are in view. */
export function indexFor(key: string, index: number, page: number, count: number): number | undefined {
  const step = Math.max(1, page - 1);
  const targets: Readonly<Record<string, number>> = {
    ArrowUp: index - 1,
    ArrowDown: index + 1,
    PageUp: index - step,
    PageDown: index + step,
    Home: 0,
    End: count - 1,
  };
  const target = targets[key];
  if (target === undefined || count === 0) return undefined;
  return Math.min(Math.max(target, 0), count - 1);
}
