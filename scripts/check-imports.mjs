// Checks the directions of our imports with dependency-cruiser and the rules in .dependency-cruiser.mjs.
//
// dependency-cruiser reads TypeScript through the compiler's JavaScript API, which TypeScript 7 no longer has. So it
// is given the TypeScript 6 that @ts-morph/common carries: it asks for `typescript`, and gets that one.

import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);

const require = createRequire(import.meta.url);
const { ts } = require('@ts-morph/common');

// It asks twice: for the version, with require ...
const load = /** @type {any} */ (module)._load;
/** @type {any} */ (module)._load = (/** @type {string} */ request, /** @type {unknown[]} */ ...rest) =>
  request === 'typescript/package.json' ? { version: ts.version } : load(request, ...rest);

// ... and for the compiler, with import.
const compiler = `export { ts as default } from ${JSON.stringify(pathToFileURL(require.resolve('@ts-morph/common')).href)};`;
const loader = `export const resolve = (specifier, context, next) =>
  specifier === 'typescript'
    ? { url: ${JSON.stringify(`data:text/javascript,${encodeURIComponent(compiler)}`)}, shortCircuit: true }
    : next(specifier, context);`;
module.register(`data:text/javascript,${encodeURIComponent(loader)}`);

const { cruise, allExtensions } = await import('dependency-cruiser');
if (!allExtensions.some(({ extension, available }) => extension === '.tsx' && available)) {
  throw new Error('dependency-cruiser found no TypeScript: nothing would be checked.');
}

const { default: rules } = await import('../.dependency-cruiser.mjs');
const sources = ['index.ts', 'hooks', 'providers', 'devtools', 'server', 'tanstack-query', 'src'].filter((path) =>
  existsSync(path),
);
const result = await cruise(sources, {
  ...rules.options,
  ruleSet: { forbidden: rules.forbidden ?? [] },
  validate: true,
  outputType: 'err-long',
});

console.log(String(result.output).trim());
process.exitCode = result.exitCode === 0 ? 0 : 1;
