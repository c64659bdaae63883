// `npm run size`: what the package costs an app, minified, in gzip and in brotli.

import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './run.mjs';

const react = ['react', 'react-dom'];
const common = 'WebSocketProvider, useWsEvent, useWsEventHandler, useConnectionStatus';

const measured = [
  { name: 'provider + 3 hooks', code: `export { ${common} } from './index.ts';`, external: react },
  {
    name: 'the same, our code only',
    code: `export { ${common} } from './index.ts';`,
    external: [...react, 'rxjs', 'zustand', 'observable-hooks'],
  },
  { name: 'everwire/core, all of it', code: `export * from './src/index.ts';`, external: [] },
  {
    name: 'everwire/mattermost, beside core',
    code: `export * from './src/protocols/mattermost/index.ts';`,
    external: [],
  },
  { name: 'everwire/testing', code: `export * from './src/testing/index.ts';`, external: [] },
];

const rows = await Promise.all(
  measured.map(async ({ name, code, external }) => {
    const { outputFiles } = await build({
      stdin: { contents: code, resolveDir: root, loader: 'ts' },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      define: { 'process.env.NODE_ENV': '"production"' },
      external,
      write: false,
      logLevel: 'error',
    });
    const bytes = outputFiles[0]?.contents ?? new Uint8Array();
    return {
      bundle: name,
      'minified kB': kilobytes(bytes),
      'gzip kB': kilobytes(gzipSync(bytes, { level: 9 })),
      'brotli kB': kilobytes(brotliCompressSync(bytes)),
    };
  }),
);

console.table(rows);

/** @param {Uint8Array} bytes */
function kilobytes(bytes) {
  return (bytes.byteLength / 1000).toFixed(2);
}
