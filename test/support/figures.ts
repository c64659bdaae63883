/** Writes the figures of a run into the folder that EVERWIRE_FIGURES names, for a script to print them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Figures = Readonly<Record<string, unknown>>;

/** Without such a folder, writes nothing. */
export function writeFigures(name: string, figures: Figures): void {
  const folder = process.env['EVERWIRE_FIGURES'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
}
