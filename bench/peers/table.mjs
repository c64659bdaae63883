/** Renders the table of docs/compare.md, and compares it with the page. */

import { manifestOf, peers } from './line-up.mjs';
import { sections } from './rows.mjs';

export const peerMarks = { begin: '<!-- npm run peers -- --write -->', end: '<!-- /peers -->' };

export const herdMarks = { begin: '<!-- node bench/peers/herd.mjs --write -->', end: '<!-- /herd -->' };

/** By the id of a row, and then of a peer. @typedef {Readonly<Record<string, Readonly<Record<string, string>>>>} Answers */

/**
 * @param {Answers} answers
 * @param {string} browser its name and version
 */
export function renderTables(answers, browser) {
  const tables = sections.map(({ title, rows }) => {
    const lines = rows.map(({ id, question }) => [
      question,
      ...peers.map((peer) => answers[id]?.[peer.id] ?? ''),
    ]);
    return [`### ${title}`, '', headOf(), line(['', ...peers].map(() => '---')), ...lines.map(line)].join(
      '\n',
    );
  });
  return `Seen in ${browser}, with React ${manifestOf({ folder: 'node_modules/react' }).version}.\n\n${tables.join('\n\n')}`;
}

/** @typedef {{ begin: string, end: string }} Marks */

/**
 * The text between the marks of a page.
 *
 * @param {string} page
 * @param {Marks} [marks]
 */
export function betweenMarks(page, { begin, end } = peerMarks) {
  const [, rest = ''] = page.split(begin);
  const [text = ''] = rest.split(end);
  return text.trim();
}

/**
 * The page, with this text between its marks.
 *
 * @param {string} page
 * @param {Marks} marks
 * @param {string} text
 */
export function withBetweenMarks(page, { begin, end }, text) {
  const [before, rest] = page.split(begin);
  const [, after] = (rest ?? '').split(end);
  if (after === undefined) throw new Error(`The page has no marks ${begin} and ${end}.`);
  return `${before}${begin}\n\n${text}\n\n${end}${after}`;
}

/**
 * The rows of the tables of a page: each a question and its cells.
 *
 * @param {string} tables
 */
export function rowsIn(tables) {
  return tables
    .split('\n')
    .filter((text) => text.startsWith('| ') && !/^\| +\|/.test(text) && !text.startsWith('| ---'))
    .map((text) => text.slice(2, -2).split(' | '));
}

/** The first line of every table. */
export function headOf() {
  return line(['', ...peers.map((peer) => `${peer.name} ${manifestOf(peer).version}`)]);
}

/** @param {readonly string[]} cells */
function line(cells) {
  return `| ${cells.join(' | ')} |`;
}
