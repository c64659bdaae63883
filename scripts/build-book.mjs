// `npm run build-storybook`: builds the book, as static files, into a folder (`storybook-static` by default).
//
// Storybook's own frame around it, the sidebar, is delivered as it was written: half of that is white space. Here it becomes
// as small as the rest.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transform } from 'esbuild';
import { bin, root, run } from './run.mjs';

/**
 * @param {string} folder
 * @param {{ quiet?: boolean }} [options]
 * @returns {Promise<number>} the exit code
 */
export async function buildBook(folder, { quiet = false } = {}) {
  const args = [bin('storybook'), 'build', '--disable-telemetry', '--quiet', '--output-dir', folder];
  const env = { ...process.env, STORYBOOK_DISABLE_TELEMETRY: '1' };
  const code = await run(process.execPath, args, { env, quiet });
  if (code === 0) await minifyFrame(folder);
  return code;
}

/** @param {string} folder */
async function minifyFrame(folder) {
  for (const part of ['sb-manager', 'sb-addons']) {
    for (const name of readdirSync(join(folder, part), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.js')) continue;
      const file = join(folder, part, name);
      const { code } = await transform(readFileSync(file, 'utf8'), { minify: true, format: 'esm' });
      writeFileSync(file, code);
    }
  }
  const page = join(folder, 'index.html');
  writeFileSync(page, readFileSync(page, 'utf8').replace(/<title>.*?<\/title>/, '<title>Everwire</title>'));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = await buildBook(process.argv[2] ?? join(root, 'storybook-static'));
}
