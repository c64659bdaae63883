/** Renders the figures as Markdown: one table for each way in which the server admits its clients again. */
import type { Admission, HerdRow } from './figures.ts';

const headings = [
  'policy',
  'peak, attempts/s',
  'peak once it is back',
  'attempts per client',
  'away after a blip, s',
  'back after, s: half / 95 % / last',
  'recovered',
] as const;

/** The text between the markers in docs/scale.md. */
export function renderTables(rows: readonly HerdRow[]): string {
  return [
    'The server takes everyone as soon as it is back:',
    renderTable(rows, 'everyone'),
    'The server takes 2,000 a second, and refuses the rest:',
    renderTable(rows, 'limited'),
  ].join('\n\n');
}

function renderTable(rows: readonly HerdRow[], admission: Admission['key']): string {
  const lines = rows.filter((row) => row.admission === admission).map(cellsOf);
  return [headings, headings.map((_, column) => (column === 0 ? '---' : '---:')), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function cellsOf(row: HerdRow): readonly string[] {
  return [
    row.name,
    whole(row.peakPerSecond),
    whole(row.peakAfterPerSecond),
    row.attemptsPerClient.toFixed(1),
    seconds(row.blipMedianMs),
    `${seconds(row.backHalfMs)} / ${seconds(row.backMostMs)} / ${seconds(row.backLastMs)}`,
    percent(row.recoveredShare),
  ];
}

function whole(number: number): string {
  return number.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ',');
}

function seconds(ms: number): string {
  const value = (ms / 1000).toFixed(1);
  return value.replace(/\B(?=(\d{3})+\.)/g, ',');
}

/** Rounded down: 100 % means every client. */
function percent(share: number): string {
  return `${Number((Math.floor(share * 1000) / 10).toFixed(1))} %`;
}
