/** The pages that the tabs show, and the file of the worker. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bundle } from '../bundle.ts';

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
