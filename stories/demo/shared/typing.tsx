/** Who is typing, for as long as they do. */

import { WebSocketProvider } from 'everwire';
import { useId } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';

const { useTyping } = exportsOf<{ useTyping: () => readonly string[] }>(
  import.meta.glob('../../../.storybook/code/17-typing.tsx', { eager: true }),
);

const users = ['Aiko', 'Jonas', 'Mira'] as const;

export function RecentStory() {
  const server = useFakeServer({ resume: 'takeover' });
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="What is recent"
        sources={['hooks/use-ws-recent.ts']}
        lead="Let two type, and one of them post: each indicator ends by itself."
        notes={
          <p>
            <code>useWsRecent</code> keeps the newest event of each user, for 3 s, with one timer for all.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <ControlRow label="Types">
              {users.map((user) => (
                <Verb
                  key={user}
                  did={`${user} typed`}
                  title="One event"
                  onPress={() => server.emit('typing', { user })}
                >
                  {user}
                </Verb>
              ))}
            </ControlRow>
            <ControlRow label="Posts">
              <Verb
                did="Mira posted"
                title="The newest event of Mira is not that she types"
                onPress={() => server.emit('posted', { id: '1', user: 'Mira', text: 'Hi', at: 0 })}
              >
                Mira posts
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <Typing />
      </StoryPage>
    </WebSocketProvider>
  );
}

function Typing() {
  const typing = useTyping();
  const headingId = useId();
  return (
    <section className="stack tight typists" aria-labelledby={headingId}>
      <h3 id={headingId}>Typing now</h3>
      <ul className="trades" data-testid="typing">
        {typing.map((user) => (
          <li key={user} className="shared-typist">
            {user}
          </li>
        ))}
      </ul>
      {typing.length === 0 && <p className="hint">Nobody is typing.</p>}
    </section>
  );
}
