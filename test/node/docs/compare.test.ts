/** The tables in the pages are the ones that the programs write. The peers are not run. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderHerdTable } from '../../../bench/peers/herd.ts';
import { manifestOf, peers } from '../../../bench/peers/line-up.mjs';
import { looks } from '../../../bench/peers/packages.mjs';
import { probes } from '../../../bench/peers/probes.mjs';
import { rows, sections } from '../../../bench/peers/rows.mjs';
import { betweenMarks, headOf, herdMarks, rowsIn } from '../../../bench/peers/table.mjs';

describe('docs/compare.md', () => {
  const tables = betweenMarks(readFileSync('docs/compare.md', 'utf8'));
  const written = rowsIn(tables);

  it('has the questions of bench/peers/rows.mjs, in the same order', () => {
    expect(written.map(([question]) => question)).toEqual(rows.map(({ question }) => question));
    expect(tables.match(/(?<=^### ).*$/gm)).toEqual(sections.map(({ title }) => title));
  });

  it('names the installed versions', () => {
    expect(tables.split('\n').filter((line) => line === headOf())).toHaveLength(sections.length);
    expect(tables).toContain(`React ${manifestOf({ folder: 'node_modules/react' }).version}`);
  });

  it('has an answer in every cell, and the listed one where the answer comes from documentation', () => {
    for (const [index, { id, says }] of rows.entries()) {
      const [, ...cells] = written[index] ?? [];
      expect(cells, id).toHaveLength(peers.length);
      for (const cell of cells) expect(cell.trim(), id).not.toBe('');
      if (says) expect(cells, id).toEqual(peers.map((peer) => says[peer.id]));
    }
  });

  it('has a probe, a look-up or a listed answer for every row', () => {
    const unanswerable = rows.filter(({ id, answeredBy, says }) => {
      if (answeredBy === 'probe') return probes[id] === undefined;
      return answeredBy === 'package' ? looks[id] === undefined : says === undefined;
    });
    expect(unanswerable).toEqual([]);
    expect(Object.keys(probes).filter((id) => !rows.some((row) => row.id === id))).toEqual([]);
  });
});

describe('docs/scale.md', () => {
  it('shows the table that bench/peers/herd.ts computes', () => {
    expect(betweenMarks(readFileSync('docs/scale.md', 'utf8'), herdMarks)).toBe(renderHerdTable());
  });
});
