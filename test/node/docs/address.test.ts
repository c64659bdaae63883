/** The repository's address is filled in at one place, and a release is refused while it is open. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { faultsOf, withAddress } from '../../../scripts/address.mjs';

const pages = { manifest: readFileSync('package.json', 'utf8'), readme: readFileSync('README.md', 'utf8') };
const address = 'https://git.example/team/everwire';

describe('an address', () => {
  const filled = withAddress(address, pages);

  it('is put into package.json and README.md', () => {
    expect(JSON.parse(filled.manifest)).toMatchObject({
      repository: { type: 'git', url: `git+${address}.git` },
      homepage: `${address}#readme`,
      bugs: { url: `${address}/issues` },
    });
    expect(filled.readme).toContain(`git clone ${address}.git everwire`);
    expect(faultsOf(address, filled)).toEqual([]);
  });

  it('can be changed and taken back', () => {
    const other = withAddress('https://git.example/other', filled);
    expect(other.readme).toContain('git clone https://git.example/other.git everwire');
    expect(withAddress('', other)).toEqual(withAddress('', pages));
  });

  it('is found missing where it was not put', () => {
    expect(faultsOf(address, { ...filled, readme: withAddress('', pages).readme })).toEqual([
      'README.md has another address.',
    ]);
    expect(faultsOf(address, { ...filled, manifest: withAddress('', pages).manifest })).toEqual([
      'package.json has another address.',
    ]);
  });

  it.each(['git.example/team', 'https://git.example/team/', 'https://git.example/team.git'])(
    '%s is not accepted',
    (wrong) => {
      expect(faultsOf(wrong, withAddress(wrong, pages))).not.toEqual([]);
    },
  );
});

it('the files show what scripts/address.mjs says', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/address.mjs'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

it('a release needs one', () => {
  const isOpen = pages.readme.includes('<this repository>');
  const { status } = spawnSync(process.execPath, ['scripts/address.mjs', '--release']);
  expect(status).toBe(isOpen ? 1 : 0);
  expect(JSON.parse(pages.manifest).scripts.prepublishOnly).toBe('node scripts/address.mjs --release');
});
