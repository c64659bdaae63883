/** Bundles and serves the pages: each has one contender and the page around it, with React's production build. */

import { createServer } from 'node:http';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../scripts/run.mjs';

/**
 * @typedef {object} Pages
 * @property {(contenderId: string) => string} url
 * @property {() => Promise<void>} close
 */

/**
 * Bundles a page for each file of `bench/contenders/`, and serves them on loopback.
 *
 * @param {readonly import('./line-up.mjs').Entry[]} contenders
 * @returns {Promise<Pages>}
 */
export async function servePages(contenders) {
  /** @type {Map<string, Uint8Array>} */
  const scripts = new Map();
  for (const contender of contenders) scripts.set(`/${contender.id}.js`, await bundle(contender));

  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const script = scripts.get(path);
    if (script) response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    else if (scripts.has(`${path}.js`)) {
      response.writeHead(200, { 'content-type': 'text/html' }).end(document(`${path}.js`));
    } else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    url: (contenderId) => `http://127.0.0.1:${port}/${contenderId}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @param {import('./line-up.mjs').Entry} contender */
async function bundle({ file, exported = 'contender', everwire = root }) {
  const { outputFiles } = await build({
    stdin: {
      contents: [
        `import { ${exported} } from './contenders/${file}';`,
        `import { openBench } from './page.tsx';`,
        `openBench(${exported});`,
      ].join('\n'),
      resolveDir: join(root, 'bench'),
      loader: 'ts',
    },
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    plugins: [everwireFrom(everwire)],
    // Another checkout must not bring its own React.
    alias: { react: join(root, 'node_modules/react') },
    nodePaths: [join(root, 'node_modules')],
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

/**
 * @param {string} folder a checkout of Everwire
 * @returns {import('esbuild').Plugin}
 */
function everwireFrom(folder) {
  return {
    name: 'everwire-from',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.\/\.\.\/index\.ts$/ }, () => ({ path: join(folder, 'index.ts') }));
    },
  };
}

/** A long list in a small box: painting is the same for all contenders, and is not compared. */
const style = 'main { height: 200px; overflow: auto; contain: strict; } p { height: 18px; margin: 0; }';

/** @param {string} script */
function document(script) {
  return `<!doctype html><meta charset="utf-8"><title>bench</title><style>${style}</style><body><script src="${script}"></script>`;
}
