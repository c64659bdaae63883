/** Each code block of the pages is copied from a file that a test runs. For links, see links.test.ts. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const pages = [
  'docs/testing.md',
  'docs/resync.md',
  'docs/live-queries.md',
  'docs/rxjs.md',
  'docs/services.md',
  'docs/channels.md',
  'docs/react-native.md',
  'docs/protocols.md',
  'docs/field-notes.md',
  'docs/hub.md',
  'docs/hub-recipes.md',
  'docs/operations.md',
  'docs/cookbook.md',
];

interface Block {
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** The file named in the comment above the block. */
  readonly file: string | null;
}

/** The blocks in a programming language. */
function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(page, 'utf8');
  const fence = /(?:^<!-- (\S+) -->\n)?^```(ts|tsx|js|jsx|mjs|python)\n([\s\S]*?)^```$/gm;
  return [...text.matchAll(fence)].map((match) => {
    const [, file = null, language = '', code = ''] = match;
    return { line: text.slice(0, match.index).split('\n').length, language, code, file };
  });
}

/** Removes indentation: a page shows code from inside a `describe` further to the left. */
function linesOf(code: string): string {
  return (
    code
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .join('\n')
      // The same package under its other name, the one that is installed here.
      .replaceAll("'@playwright/test'", "'playwright/test'")
  );
}

/** Whether the file is a test, or is used by one: directly, or through another file that names it. */
function isRun(file: string, seen: readonly string[] = []): boolean {
  if (/\.(test|spec)\.tsx?$/.test(file)) return true;
  const name = `/${basename(file)}'`;
  return [...sources].some(
    ([path, text]) => text.includes(name) && !seen.includes(path) && isRun(path, [...seen, path]),
  );
}

const sources: ReadonlyMap<string, string> = new Map(
  readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => [join('test', path), readFileSync(join('test', path), 'utf8')]),
);

describe.each(pages)('the code of %s', (page) => {
  const blocks = blocksOf(page);

  it('has blocks', () => {
    expect(blocks.length).toBeGreaterThan(0);
  });

  // A block that only registers types runs nothing: pages-compile.test.ts compiles it.
  const run = blocks.filter(({ code }) => !code.includes('interface Register'));
  it.each(run.map((block) => [`line ${block.line}`, block] as const))('%s is run', (_line, block) => {
    const { file, code } = block;
    expect(file, 'the comment <!-- path --> above the block').not.toBeNull();
    if (file === null) return;
    expect(existsSync(file), file).toBe(true);
    expect(linesOf(readFileSync(file, 'utf8'))).toContain(linesOf(code));
    expect(isRun(file), `a test that runs ${file}`).toBe(true);
  });
});
