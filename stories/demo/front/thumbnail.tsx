/** A page of a chapter, live and small: it runs while it is seen, and something is pressed in it now and then. */

import { Component, type ComponentType, type ReactNode, useEffect, useRef, useState } from 'react';
import { PageViewContext } from '../../ui/page-view.ts';
import { readTheme } from '../../ui/theme.ts';

/** What Storybook passes, as far as a story of this book reads it. */
type Render = (args: object, context: { readonly globals: { readonly theme: string } }) => ReactNode;
type StoryModule = Readonly<Record<string, { readonly render?: Render }>>;

const modules = import.meta.glob<StoryModule>(['../../*.stories.tsx', '!../../00-*']);

interface Scene {
  /** The export of the story; another one if there is none of that name. */
  readonly story: string;
  /** The id of the same story, for one that draws over its whole window: it gets a window of its own. */
  readonly framedId?: string;
  /** The buttons to press, one after the other. One that is not there is left out. */
  readonly presses?: readonly string[];
}

/** By the number of the chapter. */
const scenes: Readonly<Record<string, Scene>> = {
  '01': { story: 'ASmallChat' },
  '02': { story: 'EveryStatus', presses: ['Drop'] },
  '03': { story: 'TenSubscribers', presses: ['Send 1,000'] },
  '04': { story: 'TwoHundredPrices' },
  '05': { story: 'ThreeReaders' },
  '06': { story: 'NothingMissing', presses: ['Send five', 'Drop, and send five'] },
  '07': { story: 'AnotherUser', presses: ['For Sam'] },
  '08': { story: 'HalfOpen', presses: ['Freeze'] },
  '09': { story: 'AnOrderBook', presses: ['5,000 at once'] },
  '10': { story: 'WhatCameIn', presses: ['A good one', 'Parcels as text'] },
  '11': { story: 'EveryOutcome', presses: ['Ask', 'Ask three times'] },
  '12': { story: 'InATest', presses: ['Next step'] },
  '13': { story: 'WhatYourSocketDoes', framedId: '13-devtools--what-your-socket-does' },
  '14': { story: 'FoldAndCombine', presses: ['Five prices', 'Bid', 'Ask'] },
  '15': { story: 'WhichTabHasTheSocket', presses: ['Kill the tab with the socket', 'Open a tab'] },
  '16': { story: 'ARace', presses: ['Fetch, and post meanwhile'] },
  '17': { story: 'OneStore', presses: ['5,000 at once', 'Mark read'] },
  '18': { story: 'Rooms', presses: ['Open design', 'design', 'Restart, and a note'] },
};

/** From one press to the next, ms. */
const PRESS_EVERY_MS = 2_500;

export function Thumbnail({ chapter }: { readonly chapter: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const number = chapter.slice(0, 2);
  const scene = scenes[number];
  const isSeen = useIsSeen(frame);
  const framedId = scene?.framedId;
  const Page = usePage(number, scene?.story, isSeen && framedId === undefined);
  usePresses(frame, scene?.presses, Page !== null);
  return (
    <div ref={frame} className="thumbnail" aria-hidden="true" inert>
      {isSeen && framedId !== undefined && (
        <iframe
          className="thumbnail-frame"
          title={chapter}
          tabIndex={-1}
          // A frame that is empty is white, in the dark too.
          onLoad={({ currentTarget }) => currentTarget.classList.add('loaded')}
          src={`./iframe.html?id=${framedId}&viewMode=story`}
        />
      )}
      <div className="thumbnail-page">
        {Page !== null && (
          <PageViewContext value="in-chapter">
            <OrNothing>
              <Page />
            </OrNothing>
          </PageViewContext>
        )}
      </div>
    </div>
  );
}

/** Without its picture a card still leads to its chapter. */
class OrNothing extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError() {
    return { failed: true };
  }
  override render() {
    return this.state.failed ? null : this.props.children;
  }
}

function useIsSeen(frame: React.RefObject<HTMLElement | null>): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const watcher = new IntersectionObserver(
      (entries) => setSeen(entries.at(-1)?.isIntersecting ?? false),
      // It is there when it is scrolled to.
      { rootMargin: '100px' },
    );
    if (frame.current !== null) watcher.observe(frame.current);
    return () => watcher.disconnect();
  }, [frame]);
  return isSeen;
}

/** The stories are loaded when they are seen: the front page does not wait for them. */
function usePage(number: string, name: string | undefined, isWanted: boolean): ComponentType | null {
  const [Page, setPage] = useState<ComponentType | null>(null);
  useEffect(() => {
    const [, load] = Object.entries(modules).find(([path]) => path.includes(`/${number}-`)) ?? [];
    if (!isWanted || name === undefined || load === undefined) return;
    let isCurrent = true;
    load().then(
      (stories) => {
        const story = stories[name] ?? Object.values(stories).find(({ render }) => render !== undefined);
        const render = story?.render;
        if (isCurrent && render) setPage(() => () => render({}, { globals: { theme: readTheme() } }));
      },
      () => undefined,
    );
    return () => {
      isCurrent = false;
      setPage(null);
    };
  }, [number, name, isWanted]);
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
