/** A link to another page of the book. It does not reload the book where the sidebar is there. */
import type { MouseEvent, ReactNode } from 'react';
import { NAVIGATE_URL } from 'storybook/internal/core-events';
import { addons } from 'storybook/preview-api';

export interface BookLinkProps {
  /** The id of a docs page or a story. */
  readonly to: string;
  readonly children: ReactNode;
}

export function BookLink({ to, children }: BookLinkProps) {
  const view = to.endsWith('--docs') ? 'docs' : 'story';
  // A page that was opened by itself has no sidebar around it.
  if (window.parent === window) {
    return <a href={`?id=${to}&viewMode=${view}`}>{children}</a>;
  }
  const path = `?path=/${view}/${to}`;
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    addons.getChannel().emit(NAVIGATE_URL, path);
  };
  return (
    <a href={`./${path}`} target="_top" onClick={follow}>
      {children}
    </a>
  );
}
