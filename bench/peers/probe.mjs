// `npm run peers`: asks Everwire and others the questions of docs/compare.md, and prints what they did.
//
/**
 * `--write` puts the tables into the page; `--check` fails if the page differs. `--row <id>` and `--peer <id>` run only
 * a part. Each cell is one app in a page of its own, with a server and a network of its own.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/run.mjs';
import { peers } from './line-up.mjs';
import { looks } from './packages.mjs';
import { probes } from './probes.mjs';
import { rows } from './rows.mjs';
import { openStage } from './stage.mjs';
import { betweenMarks, peerMarks, renderTables, rowsIn, withBetweenMarks } from './table.mjs';

const { values: options } = parseArgs({
  options: {
    write: { type: 'boolean' },
    check: { type: 'boolean' },
    row: { type: 'string', multiple: true },
    peer: { type: 'string', multiple: true },
  },
});

const page = join(root, 'docs/compare.md');
const asked = rows.filter(({ id }) => options.row?.includes(id) ?? true);
const present = peers.filter(({ id }) => options.peer?.includes(id) ?? true);

/** It waits for more than a minute, so it starts first. */
const slowest = 'half-open';

const stage = await openStage(present);
/** @type {Record<string, Record<string, string>>} */
const answers = {};
try {
  const waiting = [...asked].sort((a, b) => Number(b.id === slowest) - Number(a.id === slowest));
  const askNext = async () => {
    for (let row = waiting.shift(); row; row = waiting.shift()) {
      const question = row;
      const cells = await Promise.all(present.map(async (peer) => [peer.id, await ask(question, peer)]));
      answers[row.id] = Object.fromEntries(cells);
      console.error(`${row.id}: ${cells.map(([id, said]) => `${id}: ${said}`).join(' | ')}`);
    }
  };
  // Two at a time: they mostly wait, and more would delay each other.
  await Promise.all([askNext(), askNext()]);
} finally {
  await stage.close();
}

const tables = renderTables(answers, stage.browser);
if (options.row === undefined && options.peer === undefined) console.log(tables);
if (options.write) writeFileSync(page, withBetweenMarks(readFileSync(page, 'utf8'), peerMarks, tables));
if (options.check) {
  const written = rowsIn(betweenMarks(readFileSync(page, 'utf8')));
  const differences = rowsIn(tables).filter((row, index) => !isSame(row, written[index] ?? []));
  for (const [question, ...cells] of differences) {
    console.error(`docs/compare.md says something else of "${question}": it is ${cells.join(' | ')}.`);
  }
  process.exitCode = differences.length === 0 ? 0 : 1;
}

/**
 * @param {import('./rows.mjs').Row} row
 * @param {import('./line-up.mjs').Peer} peer
 * @returns {Promise<string>}
 */
async function ask({ id, answeredBy, says }, peer) {
  switch (answeredBy) {
    case 'documentation':
    case 'server-bench':
      return says?.[peer.id] ?? '';
    case 'package':
      return (await looks[id]?.(peer)) ?? '';
    case 'probe': {
      const probe = probes[id];
      if (!probe) throw new Error(`Nobody knows how to probe ${id}.`);
      try {
        const first = await stage.run(peer, (scene) => probe.run(scene, peer), probe);
        return probe.runAgain === undefined
          ? first
          : await stage.run(peer, (scene) => probe.runAgain?.(scene, first) ?? first, probe);
      } catch (error) {
        throw new Error(`${id}, ${peer.id}`, { cause: error });
      }
    }
    default:
      throw new Error(`${answeredBy} is no way to an answer.`);
  }
}

/**
 * Sizes may differ by a few bytes: the result depends on the version of zlib.
 *
 * @param {readonly string[]} row
 * @param {readonly string[]} written
 */
function isSame(row, written) {
  return row.every((cell, index) => {
    const other = written[index] ?? '';
    const [size, otherSize] = [cell, other].map((text) => Number(/^([\d.]+) kB$/.exec(text)?.[1]));
    return cell === other || Math.abs((size ?? 0) - (otherSize ?? 0)) <= 0.15;
  });
}
