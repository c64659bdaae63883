// Builds the package into dist/: plain tsc, from nothing, twice. dist has ES modules for bundlers and browsers, dist/cjs the
// same as CommonJS for Node and Jest.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installDependencies } from './install.mjs';
import { bin, root, run } from './run.mjs';

/** @returns {Promise<number>} the exit code of the first compiler that failed, else 0 */
export async function build() {
  const dist = join(root, 'dist');
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(join(dist, 'cjs'), { recursive: true });
  writeFileSync(
    join(dist, 'cjs', 'package.json'),
    '{ "type": "commonjs", "sideEffects": ["./tabs/worker.js"] }\n',
  );
  const compile = (/** @type {string} */ project) =>
    run(process.execPath, [bin('typescript', 'tsc'), '--project', project]);
  const codes = [
    ...(await Promise.all(['tsconfig.build.json', 'tsconfig.build.cjs.json'].map(compile))),
    // After the others: they write the types that these import once more.
    ...(await Promise.all(['tsconfig.build.server.json', 'tsconfig.build.server.cjs.json'].map(compile))),
  ];
  makeMattermostOptional(dist);
  return codes.find((code) => code !== 0) ?? 0;
}

/**
 * Without `@mattermost/*` installed, what these imports bring is `any`; with them, it is typed. Elsewhere a missing package
 * is an error, in every app that checks its libraries.
 *
 * @param {string} dist
 */
function makeMattermostOptional(dist) {
  for (const folder of ['src', 'cjs/src'].map((name) => join(dist, name, 'protocols', 'mattermost'))) {
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.d.ts'))) {
      const file = join(folder, name);
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replaceAll(/^import .* from '@mattermost\/.*$/gm, '// @ts-ignore\n$&'));
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await installDependencies();
  process.exitCode = await build();
}
