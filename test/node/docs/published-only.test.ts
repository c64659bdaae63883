/** Tests and stories import only what is published. The exceptions are listed here. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

/** The files that may import internals, and the reason. */
const insiders: readonly (readonly [path: RegExp, why: string])[] = [
  [/^test\/node\/unit\//, 'tables for pure functions that are not published'],
  [/^test\/reliability\/herd\//, 'simulates 100,000 clients with the pure functions alone'],
  [
    /^test\/(support\/tabs-model|node\/tabs\/(exploration|shared-channels|rules)\.test)\.ts$/,
    'explores pure functions',
  ],
  [/^test\/setup\/ws-server\.ts$/, 'runs outside of the tests, where no alias leads to everwire/testing'],
];

const inside = /^(index\.ts$|(src|hooks|providers|devtools|tabs)\/)/;

/** The modules of this repository that a file imports by path. */
function reachedBy(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const imports = text.matchAll(/^(?:import|export)\b[^'"`;]*?from '(\.[^']*)'|\bimport\('(\.[^']*)'\)/gm);
  return [...imports]
    .map(([, still, dynamic]) => join(dirname(file), still ?? dynamic ?? ''))
    .filter((target) => inside.test(target));
}

const files = ['test', 'stories'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => /\.(ts|tsx|mjs)$/.test(path)),
);

it('tests and stories import only published entries, apart from the listed exceptions', () => {
  expect(files.length).toBeGreaterThan(100);
  const reaching = files.filter((file) => reachedBy(file).length > 0);
  const strangers = reaching.filter((file) => !insiders.some(([path]) => path.test(file)));
  expect(strangers.map((file) => `${file}: ${reachedBy(file).join()}`)).toEqual([]);
});

it('every listed exception is needed', () => {
  for (const [path, why] of insiders) {
    expect(
      files.some((file) => path.test(file) && reachedBy(file).length > 0),
      why,
    ).toBe(true);
  }
});
