/** Whether a page is alone in its window, or one of several on the page of its chapter. */
import { createContext, useContext } from 'react';

export type PageView = 'alone' | 'in-chapter';

export const PageViewContext = createContext<PageView>('alone');

export function usePageView(): PageView {
  return useContext(PageViewContext);
}

/** The id of the heading of this page. */
export const TitleIdContext = createContext<string | null>(null);

/** The ids of the headings of this page's parts: in a chapter, each page has parts of the same name. */
export function useLabelledBy(headingId: string): string {
  const titleId = useContext(TitleIdContext);
  return titleId === null ? headingId : `${headingId} ${titleId}`;
}
