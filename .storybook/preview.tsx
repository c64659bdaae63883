import { DocsContainer, type DocsContainerProps } from '@storybook/addon-docs/blocks';
import type { Preview } from '@storybook/react-vite';
import { type ComponentType, type PropsWithChildren, useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { configure } from 'storybook/test';
import { themes } from 'storybook/theming';
import { codeOf } from '../stories/ui/book-code.ts';
import { ChapterPage } from '../stories/ui/chapter-page.tsx';
import { CodeBlock } from '../stories/ui/code-block.tsx';
import { PageViewContext } from '../stories/ui/page-view.ts';

// A busy machine is slow, not wrong.
configure({ asyncUtilTimeout: 10_000 });

type Theme = 'light' | 'dark';

function asTheme(value: unknown): Theme {
  return value === 'dark' ? 'dark' : 'light';
}

/** What the reader's system likes, until the toolbar says otherwise. */
const likedTheme: Theme = window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';

function showTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
}

/** The part of Storybook's docs context that says what the toolbar is set to. It has no public type. */
interface WithGlobals {
  channel: { on(event: string, listener: (change: { globals: Record<string, unknown> }) => void): void } & {
    off(event: string, listener: (change: { globals: Record<string, unknown> }) => void): void;
  };
}

function globalsOfAddress(): unknown {
  return /(?:^|;)theme:(\w+)/.exec(new URLSearchParams(window.location.search).get('globals') ?? '')?.[1];
}

/** The docs pages follow the toolbar, as the stories in them do. */
function ThemedDocs({ context, children }: PropsWithChildren<DocsContainerProps>) {
  const [theme, setTheme] = useState<Theme>(() => asTheme(globalsOfAddress() ?? likedTheme));
  useEffect(() => {
    const { channel } = context as unknown as WithGlobals;
    const follow = ({ globals }: { globals: Record<string, unknown> }) => setTheme(asTheme(globals['theme']));
    channel.on('globalsUpdated', follow);
    return () => channel.off('globalsUpdated', follow);
  }, [context]);
  useEffect(() => showTheme(theme), [theme]);
  return (
    <DocsContainer context={context} theme={themes[theme]}>
      {children}
    </DocsContainer>
  );
}

/** Outside the story's root: a play function looks for words on the page, and not for those in its code. */
function CodeBeside({ parameters }: { readonly parameters: Readonly<Record<string, unknown>> }) {
  const files = codeOf(parameters);
  if (files.length === 0) return null;
  return (
    <aside className="page beside" aria-label="Its code">
      {files.map((file) => (
        <CodeBlock key={file.title} {...file} />
      ))}
    </aside>
  );
}

const preview: Preview = {
  parameters: {
    a11y: { test: 'error' },
    docs: {
      container: ThemedDocs as ComponentType<PropsWithChildren<DocsContainerProps>>,
      page: ChapterPage,
    },
    options: { storySort: { method: 'alphabetical', order: ['Read me first'] } },
  },
  globalTypes: {
    theme: {
      description: 'Light or dark',
      toolbar: {
        title: 'Theme',
        icon: 'circlehollow',
        items: [
          { value: 'light', icon: 'sun', title: 'Light' },
          { value: 'dark', icon: 'moon', title: 'Dark' },
        ],
        dynamicTitle: true,
      },
    },
  },
  initialGlobals: { theme: likedTheme },
  tags: ['autodocs'],
  decorators: [
    (Story, { globals, viewMode, parameters }) => {
      showTheme(asTheme(globals['theme']));
      // On the page of its chapter, the code stands below.
      if (viewMode === 'docs') {
        return (
          <PageViewContext.Provider value="in-chapter">
            <Story />
          </PageViewContext.Provider>
        );
      }
      return (
        <>
          <Story />
          {createPortal(<CodeBeside parameters={parameters} />, document.body)}
        </>
      );
    },
  ],
};

export default preview;
