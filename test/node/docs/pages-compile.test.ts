/**
 * The code of the pages compiles as a user would save it: each block in the file that it names, or in one of its own, with
 * nothing added. For what the code does, see code-blocks.test.ts and migrating.test.ts.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

const run = promisify(execFile);
const root = process.cwd();

interface Block {
  readonly page: string;
  readonly line: number;
  readonly code: string;
  /** Where it is saved. Blocks of one file are saved in their order. */
  readonly file: string;
}

/** The README begins with sketches of several parts. They import nothing. */
const isSketch = (page: string, code: string) => page === 'README.md' && !code.includes('import ');

function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(page, 'utf8');
  const fence = /(?:^<!-- (\S+) -->\n)?^( *)```(tsx?)\n([\s\S]*?)^ *```$/gm;
  return [...text.matchAll(fence)].flatMap((match) => {
    const [whole, source, indent = '', kind = 'ts', code = ''] = match;
    const line = text.slice(0, match.index).split('\n').length + (whole.startsWith('<!--') ? 1 : 0);
    if (isSketch(page, code)) return [];
    // The folder stays where it says what a file is: `e2e/fixtures.ts`.
    const named = source?.replace(/^.*\/(?=(e2e\/)?[^/]+$)/, '') ?? namedAbove(text.slice(0, match.index));
    const file = named?.endsWith(`.${kind}`) ? named : `line-${line}.${kind}`;
    return [{ page, line, code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''), file }];
  });
}

/** The last file name that the paragraph above a block says: "…, in `posts.ts`:". */
function namedAbove(before: string): string | undefined {
  const paragraph = before.trimEnd().split('\n\n').at(-1) ?? '';
  return [...paragraph.matchAll(/`((?:[\w-]+\/)*[\w.-]+\.tsx?)`[^`]*$/g)].at(-1)?.[1];
}

const registers = (block: Block) => /interface Register\b/.test(block.code);

/** Each page is one app. One that shows two ways to register its events is two. */
function appsOf(page: string): readonly (readonly Block[])[] {
  const apps: Block[][] = [[]];
  for (const block of blocksOf(page)) {
    if (registers(block) && apps.at(-1)?.some(registers)) apps.push([]);
    apps.at(-1)?.push(block);
  }
  return apps.filter((app) => app.length > 0);
}

const pages = ['README.md', ...readdirSync('docs').map((name) => join('docs', name))].filter(
  (page) => page.endsWith('.md') && blocksOf(page).length > 0,
);
const apps = pages.flatMap((page) => appsOf(page));
/** An app that registers nothing has all types open: those share a program. */
const programs = [
  ...apps.filter((app) => app.some(registers)),
  apps.filter((app) => !app.some(registers)).flat(),
];

it('finds the code of the pages', () => {
  expect(pages.length).toBeGreaterThan(8);
  expect(apps.flat().length).toBeGreaterThan(40);
});

describe('a block that another one imports', () => {
  it.each(apps.map((app) => [app[0]?.page ?? '', app] as const))(
    'is on the page by its name: %s',
    (page, app) => {
      const text = readFileSync(page, 'utf8');
      const imported = app.flatMap(({ code }) =>
        [...code.matchAll(/from '\.\/([^']+)'/g)].map(([, file]) => file),
      );
      for (const file of imported) {
        expect(app.map((block) => block.file.replace(/^e2e\//, ''))).toContain(file);
        expect(text, file).toContain(`${file}\``);
      }
    },
  );
});

it.each(
  programs.map((program) => [[...new Set(program.map(({ page }) => page))].join(', '), program] as const),
)('the code of %s compiles', async (_pages, program) => {
  // Inside the repository, so that it finds packages as a user's app would.
  const folder = mkdtempSync(join(root, 'node_modules', '.everwire-pages-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  /** The code of each file. */
  const files = new Map<string, string>();
  for (const { page, file, code } of program) {
    const path = join(page.replace(/\W/g, '-'), file);
    files.set(path, `${files.get(path) ?? ''}${code}\n`);
  }
  for (const [path, code] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), code);
  }
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    module: 'esnext',
    moduleResolution: 'bundler',
    // Not `moduleDetection: 'force'`, as in Vite's template: a file without an import is a script.
    allowImportingTsExtensions: true,
    noEmit: true,
    jsx: 'react-jsx',
    types: ['vite/client', 'node'],
    strict: true,
    skipLibCheck: true,
    paths: {
      everwire: [join(root, 'index.ts')],
      'everwire/core': [join(root, 'src/index.ts')],
      'everwire/devtools': [join(root, 'devtools/index.ts')],
      'everwire/mattermost': [join(root, 'src/protocols/mattermost/index.ts')],
      'everwire/server': [join(root, 'server/index.ts')],
      'everwire/tanstack-query': [join(root, 'tanstack-query/index.ts')],
      'everwire/tabs': [join(root, 'tabs/index.ts')],
      'everwire/tabs/worker': [join(root, 'tabs/worker.ts')],
      'everwire/testing': [join(root, 'src/testing/index.ts')],
      // Not installed here. Their types are written down for the tests of the page.
      'react-native': [join(root, 'test/react/recipes/react-native/modules.ts')],
      '@react-native-community/netinfo': [join(root, 'test/react/recipes/react-native/modules.ts')],
      '@playwright/test': [join(root, 'node_modules/playwright/test.d.ts')],
    },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/*'] }));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = await run(process.execPath, [compiler, '--project', folder], { cwd: folder }).catch(
    (failure) => failure,
  );
  expect(stdout).toBe('');
});
