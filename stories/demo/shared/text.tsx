/** An answer that arrives in pieces, through lost links and a reload. */

import { WebSocketProvider, type WsText } from 'everwire';
import { useEffect, useRef, useState } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { RenderCounter } from '../../ui/render-counter.tsx';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';

const { useAnswer } = exportsOf<{ useAnswer: (id: string) => WsText }>(
  import.meta.glob('../../../.storybook/code/17-text.tsx', { eager: true }),
);

const PIECES = 5_000;

const PIECES_AT_ONCE = 50;
const EVERY_MS = 30;

const words = ['once', 'upon', 'a', 'time', 'there', 'was', 'a', 'socket', 'that', 'closed', 'and', 'opened'];

export function TextStory() {
  const server = useFakeServer({ resume: 'takeover', positions: true, ringSize: 2 * PIECES });
  /** Each load of the page is a provider of its own. */
  const [load, setLoad] = useState(1);
  const [said, setSaid] = useState('');
  const timer = useRef<ReturnType<typeof setInterval> | undefined>(undefined);
  useEffect(() => () => clearInterval(timer.current), []);
  const ask = (): void => {
    if (timer.current !== undefined) return;
    let next = 0;
    timer.current = setInterval(() => {
      const pieces = Array.from(
        { length: Math.min(PIECES_AT_ONCE, PIECES - next) },
        (_, index) => `${words[(next + index) % words.length]} `,
      );
      next += pieces.length;
      for (const piece of pieces) server.publish('answer:1', 'token', piece);
      setSaid((before) => before + pieces.join(''));
      if (next < PIECES) return;
      clearInterval(timer.current);
      server.publish('answer:1', 'end', null);
    }, EVERY_MS);
  };
  return (
    <WebSocketProvider
      key={load}
      url={server.url}
      WebSocket={server.WebSocket}
      {...shortDelays}
      reconnectDelay={200}
      reconnectJitter={100}
    >
      <StoryPage
        chapter={CHAPTER}
        title="A text in pieces"
        sources={['hooks/use-ws-text.ts']}
        lead="Ask, then drop the link and reload the page while it is answered: no piece is missing."
        notes={
          <p>
            5,000 pieces, one string, at most one render per frame. <code>useWsText</code> joins the channel
            of the answer, from the start, so a reload shows the whole text again.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <ControlRow label="Answer">
              <Verb did="You asked" title="5,000 pieces, over 3 s" disabled={said !== ''} onPress={ask}>
                Ask
              </Verb>
              <Verb
                did="You reloaded the page"
                title="A new connection, and a new session"
                onPress={() => setLoad(load + 1)}
              >
                Reload
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <Answer said={said} />
      </StoryPage>
    </WebSocketProvider>
  );
}

function Answer({ said }: { readonly said: string }) {
  return (
    <div className="stack">
      <AnswerText said={said} />
    </div>
  );
}

function AnswerText({ said }: { readonly said: string }) {
  const { text, isStreaming, hasGap, stop } = useAnswer('1');
  const isSame = text === said;
  return (
    <>
      <dl className="stats">
        <div>
          <dt>Characters sent</dt>
          <dd data-testid="said">{said.length.toLocaleString('en')}</dd>
        </div>
        <div>
          <dt>Characters shown</dt>
          <dd data-testid="shown">{text.length.toLocaleString('en')}</dd>
        </div>
        <div>
          <dt>Beside what was sent</dt>
          <dd data-testid="verdict">{isSame ? 'the same' : 'on its way'}</dd>
        </div>
        <div>
          <dt>The answer</dt>
          <dd data-testid="state">{isStreaming ? 'streaming' : text === '' ? 'not asked' : 'done'}</dd>
        </div>
        <div>
          <dt>A gap</dt>
          <dd data-testid="gap">{hasGap ? 'yes' : 'no'}</dd>
        </div>
      </dl>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so a keyboard must reach it. */}
      <section className="shared-answer" aria-label="The answer" tabIndex={0}>
        {text.slice(-1_200) || <span className="hint">Nothing yet.</span>}
      </section>
      <div className="row">
        <button type="button" className="button small" disabled={!isStreaming} onClick={stop}>
          Stop
        </button>
        <RenderCounter label="answer" />
      </div>
    </>
  );
}
