import { DocsContainer, type DocsContainerProps } from '@storybook/addon-docs/blocks';
import type { Preview } from '@storybook/react-vite';
import { type PropsWithChildren, useEffect, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';
import { UPDATE_GLOBALS } from 'storybook/internal/core-events';
import { addons } from 'storybook/preview-api';
import { configure } from 'storybook/test';
import { themes } from 'storybook/theming';
import { codeOf } from '../stories/ui/book-code.ts';
import { ChapterPage } from '../stories/ui/chapter-page.tsx';
import { CodeBlock } from '../stories/ui/code-block.tsx';
import { PageViewContext } from '../stories/ui/page-view.ts';
import { followTheme, readTheme, type Theme } from '../stories/ui/theme.ts';

// A busy machine is slow, not wrong.
configure({ asyncUtilTimeout: 10_000 });

function useTheme(): Theme {
  const theme = useSyncExternalStore(followTheme, readTheme);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return theme;
}

// Before the first story: nothing may flash.
document.documentElement.dataset['theme'] = readTheme();

function ThemedDocs({ context, children }: PropsWithChildren<DocsContainerProps>) {
  const theme = useTheme();
  return (
    <DocsContainer context={context} theme={themes[theme]}>
      {children}
    </DocsContainer>
  );
}

/** A story that asks Storybook for the theme is told, too. In a chapter it would be mounted anew for it, and is not. */
function useThemeGlobal(told: unknown): void {
  const theme = useTheme();
  useEffect(() => {
    if (told !== theme) addons.getChannel().emit(UPDATE_GLOBALS, { globals: { theme } });
  }, [told, theme]);
}

interface ThemedStoryProps {
  readonly told: unknown;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The code stands outside the story's root: a play function looks for words on the page, and not for those in its code. */
function BesideStory({ told, parameters }: ThemedStoryProps) {
  useThemeGlobal(told);
  const files = codeOf(parameters);
  if (files.length === 0) return null;
  return createPortal(
    <aside className="page beside" aria-label="Its code">
      {files.map((file) => (
        <CodeBlock key={file.title} {...file} />
      ))}
    </aside>,
    document.body,
  );
}

const preview: Preview = {
  tags: ['autodocs'],
  parameters: {
    a11y: { test: 'error' },
    docs: { container: ThemedDocs, page: ChapterPage },
    options: { storySort: { method: 'alphabetical', order: ['Read me first'] } },
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
          <BesideStory told={globals['theme']} parameters={parameters} />
        </>
      ),
  ],
};

export default preview;
