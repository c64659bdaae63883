/** Draws the report as an SVG: ratios to the floor, on a logarithmic scale. */

import { figuresOf } from './figures.mjs';
import { everwireId, floorIds } from './line-up.mjs';
import { median } from './statistics.mjs';

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {'floor' | 'peer' | 'everwire'} role
 * @property {number} ratio the median; NaN where there is none
 * @property {number} lowest of a single round
 * @property {number} highest
 */

const columns = 2;
const panelWidth = 480;
const rowHeight = 22;
const titleHeight = 40;
const axisHeight = 30;
const labelWidth = 162;
const valueWidth = 52;
const plotWidth = panelWidth - labelWidth - valueWidth - 14;
const headHeight = 56;
const footHeight = 10;

/**
 * Dots are medians, lines reach from the lowest to the highest round. It has its own colours for light and dark.
 *
 * @param {import('./report.mjs').Report} report
 * @returns {string}
 */
export function drawChart({ scenarios, contenders, results }) {
  const panels = scenarios.flatMap(({ id, panels: own }) =>
    own.map(({ title, variant, figure }) => ({
      title,
      rows: rowsOf(contenders, (contender) => figuresOf(results, id, contender).ratios(variant, figure)),
    })),
  );
  const rowCount = Math.max(0, ...panels.map(({ rows }) => rows.length));
  const panelHeight = titleHeight + rowCount * rowHeight + axisHeight;
  const width = columns * panelWidth;
  const height = headHeight + Math.ceil(panels.length / columns) * panelHeight + footHeight;

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    '<title id="title">CPU of each contender, as a ratio to the floor; less is better</title>',
    `<style>${style}</style>`,
    `<rect class="page" width="${width}" height="${height}" rx="8"/>`,
    '<text class="head" x="16" y="28">CPU, as a ratio to the floor: less is better</text>',
    '<text class="note" x="16" y="46">The floor is a page with no library. Logarithmic scale; dots are medians, lines go from the lowest round to the highest.</text>',
    ...panels.map((panel, index) => {
      const x = (index % columns) * panelWidth;
      const y = headHeight + Math.floor(index / columns) * panelHeight;
      return `<g transform="translate(${x} ${y})">${drawPanel(panel)}</g>`;
    }),
    '</svg>\n',
  ].join('\n');
}

/**
 * The two floors share one row: the length of its line is the noise.
 *
 * @param {readonly import('./line-up.mjs').Entry[]} contenders
 * @param {(contender: string) => readonly number[]} ratiosOf
 * @returns {Row[]}
 */
function rowsOf(contenders, ratiosOf) {
  return contenders
    .filter(({ id }) => !floorIds.slice(1).includes(id))
    .map(({ id, name }) => {
      const isFloor = floorIds.includes(id);
      const ratios = isFloor ? floorIds.flatMap(ratiosOf) : ratiosOf(id);
      return {
        name,
        role: isFloor ? 'floor' : id === everwireId ? 'everwire' : 'peer',
        ratio: median(ratios),
        lowest: Math.min(...ratios),
        highest: Math.max(...ratios),
      };
    });
}

/** @param {{ title: string, rows: readonly Row[] }} panel */
function drawPanel({ title, rows }) {
  const known = rows.filter(({ ratio }) => Number.isFinite(ratio));
  const low = Math.min(0.5, ...known.map(({ lowest }) => lowest * 0.95));
  const high = Math.max(2.2, ...known.map(({ highest }) => highest * 1.1));
  /** @param {number} ratio */
  const at = (ratio) => round(labelWidth + (plotWidth * Math.log(ratio / low)) / Math.log(high / low));
  const bottom = titleHeight + rows.length * rowHeight;

  return [
    `<text class="title" x="16" y="24">${escaped(title)}</text>`,
    ...ticks(low, high).map((tick) => {
      const line = `<line class="${tick === 1 ? 'one' : 'grid'}" x1="${at(tick)}" x2="${at(tick)}" y1="${titleHeight - 4}" y2="${bottom}"/>`;
      return `${line}<text class="tick" x="${at(tick)}" y="${bottom + 14}">${tick}</text>`;
    }),
    ...rows.map((row, index) => drawRow(row, titleHeight + (index + 0.5) * rowHeight, at)),
  ].join('');
}

/**
 * @param {Row} row
 * @param {number} y
 * @param {(ratio: number) => number} at
 */
function drawRow({ name, role, ratio, lowest, highest }, y, at) {
  const label = `<text class="label" x="${labelWidth - 12}" y="${y + 4}">${escaped(name)}</text>`;
  const isKnown = Number.isFinite(ratio);
  const shape = isKnown
    ? `<line class="range" x1="${at(lowest)}" x2="${at(highest)}" y1="${y}" y2="${y}"/><circle cx="${at(ratio)}" cy="${y}" r="5"/>`
    : '';
  const value = `<text class="value" x="${panelWidth - 14}" y="${y + 4}">${isKnown ? digits(ratio) : 'failed'}</text>`;
  return `<g class="${role}">${label}${shape}${value}</g>`;
}

/**
 * @param {number} low
 * @param {number} high
 */
function ticks(low, high) {
  const few = high / low > 60 ? [0.5, 1, 10, 100, 1000] : [0.5, 1, 2, 5, 10, 20, 50];
  return few.filter((tick) => tick >= low && tick <= high);
}

/** @param {number} ratio */
function digits(ratio) {
  return ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(ratio < 100 ? 1 : 0);
}

/** @param {number} pixels */
function round(pixels) {
  return Math.round(pixels * 10) / 10;
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

const style = `
svg { --page: #ffffff; --ink: #1f2328; --soft: #59636e; --grid: #d8dee4; --one: #8c959f; --peer: #6e7781; --ours: #0969da; }
@media (prefers-color-scheme: dark) {
  svg { --page: #0d1117; --ink: #e6edf3; --soft: #9198a1; --grid: #262c36; --one: #656c76; --peer: #9198a1; --ours: #58a6ff; }
}
text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--ink); }
.page { fill: var(--page); }
.head { font-size: 16px; font-weight: 600; }
.title { font-size: 13px; font-weight: 600; }
.note, .tick { fill: var(--soft); font-size: 11px; }
.tick { text-anchor: middle; }
.label { text-anchor: end; }
.value { text-anchor: end; font-variant-numeric: tabular-nums; }
.grid { stroke: var(--grid); }
.one { stroke: var(--one); stroke-dasharray: 3 3; }
circle { fill: var(--peer); }
.range { stroke: var(--peer); stroke-width: 2; opacity: 0.55; }
.everwire circle { fill: var(--ours); }
.everwire .range { stroke: var(--ours); }
.everwire text { font-weight: 600; fill: var(--ours); }
`;
