// Serves a book that is built, for the scripts that open it in a Chromium.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

/**
 * A plain server for files, on a port that is free.
 *
 * @param {string} folder
 * @param {string} [path] where below the root of the host
 */
export async function serveBook(folder, path = '') {
  const types = {
    '.css': 'text/css',
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.json': 'application/json',
    '.mjs': 'text/javascript',
    '.png': 'image/png',
    '.svg': 'image/svg+xml',
    '.woff2': 'font/woff2',
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const wanted = pathname.startsWith(`${path}/`)
      ? normalize(decodeURIComponent(pathname.slice(path.length)))
      : null;
    if (wanted === null || wanted.includes('..')) {
      response.writeHead(404).end();
      return;
    }
    const file = join(folder, wanted.endsWith('/') ? `${wanted}index.html` : wanted);
    readFile(file).then(
      (bytes) => {
        const type = Reflect.get(types, extname(file)) ?? 'application/octet-stream';
        response.writeHead(200, { 'content-type': type }).end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { server, address: `http://127.0.0.1:${address.port}${path}` };
}
