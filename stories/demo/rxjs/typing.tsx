/** Shows who is typing. An indicator expires by itself. */

import { useWsEventHandler, WebSocketProvider } from 'everwire';
import { useId, useState } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';

const { useTyping } = exportsOf<{ useTyping: () => readonly string[] }>(
  import.meta.glob('../../../.storybook/code/14-typing.tsx', { eager: true }),
);

const users = ['Aiko', 'Jonas', 'Mira'];

export function TypingStory() {
  const server = useFakeServer({ resume: 'takeover' });
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="Typing indicators that expire"
        sources={['hooks/use-ws-stream.ts', 'hooks/create-pipeline.ts']}
        lead="Let two users type, and one of them again: the other one disappears after 3 s."
        notes={
          <p>
            The server sends <code>typing</code> while a user types, and nothing when the user stops. So each
            user needs a timer: <code>groupBy</code> makes a stream for each of them, in which{' '}
            <code>switchMap</code> restarts the wait with every event. When the component is unmounted, every
            timer ends with its subscription.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <ControlRow label="Typing">
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
  const [received, setReceived] = useState(0);
  useWsEventHandler('typing', () => setReceived((before) => before + 1));
  const headingId = useId();
  return (
    <div className="stack">
      <section className="stack tight typists" aria-labelledby={headingId}>
        <h3 id={headingId}>Typing now</h3>
        <ul className="people-typing" data-testid="typing">
          {typing.map((user) => (
            <li key={user}>{user}</li>
          ))}
        </ul>
        {typing.length === 0 && <p className="hint">Nobody is typing.</p>}
      </section>
      <dl className="stats">
        <div>
          <dt>Events received</dt>
          <dd data-testid="received">{received}</dd>
        </div>
      </dl>
    </div>
  );
}
