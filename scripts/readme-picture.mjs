// `node scripts/readme-picture.mjs`: draws the pictures at the top of the README from the front page of the book. It opens
// the story in a Chromium whose clock it turns by hand, reads every 50 ms what is on the page while it loses its network, and writes that
// as an SVG that moves, and as one that stands still. In light and in dark.
//
// `node scripts/readme-picture.mjs <folder>` takes a book that is built already.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { buildBook } from './build-book.mjs';
import { ensureChromium, quietFlags } from './chromium.mjs';
import { drawFilm, drawStill } from './readme-picture/draw.mjs';
import { readScene } from './readme-picture/scene.mjs';
import { root } from './run.mjs';
import { serveBook } from './serve-book.mjs';

/** From one look at the page to the next, ms. */
const STEP_MS = 50;
/** How long the outcome is shown, ms. */
const OUTCOME_MS = 4_200;
const MAX_BYTES = 400_000;

const [given] = process.argv.slice(2);
const folder = given ?? mkdtempSync(join(tmpdir(), 'everwire-book-'));
try {
  if (given === undefined && (await buildBook(folder, { quiet: true })) !== 0) {
    throw new Error('The book could not be built: `npm run build-storybook` says why.');
  }
  await draw();
} finally {
  if (given === undefined) rmSync(folder, { recursive: true, force: true });
}

async function draw() {
  const { server, address } = await serveBook(folder);
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: quietFlags });
  try {
    for (const theme of /** @type {const} */ (['light', 'dark'])) {
      const film = await record(
        browser,
        `${address}/iframe.html?id=everwire--front&viewMode=story&globals=theme:${theme}`,
      );
      save(`front-${theme}.svg`, drawFilm(film));
      save(`front-${theme}-still.svg`, drawStill(film));
    }
  } finally {
    await browser.close();
    server.close();
  }
}

/**
 * @param {import('playwright').Browser} browser
 * @param {string} url
 * @returns {Promise<import('./readme-picture/draw.mjs').Film>}
 */
async function record(browser, url) {
  // With reduced motion, what is read is where things are, and not how they get there.
  const context = await browser.newContext({
    viewport: { width: 980, height: 800 },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(url);
  await page.locator('.event[data-state="arrived"]').first().waitFor();
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 200);
  await page.addStyleTag({
    content:
      '.pauser, .breaker:not(:first-child) { display: none !important } .stage { border-radius: 0 !important }',
  });
  /** @type {import('./readme-picture/scene.mjs').Scene[]} */
  const scenes = [];
  let endsAtMs = Number.POSITIVE_INFINITY;
  // It begins before the accident that the page has by itself.
  for (let atMs = 0, hasBroken = false; atMs < endsAtMs; atMs += STEP_MS) {
    const scene = await page.evaluate(readScene);
    if (scenes.length === 0 && scene.phase !== 'calm') throw new Error('The page was too fast: start again.');
    scenes.push(scene);
    hasBroken ||= scene.phase === 'accident';
    if (hasBroken && scene.phase === 'calm') endsAtMs = Math.min(endsAtMs, atMs + OUTCOME_MS);
    await page.clock.runFor(STEP_MS);
  }
  await context.close();
  return { scenes, stepMs: STEP_MS };
}

/**
 * @param {string} name
 * @param {string} svg
 */
function save(name, svg) {
  if (svg.length > MAX_BYTES) throw new Error(`${name} has ${svg.length} bytes, and may have ${MAX_BYTES}.`);
  writeFileSync(join(root, 'docs/images', name), svg);
  console.log(`docs/images/${name}: ${Math.round(svg.length / 1_000)} kB`);
}
