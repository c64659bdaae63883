/** Bundles the sources for a page as they are, not the built package. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** `entry`: from the root. Every entry of the package that pages use is there. */
export async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL('../../', import.meta.url)),
    entryPoints: [entry],
    alias: {
      'everwire/core': './src/index.ts',
      'everwire/tabs': './tabs/index.ts',
      'everwire/tabs/worker': './tabs/worker.ts',
    },
    // The sources are not those that package.json names as having effects.
    ignoreAnnotations: true,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('esbuild wrote no script.');
  return file.text;
}
