/** Reads the code that a page shows: the files of .storybook/code, which are compiled by themselves, as an app would be. */

const files = import.meta.glob<string>('../../.storybook/code/**/*.{ts,tsx,txt}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

export interface BookCode {
  readonly title: string;
  readonly code: string;
}

/** The files of `parameters: { code: ['09-order-book.tsx'] }`. */
export function codeOf(parameters: Readonly<Record<string, unknown>>): readonly BookCode[] {
  const names = parameters['code'];
  if (!Array.isArray(names)) return [];
  return names.map((name) => ({
    // The number is for the folder's order; an app has no chapters.
    title: String(name).replace(/^(.*\/)?(\d\d-)?/, ''),
    code: rawCode(String(name)).replaceAll(/'(\.\.?\/)\d\d-/g, "'./"),
  }));
}

/** Throws for a file that is not there. */
export function rawCode(name: string): string {
  const code = files[`../../.storybook/code/${name}`];
  if (code === undefined) throw new Error(`There is no file .storybook/code/${name}.`);
  return code;
}

/**
 * The exports of such a file, from `import.meta.glob(…, { eager: true })` of it alone: an import would include its
 * types.
 */
export function exportsOf<Exports>(modules: Readonly<Record<string, unknown>>): Exports {
  const [only] = Object.values(modules);
  if (only === undefined) throw new Error('No file has that name.');
  return only as Exports;
}
