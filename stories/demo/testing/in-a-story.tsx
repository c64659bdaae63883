/** A component of an app in a story, with a fake server. */

import { createFakeServer, type FakeServer } from 'everwire/testing';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { CHAPTER, OrderStatus } from './chapter.ts';

type State = 'packed' | 'on its way' | 'delivered';

/** The server of the first story, as a user would have one: one for the file, not for a component. */
export const server = createFakeServer();

export function InAStoryPage() {
  return (
    <StoryPage
      chapter={CHAPTER}
      title="In a story"
      sources={['src/testing/fake-server.ts', 'src/testing/page-socket.ts']}
      prose={
        <p>
          <code>everwire/testing</code> is the server of this book. It speaks the protocol, keeps a session
          and its events, and brings a <code>WebSocket</code> class with a browser’s rules whose sockets end
          in it. A decorator of a few lines puts it around a component, and <code>play</code> says what the
          server does. Nothing is patched, and nothing leaves the page. Every verb of the controls is a method
          of the same name.
        </p>
      }
      controls={
        <ServerControls server={server} groups={['link', 'handshakes', 'server']}>
          <OrderControls server={server} />
        </ServerControls>
      }
    >
      <div className="app-frame">
        <OrderStatus />
      </div>
    </StoryPage>
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
