import { createElement, useSyncExternalStore } from 'react';
import { Button } from 'storybook/internal/components';
import { addons, types } from 'storybook/manager-api';
import type { ThemeVars } from 'storybook/theming';
import { create } from 'storybook/theming/create';
import { chooseTheme, followTheme, readTheme, type Theme } from '../stories/ui/theme.ts';

const shared = {
  brandTitle: 'Everwire',
  brandUrl: './',
  brandTarget: '_self',
  appBorderRadius: 6,
  // Those of the machine: a font is a tenth of what the first page may weigh.
  fontBase: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
} as const;

/** The colours of stories/ui/styles.css. */
const themes: Readonly<Record<Theme, ThemeVars>> = {
  light: create({
    ...shared,
    base: 'light',
    colorPrimary: '#0b66c3',
    colorSecondary: '#0b66c3',
    appBg: '#f6f8fa',
    appContentBg: '#ffffff',
    appPreviewBg: '#f6f8fa',
    appBorderColor: '#d5dce3',
    textColor: '#1b2733',
    textMutedColor: '#4b5b6b',
    barBg: '#ffffff',
    barTextColor: '#4b5b6b',
    barHoverColor: '#0b66c3',
    barSelectedColor: '#0b66c3',
  }),
  dark: create({
    ...shared,
    base: 'dark',
    colorPrimary: '#74b6ff',
    colorSecondary: '#3b82d0',
    appBg: '#111920',
    appContentBg: '#161e26',
    appPreviewBg: '#0e141a',
    appBorderColor: '#2a3642',
    textColor: '#e6edf3',
    textMutedColor: '#a3b3c2',
    barBg: '#161e26',
    barTextColor: '#a3b3c2',
    barHoverColor: '#9acbff',
    barSelectedColor: '#74b6ff',
  }),
};

addons.setConfig({
  // The story fills the page; the panel of add-ons is one key away (A).
  layout: { showPanel: false },
  theme: themes[readTheme()],
});

/** Not Storybook's own control for a global: that one remounts every story of a chapter. */
function ThemeButton() {
  const theme = useSyncExternalStore(followTheme, readTheme);
  const other = theme === 'light' ? 'dark' : 'light';
  // Without JSX: the sidebar is built with the old transform, and React is not in scope.
  const icon = createElement(
    'svg',
    { width: 14, height: 14, viewBox: '0 0 14 14', 'aria-hidden': true },
    createElement('circle', { cx: 7, cy: 7, r: 5.5, fill: 'none', stroke: 'currentColor', strokeWidth: 1.5 }),
    createElement('path', { d: 'M7 1.5a5.5 5.5 0 0 1 0 11Z', fill: 'currentColor' }),
  );
  return createElement(
    Button,
    {
      size: 'small',
      variant: 'ghost',
      padding: 'small',
      ariaLabel: `Turn ${other}`,
      onClick: () => chooseTheme(other),
    },
    icon,
  );
}

addons.register('everwire/theme', (api) => {
  followTheme(() => api.setOptions({ theme: themes[readTheme()] }));
  addons.add('everwire/theme/button', {
    type: types.TOOL,
    title: 'Theme',
    match: ({ viewMode, tabId }) => !tabId && (viewMode === 'story' || viewMode === 'docs'),
    render: ThemeButton,
  });
});

/** Storybook writes its own name into the title of the window, and its own words into the search. */
function sayEverwire(): void {
  const title = document.title
    .replace(/^Everwire - Everwire ⋅ Storybook$|^(storybook - )?Storybook$/, 'Everwire')
    .replace(/( - Docs)? ⋅ Storybook$/, ' ⋅ Everwire');
  if (title !== document.title) document.title = title;
  const search = document.getElementById('storybook-explorer-searchfield');
  if (search?.getAttribute('placeholder') === 'Find components') {
    search.setAttribute('placeholder', 'Search Everwire');
  }
}

sayEverwire();
new MutationObserver(sayEverwire).observe(document.documentElement, {
  childList: true,
  characterData: true,
  subtree: true,
});
