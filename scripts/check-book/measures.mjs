// What a reader has to read, scroll and load before the book is of use: measured on each page, with its limits.

import { cpus, loadavg } from 'node:os';
import { gzipSync } from 'node:zlib';

/** How often the first page is opened. */
const OPENED = 3;

/** The limits. A page above one of them fails the check. */
const limits = {
  /** Words, those of code included and those of links to other pages not, before the live part: the median of all pages. */
  medianWords: 25,
  /** Of a page at 1280 px; px. */
  height: 3_000,
  /** Of the first page of the book, with the sidebar, as a host sends it: with gzip; bytes. */
  firstPageBytes: 1_500_000,
  /** From the address to the picture, on a machine that does nothing else; ms. */
  firstPictureMs: 2_000,
};

/** @typedef {{ id: string, words: number, height: number }} Measures */

/**
 * Of a page that is shown at 1280 px.
 *
 * @param {import('playwright').Page} page
 * @returns {Promise<{ words: number, height: number }>}
 */
export function measurePage(page) {
  return page.evaluate(() => {
    const live = document.querySelector('.live, .stage, .chapter-part iframe');
    const start = document.querySelector('main') ?? document.body;
    let words = 0;
    const texts = document.createTreeWalker(start, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const isBefore =
        live === null || (node.compareDocumentPosition(live) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
      if (!isBefore || live?.contains(node)) break;
      if (node.parentElement?.closest('nav')) continue;
      words += (node.textContent ?? '').match(/[\p{Letter}\p{Number}]\S*/gu)?.length ?? 0;
    }
    return { words, height: document.documentElement.scrollHeight };
  });
}

/** @param {{ height: number }} measures */
export function tooTall({ height }) {
  return height > limits.height ? [`at 1280 px it is ${height} px tall: at most ${limits.height}`] : [];
}

/**
 * Prints the measures of all pages, and judges their median.
 *
 * @param {readonly Measures[]} measures
 */
export function judgeWords(measures) {
  if (measures.length === 0) return [];
  console.log('     words before the live part, and height at 1280 px:');
  for (const { id, words, height } of measures.toSorted((one, other) => other.words - one.words)) {
    const mark = words > limits.medianWords ? '>' : ' ';
    console.log(`     ${mark}${String(words).padStart(4)} ${String(height).padStart(6)}  ${id}`);
  }
  const sorted = measures.map(({ words }) => words).sort((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  if (median <= limits.medianWords) return [];
  return [`the median is ${median}: at most ${limits.medianWords}`];
}

/**
 * Opens the book at its root, as often as `OPENED`, and weighs what comes until the picture is there and the network is quiet.
 *
 * @param {import('playwright').Browser} browser
 * @param {string} address
 * @returns {Promise<readonly string[]>}
 */
export async function checkFirstPage(browser, address) {
  const isIdle = (loadavg()[0] ?? 0) < cpus().length / 2;
  const opened = [];
  for (let count = 0; count < OPENED; count += 1) opened.push(await openFirstPage(browser, address));
  const bytes = Math.max(...opened.map((one) => one.bytes));
  // What else the machine does can only make it slower.
  const pictureMs = Math.min(...opened.map((one) => one.pictureMs));
  const all = opened.map((one) => one.pictureMs).join(', ');
  console.log(`     the first page: ${(bytes / 1e6).toFixed(2)} MB with gzip, the picture after ${all} ms`);
  const problems = [];
  if (bytes > limits.firstPageBytes)
    problems.push(`it weighs ${bytes} bytes: at most ${limits.firstPageBytes}`);
  // A busy machine says nothing about the book.
  if (isIdle && pictureMs > limits.firstPictureMs) {
    problems.push(`the picture takes ${pictureMs} ms: at most ${limits.firstPictureMs}`);
  }
  return problems;
}

/**
 * In a context of its own: nothing is cached.
 *
 * @param {import('playwright').Browser} browser
 * @param {string} address
 */
async function openFirstPage(browser, address) {
  const context = await browser.newContext();
  const page = await context.newPage();
  /** @type {import('playwright').Response[]} */
  const responses = [];
  page.on('response', (response) => responses.push(response));
  try {
    const startedAt = performance.now();
    await page.goto(`${address}/`, { waitUntil: 'commit' });
    const picture = page.frameLocator('#storybook-preview-iframe').locator('.stage .event').first();
    await picture.waitFor({ timeout: 60_000 });
    const pictureMs = Math.round(performance.now() - startedAt);
    await page.waitForLoadState('networkidle');
    // Weighed afterwards, because that takes time too.
    const weights = await Promise.all(
      responses.map((response) =>
        response.body().then(
          (body) => gzipSync(body).length,
          () => 0,
        ),
      ),
    );
    return { pictureMs, bytes: weights.reduce((sum, one) => sum + one, 0) };
  } finally {
    await context.close();
  }
}
