/** Loads code of the book without its types, because it registers events for the whole program. */

/** `modules`: from `import.meta.glob(…, { eager: true })` of one file. */
export function load<Exports>(modules: Readonly<Record<string, unknown>>): Exports {
  const [only] = Object.values(modules);
  if (only === undefined) throw new Error('No file has that name.');
  return only as Exports;
}
