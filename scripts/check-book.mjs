// `npm run check:book`: is the book fit to be given away? Builds it, serves it from a deep path with no other host in
// reach, opens every page in light, in dark and as narrow as a phone, and looks for errors, for what is not accessible,
// for what does not fit, and for what is too long or too heavy (the limits are in check-book/measures.mjs). Ends with one
// line, `N passed, N failed`.
//
// `npm run check:book -- <folder> <words>` takes a book that is built already, and only pages with these words in their id.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { buildBook } from './build-book.mjs';
import { checkFirstPage, judgeWords, measurePage, tooTall } from './check-book/measures.mjs';
import { ensureChromium, quietFlags } from './chromium.mjs';
import { bin, root } from './run.mjs';
import { serveBook } from './serve-book.mjs';

/** Somewhere below the root of a host, as a project page is. */
const path = '/a/b/everwire';
/** So many pages at a time. */
const lanes = 6;
/** A play function may take a while; ms. */
const patienceMs = 60_000;
const phones = [
  { width: 360, height: 740 },
  { width: 390, height: 844 },
];

const total = { passed: 0, failed: 0 };
/** @type {import('./check-book/measures.mjs').Measures[]} */
const measures = [];
const axe = readFileSync(createRequire(join(root, 'package.json')).resolve('axe-core/axe.min.js'), 'utf8');

const [given, words = ''] = process.argv.slice(2);
const folder = given ?? mkdtempSync(join(tmpdir(), 'everwire-book-'));
try {
  await report('the code of the book compiles', checkCode());
  await report('the mistakes of chapter 10 are those of the compiler', checkMistakes());
  if (given === undefined) await report('the book is built', build());
  if (existsSync(join(folder, 'index.json'))) await checkPages();
} finally {
  if (given === undefined) rmSync(folder, { recursive: true, force: true });
}
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`\n${total.passed} passed, ${total.failed} failed`);

/**
 * Prints one line, and the problems below it.
 *
 * @param {string} name
 * @param {readonly string[] | Promise<readonly string[]>} checking the problems
 */
async function report(name, checking) {
  const problems = await Promise.resolve(checking).catch((error) => [
    `it could not be checked: ${error.message}`,
  ]);
  const passed = problems.length === 0;
  total[passed ? 'passed' : 'failed'] += 1;
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${name}`);
  // A test library says all it knows about the page, too.
  for (const problem of problems) console.log(`       ${problem.split('\n')[0]?.slice(0, 300)}`);
}

function checkCode() {
  return ['.storybook/code/tsconfig.json', '.storybook/code/register/tsconfig.json']
    .flatMap((project) => compile(project).split('\n'))
    .filter((line) => line !== '');
}

function checkMistakes() {
  const printed = compile('.storybook/code/register/tsconfig.mistakes.json').replaceAll(/^.*\//gm, '');
  const shown = readFileSync(join(root, '.storybook/code/register/mistakes.txt'), 'utf8').trim();
  return printed === shown ? [] : ['mistakes.txt should be:', ...printed.split('\n')];
}

/** @param {string} project */
function compile(project) {
  const args = [bin('typescript', 'tsc'), '--project', project, '--pretty', 'false'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return stdout.trim();
}

async function build() {
  const code = await buildBook(folder, { quiet: true });
  return code === 0 ? [] : ['`npm run build-storybook` says why'];
}

async function checkPages() {
  const { server, address } = await serveBook(folder, path);
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    // Nothing has an address but the server: the machine could as well be offline.
    args: [...quietFlags, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
  try {
    const { entries } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
    /** @type {{ id: string, type: 'docs' | 'story' }[]} */
    const pages = Object.values(entries);
    // Alone, because it is timed.
    await report('the first page', checkFirstPage(browser, address));
    /** @type {(() => Promise<void>)[]} */
    const waiting = [
      () => report('the sidebar, in light', checkSidebar(browser, address, 'light')),
      () => report('the sidebar, in dark', checkSidebar(browser, address, 'dark')),
      () => report('the sidebar, on a phone', checkPhone(browser, address)),
      ...pages
        .filter(({ id }) => id.includes(words))
        .map((entry) => () => report(entry.id, checkPage(browser, address, entry))),
    ];
    const lane = async () => {
      for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) await check();
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    await report('words before the live part', judgeWords(measures));
  } finally {
    await browser.close();
    server.close();
  }
}

/**
 * @param {import('playwright').Browser} browser
 * @param {string} address
 * @param {{ id: string, type: 'docs' | 'story' }} entry
 */
async function checkPage(browser, address, { id, type }) {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  const problems = watch(page, address);
  try {
    await page.goto(`${address}/iframe.html?id=${id}&viewMode=${type}&globals=theme:light`);
    await page.waitForFunction(type === 'docs' ? isChapterShown : isStoryFinished, null, {
      timeout: patienceMs,
    });
    const measured = await measurePage(page);
    measures.push({ id, ...measured });
    problems.push(...tooTall(measured));
    await page.evaluate(axe);
    problems.push(...(await violations(page, 'light')));
    await page.evaluate(turnDark);
    await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'dark');
    problems.push(...(await violations(page, 'dark')));
    for (const phone of phones) {
      await page.setViewportSize(phone);
      const excess = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (excess > 0) problems.push(`at ${phone.width} px it is ${excess} px too wide`);
    }
    return problems;
  } finally {
    await context.close();
  }
}

/**
 * The book as a whole, opened at its root: the first page in its sidebar.
 *
 * @param {import('playwright').Browser} browser
 * @param {string} address
 * @param {'light' | 'dark'} colorScheme what the reader's system likes
 */
async function checkSidebar(browser, address, colorScheme) {
  const context = await browser.newContext({ colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const problems = watch(page, address);
  try {
    await page.goto(`${address}/`);
    const book = page.frameLocator('#storybook-preview-iframe');
    await book.getByRole('heading', { name: 'Break the connection' }).waitFor();
    problems.push(...(await othersNames(page)));
    const theme = await book.locator('html').getAttribute('data-theme');
    if (theme !== colorScheme) problems.push(`the page is ${theme}`);
    await book.getByRole('link', { name: '06 Resume and gaps' }).click();
    await book.getByRole('heading', { name: '06 Resume and gaps', level: 1 }).waitFor();
    if (!page.url().startsWith(`${address}/?path=/docs/06-`)) problems.push(`a link led to ${page.url()}`);
    problems.push(...(await othersNames(page)), ...(await paleOrDark(page, colorScheme)));
    const other = colorScheme === 'light' ? 'dark' : 'light';
    await page.getByRole('button', { name: `Turn ${other}` }).click();
    await book.locator(`html[data-theme="${other}"]`).waitFor();
    problems.push(...(await paleOrDark(page, other)));
    return problems;
  } finally {
    await context.close();
  }
}

/**
 * The book is called Everwire.
 *
 * @param {import('playwright').Page} page
 */
async function othersNames(page) {
  const search = await page.locator('#storybook-explorer-searchfield').getAttribute('placeholder');
  return [await page.title(), search].flatMap((name) =>
    name?.includes('Everwire') ? [] : [`the name of the book is not in "${name}"`],
  );
}

/**
 * @param {import('playwright').Page} page
 * @param {'light' | 'dark'} theme
 */
async function paleOrDark(page, theme) {
  const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [red = 0] = (background.match(/\d+/g) ?? []).map(Number);
  return red < 128 === (theme === 'dark') ? [] : [`in ${theme}, the sidebar is ${background}`];
}

/**
 * @param {import('playwright').Browser} browser
 * @param {string} address
 */
async function checkPhone(browser, address) {
  const [viewport = null] = phones;
  const context = await browser.newContext({
    viewport,
    isMobile: true,
    hasTouch: true,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const problems = watch(page, address);
  try {
    await page.goto(`${address}/`);
    const book = page.frameLocator('#storybook-preview-iframe');
    await book.getByRole('heading', { name: 'Break the connection' }).waitFor();
    await page.getByRole('button', { name: 'Open navigation menu' }).tap();
    await page.getByRole('button', { name: '11 Requests' }).tap();
    await page.getByRole('link', { name: 'Docs' }).last().waitFor();
    const excess = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (excess > 0) problems.push(`it is ${excess} px too wide`);
    return problems;
  } finally {
    await context.close();
  }
}

/**
 * What goes wrong on a page, from now on.
 *
 * @param {import('playwright').Page} page
 * @param {string} address
 */
function watch(page, address) {
  /** @type {string[]} */
  const problems = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', ({ message }) => problems.push(`uncaught: ${message}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && !url.startsWith(address)) problems.push(`asked for ${url}`);
  });
  page.on('websocket', (socket) => problems.push(`opened ${socket.url()}`));
  return problems;
}

/**
 * @param {import('playwright').Page} page
 * @param {string} theme
 * @returns {Promise<string[]>}
 */
async function violations(page, theme) {
  const found = await page.evaluate(
    async (rules) => {
      const options = { resultTypes: ['violations'], ...(rules && { runOnly: rules }) };
      const { violations } = await Reflect.get(window, 'axe').run(document.body, options);
      return violations.map((/** @type {{ id: string, nodes: { target: unknown }[] }} */ { id, nodes }) => ({
        id,
        where: nodes.slice(0, 3).map(({ target }) => String(target)),
      }));
      // The second look, in other colours, is for the colours.
    },
    theme === 'light' ? null : ['color-contrast', 'link-in-text-block'],
  );
  return found.map(
    (/** @type {{ id: string, where: string[] }} */ { id, where }) =>
      `axe, ${theme}: ${id} (${where.join(' | ')})`,
  );
}

// ---- run in the page ----

function isStoryFinished() {
  const phase = Reflect.get(window, '__STORYBOOK_PREVIEW__')?.currentRender?.phase;
  return phase === 'finished' || phase === 'errored' || phase === 'aborted';
}

/** Every page of the chapter is there, and its connection has got somewhere; a page in a frame is checked by itself. */
function isChapterShown() {
  const parts = [...document.querySelectorAll('.chapter-part')];
  const shown =
    '[data-status="connected"], [data-status="reconnecting"], [data-status="disconnected"], iframe';
  return parts.length > 0 && parts.every((part) => part.querySelector(shown) !== null);
}

/** As the button beside the sidebar does it, in another frame. */
function turnDark() {
  window.dispatchEvent(new StorageEvent('storage', { key: 'everwire-book-theme', newValue: 'dark' }));
}
