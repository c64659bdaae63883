/** The code in docs/typescript.md compiles. Each block is a program of its own, beside the sources. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const run = promisify(execFile);
const root = process.cwd();

const page = readFileSync('docs/typescript.md', 'utf8');
const blocks = [...page.matchAll(/```(tsx?)\n([\s\S]*?)```/g)].map(([, kind = 'ts', code = '']) => ({
  kind,
  code,
}));
const [registration, ...others] = blocks;

/** The first block registers types for all blocks that register none. */
const programs = others.map((block) =>
  block.code.includes('interface Register')
    ? [block]
    : [{ kind: 'ts', code: registration?.code ?? '' }, block],
);

it('finds the code blocks of docs/typescript.md', () => {
  expect(programs).toHaveLength(3);
});

it.each(programs.map((files, index) => ({ index: index + 2, files })))(
  'block $index compiles',
  async ({ files }) => {
    const folder = mkdtempSync(join(root, 'node_modules', '.everwire-types-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const names = files.map(({ kind, code }, index) => {
      const name = `block-${index}.${kind}`;
      writeFileSync(join(folder, name), `${code}\nexport {};\n`);
      return name;
    });
    const options = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { noUnusedLocals: false, paths: paths() },
      files: names,
      include: [],
      exclude: [],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [compiler, '--project', folder]).catch(
      (failure) => failure,
    );
    expect(stdout).toBe('');
  },
);

/** Maps the package's names to the sources, from a folder elsewhere. */
function paths(): Record<string, string[]> {
  return { everwire: [join(root, 'index.ts')], 'everwire/core': [join(root, 'src/index.ts')] };
}
