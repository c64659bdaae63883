/** The pages that the tabs show, and the file of the worker. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface TabsSite {
  readonly origin: string;
  close(): Promise<void>;
}

export async function openTabsSite(): Promise<TabsSite> {
  const files = new Map([
    ['/page.js', await bundle('test/page/tabs/page-script.ts')],
    ['/worker.js', await bundle('test/page/tabs/worker-script.ts')],
  ]);
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const script = files.get(path);
    response.setHeader('content-type', script === undefined ? 'text/html; charset=utf-8' : 'text/javascript');
    const body = path === '/home' ? '<script src="/page.js"></script>' : '';
    response.end(script ?? `<!doctype html><title>${path}</title><link rel="icon" href="data:,">${body}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Bundles the sources as they are, not the built package. */
async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL('../../../', import.meta.url)),
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
