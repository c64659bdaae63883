import { DocsContainer, type DocsContainerProps } from '@storybook/addon-docs/blocks';
import type { Preview } from '@storybook/react-vite';
import { type ComponentType, type PropsWithChildren, useEffect, useState } from 'react';
import { configure } from 'storybook/test';
import { themes } from 'storybook/theming';

// A busy machine is slow, not wrong.
configure({ asyncUtilTimeout: 10_000 });

type Theme = 'light' | 'dark';

function asTheme(value: unknown): Theme {
  return value === 'dark' ? 'dark' : 'light';
}

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
  const [theme, setTheme] = useState<Theme>(() => asTheme(globalsOfAddress()));
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

const preview: Preview = {
  parameters: {
    a11y: { test: 'error' },
    docs: { container: ThemedDocs as ComponentType<PropsWithChildren<DocsContainerProps>> },
    options: { storySort: { method: 'alphabetical' } },
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
  initialGlobals: { theme: 'light' },
  decorators: [
    (Story, { globals }) => {
      showTheme(asTheme(globals['theme']));
      return <Story />;
    },
  ],
};

export default preview;
