/** The page of a chapter. It is loaded when a chapter is opened: the front page needs nothing of it. */

import { DocsContainer, type DocsContainerProps } from '@storybook/addon-docs/blocks';
import { type PropsWithChildren, useEffect, useSyncExternalStore } from 'react';
import { themes } from 'storybook/theming';
import { followTheme, readTheme } from '../stories/ui/theme.ts';

export { ChapterPage } from '../stories/ui/chapter-page.tsx';

export function ThemedDocs({ context, children }: PropsWithChildren<DocsContainerProps>) {
  const theme = useSyncExternalStore(followTheme, readTheme);
  useEffect(() => {
    document.title = 'Everwire';
  }, []);
  return (
    <DocsContainer context={context} theme={themes[theme]}>
      {children}
    </DocsContainer>
  );
}
