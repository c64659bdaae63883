/** One store, and many components that read it. */

import { type EventStore, WebSocketProvider } from 'everwire';
import { memo, useEffect, useRef, useState } from 'react';
import type { StoreApi, UseBoundStore } from 'zustand';
import { exportsOf } from '../../ui/book-code.ts';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';

interface Unread {
  readonly posts: number;
  readonly unread: number;
  readonly markRead: () => void;
}

const { useUnread } = exportsOf<{ useUnread: UseBoundStore<StoreApi<Unread>> & EventStore }>(
  import.meta.glob('../../../.storybook/code/17-unread.ts', { eager: true }),
);

export const BURST = 5_000;
export const READERS = 24;

const readers = Array.from({ length: READERS }, (_, index) => index);
const stores = [useUnread];

export function UnreadStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [user, setUser] = useState<'Aiko' | 'Jonas'>('Aiko');
  const [sent, setSent] = useState(0);
  const post = (count: number): void => {
    for (let n = 0; n < count; n += 1) server.emit('posted', { id: `${n}`, user: 'Mira', text: 'Hi', at: 0 });
    setSent((before) => before + count);
  };
  const change = (): void => {
    setUser(user === 'Aiko' ? 'Jonas' : 'Aiko');
    setSent(0);
  };
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      identity={user}
      stores={stores}
      {...shortDelays}
    >
      <StoryPage
        chapter={CHAPTER}
        title="One store, many readers"
        sources={['src/service/stores/with-events.ts', 'src/service/stores/pending-folds.ts']}
        lead="Send 5,000 at once, mark them read, change the user: one store, and all of its readers agree."
        notes={
          <p>
            Each post is folded in once, and the store is written once per frame, however many components read
            it. A lost link changes nothing; another user resets it.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <ControlRow label="Posts">
              <Verb did="One post" title="One event" onPress={() => post(1)}>
                One post
              </Verb>
              <Verb did="5,000 posts at once" title="5,000 events in one go" onPress={() => post(BURST)}>
                5,000 at once
              </Verb>
              <Verb
                did="You dropped the link, and 50 posts were sent"
                title="Fewer than the server keeps: they are replayed, and the store goes on"
                onPress={() => {
                  server.drop();
                  post(50);
                }}
              >
                Drop, and send 50
              </Verb>
            </ControlRow>
            <ControlRow label="Page">
              <Verb
                did="You marked all as read"
                title="An action of the store"
                onPress={() => useUnread.getState().markRead()}
              >
                Mark read
              </Verb>
              <Verb did="Another user signed in" title="The store is reset" onPress={change}>
                Another user
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <Picture user={user} sent={sent} />
      </StoryPage>
    </WebSocketProvider>
  );
}

/** From the left to the right: what comes in, the store, and what reads it. */
function Picture({ user, sent }: { readonly user: string; readonly sent: number }) {
  return (
    <div className="shared-state">
      <section className="shared-box">
        <h3>Events</h3>
        <p className="shared-figure" data-testid="sent">
          {sent.toLocaleString('en')}
        </p>
        <p className="hint">sent to {user}</p>
      </section>
      <span className="shared-arrow" aria-hidden="true" />
      <Store />
      <span className="shared-arrow" aria-hidden="true" />
      <section className="shared-box">
        <h3>{READERS} components</h3>
        <ul className="shared-readers">
          {readers.map((index) => (
            <Reader key={index} />
          ))}
        </ul>
        <p className="hint">unread, and below it how often it has rendered</p>
      </section>
    </div>
  );
}

function Store() {
  const posts = useUnread((state) => state.posts);
  const [writes, setWrites] = useState(0);
  useEffect(() => useUnread.subscribe(() => setWrites((before) => before + 1)), []);
  return (
    <section className="shared-box shared-store">
      <h3>One store</h3>
      <p className="shared-figure" data-testid="folded">
        {posts.toLocaleString('en')}
      </p>
      <p className="hint">
        folded in, in <span data-testid="writes">{writes}</span> writes
      </p>
    </section>
  );
}

/** Does not render with the page around it. */
const Reader = memo(function Reader() {
  const unread = useUnread((state) => state.unread);
  const renders = useRef<HTMLElement>(null);
  const count = useRef(0);
  useEffect(() => {
    count.current += 1;
    if (renders.current) renders.current.textContent = String(count.current);
  });
  return (
    <li className="shared-reader" data-new={unread > 0}>
      <span data-testid="unread">{unread}</span>
      <small ref={renders} data-testid="reader renders" />
    </li>
  );
});
