/** A component of an app in a story, with a fake server. */

import { createFakeServer, type FakeServer } from 'everwire/testing';
import { useState } from 'react';
import { CodeText } from '../../ui/code-block.tsx';
import { ControlRow, Verb } from '../../ui/server-controls.tsx';
import { StoryPage, useNote } from '../../ui/story-page.tsx';
import { CHAPTER, OrderStatus } from './chapter.ts';

type State = 'packed' | 'on its way' | 'delivered';

/** The server of the first story, as a user would have one: one for the file, not for a component. */
export const server = createFakeServer();

interface Call {
  /** As it stands in a story's `play`. */
  readonly code: string;
  readonly run: () => void;
}

const calls: readonly Call[] = [
  orderCall('packed'),
  orderCall('on its way'),
  orderCall('delivered'),
  { code: 'server.drop();', run: () => server.drop() },
  { code: 'server.refuse();', run: () => server.refuse() },
  { code: 'server.refuse(false);', run: () => server.refuse(false) },
  { code: "server.close(4401, 'signed out');", run: () => server.close(4401, 'signed out') },
  { code: 'server.restart();', run: () => server.restart() },
];

function orderCall(state: State): Call {
  return {
    code: `server.emit('order_changed', { state: '${state}' });`,
    run: () => server.emit('order_changed', { state }),
  };
}

export function InAStoryPage() {
  return (
    <StoryPage
      chapter={CHAPTER}
      title="In a story"
      sources={['src/testing/fake-server.ts', 'src/testing/page-socket.ts']}
      lead="Press a line: it calls the fake server, and the component shows the effect."
      notes={
        <p>
          <code>everwire/testing</code> is the server of this book. It speaks the protocol, keeps a session
          and its events, and has a <code>WebSocket</code> class that follows the rules of a browser’s. A
          short decorator puts it around a component, and <code>play</code> calls it. No global is patched,
          and nothing leaves the page.
        </p>
      }
    >
      <div className="play-and-app">
        <Calls />
        <section className="stack tight" aria-labelledby="the-component">
          <h3 id="the-component">What the component shows</h3>
          <div className="app-frame">
            <OrderStatus />
          </div>
        </section>
      </div>
    </StoryPage>
  );
}

/** One line of `play` for each call; a press runs it. */
function Calls() {
  const note = useNote();
  const [ran, setRan] = useState('');
  return (
    <section className="stack tight" aria-labelledby="the-calls">
      <h3 id="the-calls">What the story’s play function calls</h3>
      <ol className="calls">
        {calls.map(({ code, run }) => (
          <li key={code}>
            <button
              type="button"
              className="call"
              aria-label={code}
              data-ran={code === ran}
              onClick={() => {
                note(code);
                setRan(code);
                run();
              }}
            >
              <CodeText code={code} />
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

export function OrderControls({ server: to }: { readonly server: FakeServer }) {
  return (
    <ControlRow label="Order">
      <OrderButton server={to} state="packed">
        Packed
      </OrderButton>
      <OrderButton server={to} state="on its way">
        On its way
      </OrderButton>
      <OrderButton server={to} state="delivered">
        Delivered
      </OrderButton>
    </ControlRow>
  );
}

interface OrderButtonProps {
  readonly server: FakeServer;
  readonly state: State;
  readonly children: string;
}

function OrderButton({ server: to, state, children }: OrderButtonProps) {
  return (
    <Verb
      did={`The server said: ${state}`}
      title={`server.emit('order_changed', { state: '${state}' })`}
      onPress={() => to.emit('order_changed', { state })}
    >
      {children}
    </Verb>
  );
}
