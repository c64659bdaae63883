/** Applies one bug of the list to the sources while a test run loads them. The files themselves are not changed. */

import { mutants } from './mutants.mjs';

/**
 * Does nothing, unless EVERWIRE_MUTANT names a bug.
 *
 * @returns {import('vite').Plugin}
 */
export function mutate() {
  const name = process.env['EVERWIRE_MUTANT'];
  const mutant = mutants.find((one) => one.name === name);
  if (name && mutant === undefined) throw new Error(`There is no mutant "${name}".`);
  return {
    name: 'everwire-mutant',
    enforce: 'pre',
    transform(code, id) {
      if (mutant === undefined) return null;
      let mutated = code;
      for (const [file, find, replace] of mutant.patches) {
        if (!id.split('?')[0]?.endsWith(`/${file}`)) continue;
        // With a patch that no longer fits, its bug would seem killed, or seem to survive, for no reason.
        if (!mutated.includes(find)) throw new Error(`The mutant "${name}" does not fit ${file} any more.`);
        mutated = mutated.replace(find, () => replace);
      }
      return mutated === code ? null : { code: mutated, map: null };
    },
  };
}
