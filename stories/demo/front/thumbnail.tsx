/** The first page of a chapter, live and small: it runs while it is seen, and something is pressed in it now and then. */

import { type ComponentType, useEffect, useRef, useState } from 'react';
import { PageViewContext } from '../../ui/page-view.ts';

type StoryModule = Readonly<Record<string, { readonly render?: ComponentType }>>;

const modules = import.meta.glob<StoryModule>(['../../*.stories.tsx', '!../../00-*']);

/** The buttons to press, by the number of the chapter. A button that is not there is left out. */
const presses: Readonly<Record<string, readonly string[]>> = {
  '02': ['Drop'],
  '03': ['Mount one more'],
  '05': ['Refuse'],
  '06': ['Send five', 'Drop, and send five'],
  '08': ['Freeze'],
  '11': ['Ask'],
};

/** From one press to the next, ms. */
const PRESS_EVERY_MS = 2_500;

export function Thumbnail({ chapter }: { readonly chapter: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const Page = useFirstPage(chapter, useIsSeen(frame));
  usePresses(frame, presses[chapter.slice(0, 2)], Page !== null);
  return (
    <div ref={frame} className="thumbnail" aria-hidden="true" inert>
      <div className="thumbnail-page">
        {Page !== null && (
          <PageViewContext value="in-chapter">
            <Page />
          </PageViewContext>
        )}
      </div>
    </div>
  );
}

function useIsSeen(frame: React.RefObject<HTMLElement | null>): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const watcher = new IntersectionObserver((entries) => setSeen(entries.at(-1)?.isIntersecting ?? false));
    if (frame.current !== null) watcher.observe(frame.current);
    return () => watcher.disconnect();
  }, [frame]);
  return isSeen;
}

/** The stories are loaded when they are seen: the front page does not wait for them. */
function useFirstPage(chapter: string, isWanted: boolean): ComponentType | null {
  const [Page, setPage] = useState<ComponentType | null>(null);
  useEffect(() => {
    if (!isWanted) return;
    let isCurrent = true;
    const [, load] =
      Object.entries(modules).find(([path]) => path.includes(`/${chapter.slice(0, 2)}-`)) ?? [];
    load?.().then(
      ({ default: _, ...stories }) => {
        const render = Object.values(stories).find((story) => story.render !== undefined)?.render;
        if (isCurrent) setPage(() => render ?? null);
      },
      // Without its picture a card still leads to its chapter.
      () => undefined,
    );
    return () => {
      isCurrent = false;
      setPage(null);
    };
  }, [chapter, isWanted]);
  return Page;
}

function usePresses(
  frame: React.RefObject<HTMLElement | null>,
  names: readonly string[] | undefined,
  isRunning: boolean,
): void {
  useEffect(() => {
    if (!isRunning || names === undefined || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    let count = 0;
    const timer = setInterval(() => {
      const name = names[count % names.length];
      count += 1;
      const buttons = [...(frame.current?.querySelectorAll('button') ?? [])];
      buttons.find(({ textContent }) => textContent === name)?.click();
    }, PRESS_EVERY_MS);
    return () => clearInterval(timer);
  }, [frame, names, isRunning]);
}
