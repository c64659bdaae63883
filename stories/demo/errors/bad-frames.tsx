/** A server that sends bad frames of every kind. */

import { useConnection, useWsReducer, WebSocketProvider, type WebSocketServiceError } from 'everwire';
import type { FakeServer, GarbleKind } from 'everwire/testing';
import { useCallback, useId, useState } from 'react';
import { ServerControls } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';

interface BadFrame {
  readonly kind: GarbleKind;
  /** A part of the sentence in the error; null where the frame is harmless, and nothing is reported. */
  readonly reported: string | null;
  /** `once`: the frame is not one of ours, which is told once for each reason. */
  readonly told?: 'once';
}

export const badFrames: readonly BadFrame[] = [
  { kind: 'json', reported: 'it is not JSON' },
  { kind: 'empty', reported: 'a text that is not JSON', told: 'once' },
  { kind: 'array', reported: 'not an object', told: 'once' },
  { kind: 'null', reported: 'not an object', told: 'once' },
  { kind: 'number', reported: 'not an object', told: 'once' },
  { kind: 'string', reported: 'not an object', told: 'once' },
  { kind: 'no-event', reported: 'no event name', told: 'once' },
  { kind: 'event-not-string', reported: 'no event name', told: 'once' },
  { kind: 'unsafe-seq', reported: 'not a safe integer' },
  { kind: 'negative-seq', reported: 'not a safe integer' },
  { kind: 'fractional-seq', reported: 'not a safe integer' },
  { kind: 'string-seq', reported: 'not a safe integer' },
  { kind: 'hello-without-id', reported: null },
  { kind: 'unknown-reply', reported: null },
  { kind: 'binary', reported: 'it is binary' },
  { kind: 'too-long', reported: 'longer than maxFrameLength' },
];

export function BadFramesStory() {
  const server = useFakeServer();
  const [errors, setErrors] = useState<
    readonly { readonly id: number; readonly error: WebSocketServiceError }[]
  >([]);
  const onError = useCallback((error: WebSocketServiceError) => {
    setErrors((before) => [{ id: before.length, error }, ...before]);
  }, []);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays} onError={onError}>
      <StoryPage
        chapter={CHAPTER}
        title="Bad frames"
        sources={['src/service/inbound/inbox.ts']}
        prose={
          <p>
            A frame that is no event goes to <code>errors$</code>, and to the provider's <code>onError</code>,
            and changes nothing else: the link stays up, and the next good event arrives. Press the kinds, one
            by one. A hello without an id and a reply that nobody waits for are harmless, and say nothing.
            What does not look like one of our frames at all, such as a number or a bare text, is told once
            for each kind. <strong>Ten malformed ones in a row</strong> mean that the two sides have lost each
            other, and the link is replaced.
          </p>
        }
        controls={<ServerControls server={server} groups={['link', 'server']} />}
      >
        <div className="stack">
          <GarbleButtons server={server} />
          <FrameFigures bad={errors.filter(({ error }) => error.code.endsWith('-frame')).length} />
          <ErrorList errors={errors} />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

function GarbleButtons({ server }: { readonly server: FakeServer }) {
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset's legend is no flex item, and these are buttons. */}
      <div className="kinds" role="group" aria-label="Send a bad frame">
        {badFrames.map(({ kind }) => (
          <button key={kind} type="button" className="button small" onClick={() => server.garble(kind)}>
            {kind}
          </button>
        ))}
      </div>
      <div className="row">
        <button type="button" className="button" onClick={() => server.emit('good')}>
          A good event
        </button>
        <button
          type="button"
          className="button"
          onClick={() => {
            for (let n = 0; n < 10; n += 1) server.garble('json');
          }}
        >
          Ten in a row
        </button>
      </div>
    </>
  );
}

function FrameFigures({ bad }: { readonly bad: number }) {
  const good = useWsReducer('good', (sum: number) => sum + 1, 0);
  const lastClose = useConnection((state) => state.lastClose);
  return (
    <dl className="stats">
      <div>
        <dt>Bad frames reported</dt>
        <dd data-testid="bad">{bad}</dd>
      </div>
      <div>
        <dt>Good events heard</dt>
        <dd data-testid="good">{good}</dd>
      </div>
      <div>
        <dt>Last close</dt>
        <dd data-testid="closes">{lastClose?.code ?? '–'}</dd>
      </div>
    </dl>
  );
}

interface ErrorListProps {
  readonly errors: readonly { readonly id: number; readonly error: WebSocketServiceError }[];
}

function ErrorList({ errors }: ErrorListProps) {
  const id = useId();
  return (
    <div>
      <h3 id={id} className="legend">
        Told to onError
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so without a mouse too. */}
      <section className="error-list" aria-labelledby={id} tabIndex={0}>
        {errors.length === 0 ? (
          <p className="empty">Nothing so far.</p>
        ) : (
          <ol>
            {errors.map(({ id: key, error }) => (
              <li key={key}>
                <code>{error.code}</code>
                <span>{error.message}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}
