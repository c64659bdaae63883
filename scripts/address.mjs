// Where the repository can be found. This is the only place to fill it in: `npm run address -- --write` puts it where it is
// shown, `npm test` compares, and `npm publish` refuses while it is open.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './run.mjs';

/** The repository's address in a browser, without `.git`; empty until there is one. */
const address = '';

/** What README.md shows while there is no address. */
const open = '<this repository>';

/**
 * @param {string} address
 * @returns {Record<string, unknown>} the fields of package.json that say it
 */
export function fieldsOf(address) {
  if (address === '') return { repository: undefined, homepage: undefined, bugs: undefined };
  return {
    repository: { type: 'git', url: `git+${address}.git` },
    homepage: `${address}#readme`,
    bugs: { url: `${address}/issues` },
  };
}

/**
 * @param {string} address
 * @param {{ manifest: string, readme: string }} pages the text of package.json and README.md
 * @returns {{ manifest: string, readme: string }} the same with this address
 */
export function withAddress(address, { manifest, readme }) {
  const fields = Object.entries(JSON.parse(manifest)).filter(([name]) => !(name in fieldsOf(address)));
  const after = fields.findIndex(([name]) => name === 'license');
  fields.splice(after, 0, ...Object.entries(fieldsOf(address)));
  const cloned = address === '' ? open : `${address}.git`;
  return {
    manifest: `${JSON.stringify(Object.fromEntries(fields), null, 2)}\n`,
    // A function, because an address may contain a `$`.
    readme: readme.replace(/^git clone .+ everwire /m, () => `git clone ${cloned} everwire `),
  };
}

/**
 * @param {string} address
 * @param {{ manifest: string, readme: string }} pages
 * @returns {string[]} what is wrong
 */
export function faultsOf(address, { manifest, readme }) {
  const wanted = withAddress(address, { manifest, readme });
  return [
    ...(address === '' || /^https:\/\/[^\s/]+\/\S*[^\s/]$/.test(address)
      ? []
      : [`"${address}" is no address.`]),
    ...(address.endsWith('.git') ? ['The address should not end with .git.'] : []),
    ...(wanted.manifest === manifest ? [] : ['package.json has another address.']),
    ...(wanted.readme === readme ? [] : ['README.md has another address.']),
    ...(/^git clone /m.test(readme) ? [] : ['README.md says nowhere how to clone.']),
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const files = { manifest: join(root, 'package.json'), readme: join(root, 'README.md') };
  const pages = {
    manifest: readFileSync(files.manifest, 'utf8'),
    readme: readFileSync(files.readme, 'utf8'),
  };
  if (process.argv.includes('--write')) {
    const written = withAddress(address, pages);
    writeFileSync(files.manifest, written.manifest);
    writeFileSync(files.readme, written.readme);
  } else {
    const faults = faultsOf(address, pages);
    if (process.argv.includes('--release') && address === '')
      faults.push('There is no address yet: fill it in at the top of scripts/address.mjs.');
    if (faults.length > 0) faults.push('`npm run address -- --write` puts the address where it belongs.');
    for (const fault of faults) console.error(fault);
    process.exitCode = faults.length === 0 ? 0 : 1;
  }
}
