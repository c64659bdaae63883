/** Answers questions from the packages' own manifests and files, and bundles them for their size. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from '../../scripts/run.mjs';
import { manifestOf } from './line-up.mjs';

/** @typedef {import('./line-up.mjs').Peer} Peer */

/** @type {Readonly<Record<string, (peer: Peer) => string | Promise<string>>>} */
export const looks = {
  async size({ imports }) {
    const { outputFiles } = await build({
      stdin: { contents: imports, resolveDir: root, loader: 'ts' },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      jsx: 'automatic',
      external: ['react', 'react-dom', 'react/jsx-runtime'],
      define: { 'process.env.NODE_ENV': '"production"' },
      write: false,
      logLevel: 'error',
    });
    const bytes = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
    return `${(bytes / 1000).toFixed(1)} kB`;
  },

  modules(peer) {
    const { type, exports, module } = manifestOf(peer);
    const hasRequire = JSON.stringify(exports ?? {}).includes('"require"');
    if (!exports)
      return type === 'module' || module ? 'ES, without `exports`' : 'CommonJS, without `exports`';
    return hasRequire ? 'ES and CommonJS' : 'ES';
  },

  'use-client'(peer) {
    const files = filesOf(peer);
    if (!files.some((text) => /(from ?|require\()['"]react['"]/.test(text))) return 'has no React in it';
    return files.some(startsWithUseClient) ? 'yes' : 'no';
  },

  dependencies(peer) {
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifestOf(peer);
    const asked = Object.keys(peerDependencies).filter(
      (name) => name !== 'react' && name !== 'typescript' && !peerDependenciesMeta[name]?.optional,
    );
    const brought = Object.keys(dependencies).filter((name) => !name.startsWith('@types/'));
    const list = [...brought, ...asked.map((name) => `${name} (you install it)`)];
    return list.length === 0 ? 'nothing' : list.join(', ');
  },

  schemas: (peer) => (filesOf(peer).some((text) => text.includes('~standard')) ? 'yes' : 'no'),

  'test-server': (peer) => entryOf(peer, './testing'),

  devtools: (peer) => entryOf(peer, './devtools'),
};

/**
 * @param {Peer} peer
 * @param {string} entry
 */
function entryOf(peer, entry) {
  const name = manifestOf(peer).name;
  return manifestOf(peer).exports?.[entry] ? `\`${name}${entry.slice(1)}\`` : 'no';
}

/**
 * Every script of the package; for ours, its sources.
 *
 * @param {Peer} peer
 * @returns {readonly string[]}
 */
function filesOf({ id, folder }) {
  const folders =
    id === 'everwire'
      ? ['index.ts', 'hooks', 'providers', 'src'].map((name) => join(root, name))
      : ['dist', 'build', 'lib'].map((name) => join(root, folder, name));
  return folders
    .filter((path) => existsSync(path))
    .flatMap(scriptsIn)
    .map((file) => readFileSync(file, 'utf8'));
}

/**
 * @param {string} path
 * @returns {readonly string[]}
 */
function scriptsIn(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .flatMap((name) => scriptsIn(join(path, name)))
    .filter((file) => /\.(js|cjs|mjs|ts|tsx)$/.test(file) && !file.endsWith('.d.ts'));
}

/** @param {string} text */
function startsWithUseClient(text) {
  return /^['"]use client['"]/.test(text);
}
