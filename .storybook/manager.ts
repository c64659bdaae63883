import { GLOBALS_UPDATED, SET_GLOBALS } from 'storybook/internal/core-events';
import { addons } from 'storybook/manager-api';
import type { ThemeVars } from 'storybook/theming';
import { create } from 'storybook/theming/create';

type Theme = 'light' | 'dark';

const shared = { brandTitle: 'Everwire', brandTarget: '_self', appBorderRadius: 6 } as const;

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

/** What the reader's system likes, until a page has said what its toolbar is set to. */
const liked: Theme = window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';

addons.setConfig({
  // The story is the page; the panel of add-ons is one key away (A).
  showPanel: false,
  theme: themes[liked],
});

// The sidebar follows the toolbar, as the pages do.
addons.register('everwire/theme', (api) => {
  let shown = liked;
  const follow = ({ globals }: { readonly globals: Readonly<Record<string, unknown>> }): void => {
    const theme: Theme = globals['theme'] === 'dark' ? 'dark' : 'light';
    if (theme === shown) return;
    shown = theme;
    api.setOptions({ theme: themes[theme] });
  };
  api.on(SET_GLOBALS, follow);
  api.on(GLOBALS_UPDATED, follow);
});
