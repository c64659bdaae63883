// `npm run book:sheets`: contact sheets of the book, to be looked at. Each shows some pages, in light and dark, at 1280 and
// 390 px, as they are when they have been open for a moment. They are written into `book-sheets`.
//
// `npm run book:sheets -- <folder> <words>` takes a book that is built already, and only pages with these words in their id.
// The page of a chapter has all its stories; `--stories` adds each by itself.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { buildBook } from './build-book.mjs';
import { ensureChromium, quietFlags } from './chromium.mjs';
import { root } from './run.mjs';
import { serveBook } from './serve-book.mjs';

/** How long a page is open before its picture is taken, ms. */
const OPEN_MS = 4_000;
/** A page may take a while on a busy machine, ms. */
const PATIENCE_MS = 120_000;
/** What is further down is cut off; px. */
const MAX_HEIGHT = 3_600;
const looks = /** @type {const} */ ([
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 1280 },
  { theme: 'light', width: 390 },
  { theme: 'dark', width: 390 },
]);

const { values, positionals } = parseArgs({
  options: { stories: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [given, words = ''] = positionals;
const folder = given ?? mkdtempSync(join(tmpdir(), 'everwire-book-'));
try {
  if (given === undefined) await buildBook(folder, { quiet: true });
  if (!existsSync(join(folder, 'index.json'))) throw new Error(`There is no book in ${folder}.`);
  await drawSheets();
} finally {
  if (given === undefined) rmSync(folder, { recursive: true, force: true });
}

async function drawSheets() {
  const out = join(root, 'book-sheets');
  mkdirSync(out, { recursive: true });
  const { server, address } = await serveBook(folder);
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: quietFlags });
  try {
    /** @type {{ id: string, type: 'docs' | 'story' }[]} */
    const entries = Object.values(JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')).entries);
    const pages = entries.filter(
      ({ id, type }) => id.includes(words) && (values.stories || type === 'docs' || id === 'everwire--front'),
    );
    for (const { id, type } of pages) {
      const url = `${address}/iframe.html?id=${id}&viewMode=${type}`;
      const shots = [];
      for (const look of looks) shots.push(await shoot(browser, url, look));
      const sheet = await browser.newPage({ viewport: { width: 1_400, height: 100 } });
      await sheet.setContent(sheetOf(id, shots));
      await sheet.screenshot({ path: join(out, `${id}.png`), fullPage: true });
      await sheet.close();
      console.log(`book-sheets/${id}.png`);
    }
  } finally {
    await browser.close();
    server.close();
  }
}

/**
 * @param {import('playwright').Browser} browser
 * @param {string} url
 * @param {(typeof looks)[number]} look
 */
async function shoot(browser, url, { theme, width }) {
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  try {
    await page.goto(`${url}&globals=theme:${theme}`, { waitUntil: 'commit' });
    await page.locator('.page').first().waitFor({ timeout: PATIENCE_MS });
    await page.waitForTimeout(OPEN_MS);
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width, height: Math.min(height, MAX_HEIGHT) });
    await page.waitForTimeout(OPEN_MS / 4);
    return (await page.screenshot()).toString('base64');
  } finally {
    await page.close();
  }
}

/**
 * @param {string} id
 * @param {readonly string[]} shots
 */
function sheetOf(id, shots) {
  const images = shots.map(
    (shot, index) =>
      `<img style="width:${(looks[index]?.width ?? 0) / 2.5}px" src="data:image/png;base64,${shot}">`,
  );
  return `<body style="margin:12px;background:#777;font:20px sans-serif"><p style="margin:0 0 8px">${id}</p><div style="display:flex;gap:12px;align-items:start">${images.join('')}</div>`;
}
