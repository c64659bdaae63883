/**
 * Keeps the browser's own signals about the page from the code under test: a focus that comes late, because the machine is busy,
 * would cut short a wait that a test is looking at. A test that is about signals fires its own.
 */

const MARK = Symbol.for('everwire.no-page-signals');

function stop(event: Event): void {
  // The focus of an element passes here, too, and is the test's own affair.
  if (event.isTrusted && (event.target === window || event.target === document))
    event.stopImmediatePropagation();
}

// A setup file runs once for each test file, and several test files share a page.
if (!(MARK in globalThis)) {
  Object.assign(globalThis, { [MARK]: true });
  for (const type of [
    'focus',
    'blur',
    'online',
    'offline',
    'pageshow',
    'visibilitychange',
    'freeze',
    'resume',
  ])
    window.addEventListener(type, stop, { capture: true });
}

export {};
