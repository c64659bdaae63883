/** A provider whose config the reader chooses, most of them invalid. */

import { type IWebSocketConfig, WebSocketProvider } from 'everwire';
import { useState } from 'react';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { ServerControls } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';

interface ConfigChoice {
  readonly label: string;
  /** As a user would write it. */
  readonly code: string;
  readonly props: Partial<IWebSocketConfig>;
  /** A part of the error's sentence; null where there is none. */
  readonly sentence: RegExp | null;
  readonly outcome: 'connected' | 'disconnected' | 'reconnecting';
}

/** As if it came from a file without types. */
const misspelt: object = { reconectDelay: 500 };

export const configs: readonly ConfigChoice[] = [
  {
    label: 'A config that works',
    code: 'reconnectDelay={1500}',
    props: {},
    sentence: null,
    outcome: 'connected',
  },
  {
    label: 'A url that is none',
    code: 'url="wss://"',
    props: { url: 'wss://' },
    sentence: /is not a valid address\. Write it as/,
    outcome: 'disconnected',
  },
  {
    label: 'A url with another scheme',
    code: 'url="ftp://example.com"',
    props: { url: 'ftp://example.com' },
    sentence: /has the scheme "ftp:"/,
    outcome: 'disconnected',
  },
  {
    label: 'A delay that is no number',
    code: "reconnectDelay={Number('soon')}",
    props: { reconnectDelay: Number.NaN },
    sentence: /The option "reconnectDelay" must be a number of milliseconds/,
    outcome: 'disconnected',
  },
  {
    label: 'A negative delay',
    code: 'reconnectJitter={-1}',
    props: { reconnectJitter: -1 },
    sentence: /The option "reconnectJitter" must be a number of milliseconds/,
    outcome: 'disconnected',
  },
  {
    label: 'A misspelt option',
    code: 'reconectDelay={500}',
    props: misspelt,
    sentence: /There is no option "reconectDelay"/,
    outcome: 'disconnected',
  },
  {
    label: 'A token function that throws',
    code: "token={() => { throw new Error('signed out') }}",
    props: {
      token: () => {
        throw new Error('signed out');
      },
    },
    sentence: /The token function failed: signed out/,
    outcome: 'reconnecting',
  },
  {
    label: 'A token function that hangs',
    code: 'token={() => new Promise(() => {})}  connectTimeout={800}',
    props: { token: () => new Promise<string>(() => {}), connectTimeout: 800 },
    sentence: /The url or token function did not answer within 800 ms/,
    outcome: 'reconnecting',
  },
  {
    label: 'A token function that returns nothing',
    code: "token={() => ''}",
    props: { token: () => '' },
    sentence: /The token function returned no token/,
    outcome: 'reconnecting',
  },
];

export function InvalidConfigStory() {
  const server = useFakeServer();
  const [chosen, setChosen] = useState(configs[0]);
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      // Another identity each time, so that each choice starts from the beginning.
      identity={chosen?.label}
      {...shortDelays}
      {...chosen?.props}
    >
      <StoryPage
        chapter={CHAPTER}
        title="A config that cannot work"
        sources={['src/service/config/config.ts']}
        prose={
          <p>
            Nothing throws, and nothing is quietly replaced by a default: the status is{' '}
            <code>disconnected</code>, the reason <code>invalid-config</code>, and the error says which
            option, and what it must be. A token function that fails is different, because the next time it
            may not: that is tried again, after 1.5 to 2 s. <strong>Choose a config</strong>; the provider's
            props are live.
          </p>
        }
        controls={<ServerControls server={server} groups={['handshakes', 'link']} />}
      >
        <div className="stack">
          <fieldset>
            <legend className="legend">The provider's props</legend>
            <div className="config-choices">
              {configs.map((choice) => (
                <label key={choice.label} className="choice">
                  <input
                    type="radio"
                    name="config"
                    checked={choice === chosen}
                    onChange={() => setChosen(choice)}
                  />
                  {choice.label}
                </label>
              ))}
            </div>
          </fieldset>
          <p className="snippet">
            <code>{`<WebSocketProvider ${chosen?.code ?? ''}>`}</code>
          </p>
          <ErrorPanel />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}
