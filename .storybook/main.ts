import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StorybookConfig } from '@storybook/react-vite';
import { mergeConfig, type Plugin, type UserConfig } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const keepSentences: Plugin = {
  name: 'everwire-keep-sentences',
  enforce: 'pre',
  transform: (code, id) =>
    id.endsWith('/src/sentences.ts') ? code.replaceAll('process.env.NODE_ENV', "'development'") : null,
};

const config: StorybookConfig = {
  framework: '@storybook/react-vite',
  stories: ['../stories/**/*.stories.tsx'],
  staticDirs: ['./static'],
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y', '@storybook/addon-vitest'],
  // Storybook's own tools are off: the controls of the book are in the stories themselves.
  features: {
    sidebarOnboardingChecklist: false,
    controls: false,
    actions: false,
    backgrounds: false,
    measure: false,
    outline: false,
  },
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  // The default one needs an API of the compiler that TypeScript 7 does not have.
  typescript: { reactDocgen: 'react-docgen' },
  viteFinal: (vite) =>
    mergeConfig(vite, {
      // The static book shows the full messages of errors, as in development.
      plugins: [keepSentences],
      // Relative addresses: a static build works under any path.
      base: './',
      resolve: {
        // Stories import what users import.
        alias: [
          { find: /^everwire$/, replacement: join(root, 'index.ts') },
          { find: /^everwire\/core$/, replacement: join(root, 'src/index.ts') },
          {
            find: /^everwire\/mattermost$/,
            replacement: join(root, 'src/protocols/mattermost/index.ts'),
          },
          { find: /^everwire\/devtools$/, replacement: join(root, 'devtools/index.ts') },
          { find: /^everwire\/tanstack-query$/, replacement: join(root, 'tanstack-query/index.ts') },
          { find: /^everwire\/tabs$/, replacement: join(root, 'tabs/index.ts') },
          { find: /^everwire\/testing$/, replacement: join(root, 'src/testing/index.ts') },
        ],
      },
      build: {
        chunkSizeWarningLimit: 2_000,
        rolldownOptions: {
          onwarn(warning, warn) {
            // 'use client' means nothing to a bundle for the browser, and is no error.
            if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
          },
        },
      },
    } satisfies UserConfig),
};

export default config;
