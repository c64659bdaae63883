/** Keeps the theme, light or dark, for the sidebar and for every frame of the book, until the next visit. */

export type Theme = 'light' | 'dark';

const KEY = 'everwire-book-theme';

let theme: Theme = asked() ?? outer() ?? kept() ?? liked();
const listeners = new Set<() => void>();

/** Another frame of the book has changed it. */
window.addEventListener('storage', ({ key, newValue }) => {
  if (key === KEY && (newValue === 'light' || newValue === 'dark')) change(newValue);
});

export function readTheme(): Theme {
  return theme;
}

export function followTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function chooseTheme(chosen: Theme): void {
  change(chosen);
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // Storage is not allowed here: the theme holds for this frame only.
  }
}

function change(next: Theme): void {
  if (next === theme) return;
  theme = next;
  for (const listener of listeners) listener();
}

/** From the address: `globals=theme:dark`. */
function asked(): Theme | null {
  const globals = new URLSearchParams(window.location.search).get('globals') ?? '';
  return asTheme(/(?:^|;)theme:(\w+)/.exec(globals)?.[1]);
}

/** From the page around this one, if it is a page of the book. */
function outer(): Theme | null {
  try {
    return window.parent === window ? null : asTheme(window.parent.document.documentElement.dataset['theme']);
  } catch {
    return null;
  }
}

function kept(): Theme | null {
  try {
    return asTheme(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function liked(): Theme {
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

function asTheme(value: unknown): Theme | null {
  return value === 'light' || value === 'dark' ? value : null;
}
