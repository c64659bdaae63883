// Builds the package into dist/: plain tsc, from nothing.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bin, root, run } from './run.mjs';

/** @returns {Promise<number>} the compiler's exit code */
export function build() {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  return run(process.execPath, [bin('typescript', 'tsc'), '--project', 'tsconfig.build.json']);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await build();
