/** A small server with two pages: one with our script in it, and one to navigate to. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bundle } from './bundle.ts';

export interface Site extends AsyncDisposable {
  readonly home: string;
  readonly elsewhere: string;
}

export async function openSite(): Promise<Site> {
  const script = await bundle('test/page/page-script.ts');
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(isScript ? script : (documents.get(request.url ?? '') ?? ''));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    home: `${origin}/home`,
    elsewhere: `${origin}/elsewhere`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const documents: ReadonlyMap<string, string> = new Map([
  [
    '/home',
    '<!doctype html><title>home</title><link rel="icon" href="data:,"><script src="/page.js"></script>',
  ],
  ['/elsewhere', '<!doctype html><title>elsewhere</title><link rel="icon" href="data:,">'],
]);
