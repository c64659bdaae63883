/**
 * The package has the dependencies and uses the globals that docs/security.md lists: its manifest and sources are read.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { protocols } from './modes.ts';
import { hello, setUp } from './stage.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly peerDependenciesMeta: Record<string, { readonly optional?: boolean }>;
  readonly scripts: Record<string, string>;
  readonly files: readonly string[];
}

const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The sources that run in a page. The fake server of `everwire/testing` does not. */
const sources = ['index.ts', 'hooks', 'providers', 'src']
  .flatMap((place) =>
    place.endsWith('.ts')
      ? [place]
      : readdirSync(join(root, place), { recursive: true, encoding: 'utf8' }).map((file) =>
          join(place, file),
        ),
  )
  .filter((file) => /\.tsx?$/.test(file) && !file.startsWith(join('src', 'testing')))
  .map((file) => [file, withoutComments(readFileSync(join(root, file), 'utf8'))] as const);

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

describe('the manifest', () => {
  it('lists the expected dependencies and peer dependencies', () => {
    expect(Object.keys(manifest.dependencies).sort()).toEqual(['observable-hooks', 'zustand']);
    const needed = Object.keys(manifest.peerDependencies).filter(
      (name) => manifest.peerDependenciesMeta[name]?.optional !== true,
    );
    expect(needed.sort()).toEqual(['react', 'rxjs']);
  });

  it('has no install script', () => {
    const atInstall = /^(pre|post)?(install|prepare)$|^(pre|post)prepare$/;
    expect(Object.keys(manifest.scripts).filter((name) => atInstall.test(name))).toEqual([]);
  });

  it('lists every package that is imported at run time', () => {
    const imported = sources.flatMap(([, code]) =>
      [...code.matchAll(/^(?:import|export) (?!type\b)[^;]*?from '([^'./]+)[^']*'/gm)].map(
        ([, name]) => name,
      ),
    );
    expect([...new Set(imported)].sort()).toEqual(['observable-hooks', 'react', 'rxjs', 'zustand']);
  });
});

describe('the sources', () => {
  it.each([
    ['turn text into code', /\beval\(|new Function\b|\bimport\(/],
    ['write markup', /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write/],
    [
      'send anything but over the socket',
      // Not the page's own: a live query calls the app's `fetch`, and has a method of that name.
      /(?<!\.|async )\bfetch\(|XMLHttpRequest|sendBeacon|EventSource|new Image\b|importScripts/,
    ],
    [
      'keep anything',
      /localStorage|sessionStorage|indexedDB|\.cookie\b|caches\.|history\.(push|replace)State/,
    ],
    // But for one warning of a config, in development and without a logger: long-waits.test.ts.
    ['write to the console', /\bconsole\.(?!warn\(warning\))/],
    ['communicate with other pages', /postMessage|BroadcastChannel|window\.name|\bopener\b/],
  ])('nowhere %s', (_, pattern) => {
    expect(sources.length).toBeGreaterThan(40);
    expect(sources.filter(([, code]) => pattern.test(code)).map(([file]) => file)).toEqual([]);
  });
});

describe('without a logger', () => {
  it.each(protocols.map((protocol) => [protocol.name, protocol] as const))(
    '%s writes nothing to the console',
    async (_, protocol) => {
      const levels = ['log', 'info', 'debug', 'warn', 'error'] as const;
      const spies = levels.map((level) => vi.spyOn(console, level).mockImplementation(() => undefined));
      onTestFinished(() => {
        for (const spy of spies) spy.mockRestore();
      });
      const { service, sockets, errors, pass, up } = setUp({ protocol, token: 'tok-4711' });
      const socket = await up();
      for (let n = 0; n < 10; n += 1) socket.say('{');
      await pass();
      sockets.last.accept();
      sockets.last.say(hello('another'));
      sockets.last.hangUp(4401);
      service.connect({ url: 'ftp://h.test' });
      expect(errors.length).toBeGreaterThan(10);
      expect(spies.map((spy) => spy.mock.calls.length)).toEqual(levels.map(() => 0));
    },
  );
});

describe('wss:', () => {
  const secure = { protocol: 'https:', host: 'app.test', hostname: 'app.test' };

  /** The address that is requested on such a page; null where no socket is made. */
  async function addressOf(url: string, location?: object): Promise<string | null> {
    if (location !== undefined) vi.stubGlobal('location', location);
    onTestFinished(() => void vi.unstubAllGlobals());
    const { service, config, sockets, pass } = setUp();
    service.connect({ ...config, url });
    await pass();
    return sockets.made[0]?.url ?? null;
  }

  it.each([
    ['h.test/ws', undefined, 'wss://h.test/ws'],
    ['h.test/ws', secure, 'wss://h.test/ws'],
    ['/ws', secure, 'wss://app.test/ws'],
    ['https://h.test/ws', undefined, 'wss://h.test/ws'],
  ])('is the scheme of %s on %o', async (url, location, address) => {
    expect(await addressOf(url, location)).toBe(address);
  });

  it.each(['ws://h.test/ws', 'http://h.test/ws'])(
    'is required in %s: on a secure page no socket is created without it',
    async (url) => {
      expect(await addressOf(url, secure)).toBeNull();
    },
  );

  it('is not required on an insecure page, nor for localhost', async () => {
    expect(await addressOf('ws://h.test/ws')).toBe('ws://h.test/ws');
    expect(await addressOf('ws://localhost:1/ws', secure)).toBe('ws://localhost:1/ws');
  });
});
