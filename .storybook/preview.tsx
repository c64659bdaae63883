import type { Preview } from '@storybook/react-vite';
import { lazy, useEffect, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';
import { UPDATE_GLOBALS } from 'storybook/internal/core-events';
import { addons } from 'storybook/preview-api';
import { configure } from 'storybook/test';
import { codeOf } from '../stories/ui/book-code.ts';
import { CodeFiles } from '../stories/ui/code-block.tsx';
import { PageViewContext } from '../stories/ui/page-view.ts';
import { followTheme, readTheme } from '../stories/ui/theme.ts';

/** Longer than the default, because a busy machine is slow. */
configure({ asyncUtilTimeout: 120_000 });

/** Before the first story, so that nothing flashes. */
document.documentElement.dataset['theme'] = readTheme();

followTheme(() => {
  document.documentElement.dataset['theme'] = readTheme();
});

const ThemedDocs = lazy(() => import('./docs.tsx').then((docs) => ({ default: docs.ThemedDocs })));
const ChapterPage = lazy(() => import('./docs.tsx').then((docs) => ({ default: docs.ChapterPage })));

/**
 * Passes the theme on to stories that read it from Storybook. In a chapter this would remount the story, so there it
 * does not.
 */
function useThemeGlobal(current: unknown): void {
  const theme = useSyncExternalStore(followTheme, readTheme);
  useEffect(() => {
    if (current !== theme) addons.getChannel().emit(UPDATE_GLOBALS, { globals: { theme } });
  }, [current, theme]);
}

interface ThemedStoryProps {
  readonly current: unknown;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The code is outside the story's root: a play function searches the page for text, but not in its code. */
function BesideStory({ current, parameters }: ThemedStoryProps) {
  useThemeGlobal(current);
  useEffect(() => {
    document.title = 'Everwire';
  }, []);
  const files = codeOf(parameters);
  if (files.length === 0) return null;
  return createPortal(
    <aside className="page beside" aria-label="Its code">
      <CodeFiles files={files} />
    </aside>,
    document.body,
  );
}

const preview: Preview = {
  tags: ['autodocs'],
  parameters: {
    a11y: { test: 'error' },
    docs: { container: ThemedDocs, page: ChapterPage },
    options: { storySort: { method: 'alphabetical', order: ['Everwire'] } },
  },
  initialGlobals: { theme: readTheme() },
  decorators: [
    (Story, { globals, viewMode, parameters }) =>
      viewMode === 'docs' ? (
        <PageViewContext.Provider value="in-chapter">
          <Story />
        </PageViewContext.Provider>
      ) : (
        <>
          <Story />
          <BesideStory current={globals['theme']} parameters={parameters} />
        </>
      ),
  ],
};

export default preview;
