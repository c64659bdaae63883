/** Messages that are sent, queued or refused, and what became of each. */

import { type IWebSocketConfig, useWebSocketService, WebSocketProvider } from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { useEffect, useId, useState } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage, useNote } from '../../ui/story-page.tsx';
import { useFakeServer, useServerState } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';
import { SHOWN_REQUESTS } from './every-outcome.tsx';

const { useSay } = exportsOf<{ useSay: () => (text: string) => string }>(
  import.meta.glob('../../../.storybook/code/11-say.tsx', { eager: true }),
);

const queue = { limit: 3, ttl: 8_000 };

const choices = [
  { label: 'No queue', sendQueue: false },
  { label: 'A queue', sendQueue: queue },
] as const satisfies readonly { label: string; sendQueue: IWebSocketConfig['sendQueue'] }[];

export function SendStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [sendQueue, setSendQueue] = useState<false | typeof queue>(false);
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      {...shortDelays}
      reconnectAttempts={Number.POSITIVE_INFINITY}
      backoff="decorrelated"
      sendQueue={sendQueue}
    >
      <StoryPage
        chapter={CHAPTER}
        title="Sent, queued, refused"
        sources={['src/service/outbound/outbox.ts', 'src/service/outbound/send-queue.ts']}
        lead="Cut the link and send both ways: one message is refused, the other one waits in the queue."
        notes={
          <>
            <p>
              <code>send</code> returns what became of the message. Without a queue, a message that cannot be
              sent now is <code>refused</code>, and the app keeps it: leave it in its field, as the chat of
              chapter 01 does.
            </p>
            <p>
              With <code>sendQueue</code> it is <code>queued</code>, here up to {queue.limit} messages for{' '}
              {queue.ttl / 1_000} s, and sent first when the link is back. A message that is dropped from the
              queue is reported as <code>message-dropped</code>.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={[]}>
            <fieldset className="control-row">
              <legend className="visually-hidden">sendQueue</legend>
              <span className="control-label" aria-hidden="true">
                sendQueue
              </span>
              <div className="choices">
                {choices.map((choice) => (
                  <label key={choice.label} className="choice">
                    <input
                      type="radio"
                      name="send-queue"
                      checked={choice.sendQueue === sendQueue}
                      onChange={() => setSendQueue(choice.sendQueue)}
                    />
                    {choice.label}
                  </label>
                ))}
              </div>
            </fieldset>
            <CutControls server={server} />
          </ServerControls>
        }
      >
        <Speaker server={server} />
      </StoryPage>
    </WebSocketProvider>
  );
}

function CutControls({ server }: { readonly server: FakeServer }) {
  const { reconnect } = useWebSocketService();
  const isCut = useServerState(server, ({ faults }) => faults.refusing > 0);
  return (
    <ControlRow label="Link">
      <Verb
        did="You cut the link"
        title="Cut it, and refuse new ones"
        disabled={isCut}
        onPress={() => {
          server.refuse();
          server.drop();
        }}
      >
        Cut the link
      </Verb>
      <Verb
        did="You let it back"
        title="Accept new links, and try at once"
        disabled={!isCut}
        onPress={() => {
          server.refuse(false);
          reconnect();
        }}
      >
        Let it back
      </Verb>
    </ControlRow>
  );
}

interface Said {
  readonly n: number;
  readonly result: string;
  readonly fate: 'unknown' | 'arrived';
}

function Speaker({ server }: { readonly server: FakeServer }) {
  const say = useSay();
  const note = useNote();
  const service = useWebSocketService();
  const headingId = useId();
  const [said, setSaid] = useState<readonly Said[]>([]);
  const [dropped, setDropped] = useState(0);
  useEffect(
    () =>
      server.onMessage(({ event, data }) => {
        if (event !== 'say') return;
        const { text } = data as { readonly text: string };
        setSaid((all) => all.map((one) => (textOf(one.n) === text ? { ...one, fate: 'arrived' } : one)));
      }),
    [server],
  );
  useEffect(() => {
    const errors = service.errors$.subscribe(({ code }) => {
      if (code === 'message-dropped') setDropped((before) => before + 1);
    });
    return () => errors.unsubscribe();
  }, [service]);

  const speak = (): void => {
    const n = said.length + 1;
    const result = say(textOf(n));
    note(`You said “${textOf(n)}”: ${result}`);
    setSaid((all) => [{ n, result, fate: 'unknown' }, ...all]);
  };

  return (
    <div className="stack">
      <div className="row">
        <button type="button" className="button primary" onClick={speak}>
          Say something
        </button>
        <span className="hint">
          Dropped from the queue: <span data-testid="dropped">{dropped}</span>
        </span>
      </div>
      <div className="stack tight requests">
        <h3 id={headingId}>What was said</h3>
        <table className="table" aria-labelledby={headingId}>
          <thead>
            <tr>
              <th scope="col">Message</th>
              <th scope="col">send() said</th>
              <th scope="col">At the server</th>
            </tr>
          </thead>
          <tbody>
            {said.slice(0, SHOWN_REQUESTS).map(({ n, result, fate }) => (
              <tr key={n} data-said={result}>
                <td>{textOf(n)}</td>
                <td className="said">{result}</td>
                <td>{fate === 'arrived' ? 'arrived' : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {said.length === 0 && <p className="hint">Nothing yet.</p>}
      </div>
    </div>
  );
}

function textOf(n: number): string {
  return `Message ${n}`;
}
