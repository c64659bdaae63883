/** How is an app tested that lives off a socket? With the server of this book, in a story and in a test. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { WebSocketProvider } from 'everwire';
import { createFakeServer, type FakeServer } from 'everwire/testing';
import { type ComponentType, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { expect, waitFor, within } from 'storybook/test';
import { withFakeServer } from '../.storybook/code/12-with-fake-server.tsx';
import { shortDelays } from './demo/short-delays.ts';
import { codeOf, exportsOf } from './ui/book-code.ts';
import { CodeText } from './ui/code-block.tsx';
import { ControlRow, ControlsCard, ServerControls, Verb } from './ui/server-controls.tsx';
import { StoryPage } from './ui/story-page.tsx';
import { useFakeServer } from './ui/use-fake-server.ts';

const meta = {
  title: '12 Testing your app',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

const CHAPTER = '12 Testing your app';

const { OrderStatus } = exportsOf<{ OrderStatus: ComponentType }>(
  import.meta.glob('../.storybook/code/12-order-status.tsx', { eager: true }),
);
const { Shop } = exportsOf<{ Shop: ComponentType }>(
  import.meta.glob('../.storybook/code/12-shop.tsx', { eager: true }),
);

type State = 'packed' | 'on its way' | 'delivered';

/** The server of the first story, as a reader would have one: for the file, not for a component. */
const server = createFakeServer();

export const InAStory: StoryObj = {
  name: 'In a story',
  parameters: { code: ['12-with-fake-server.tsx', '12-order-status.stories.tsx', '12-order-status.tsx'] },
  decorators: [withFakeServer(server, shortDelays)],
  render: () => <InAStoryPage />,
  play: async ({ canvas, step }) => {
    server.refuse(false);

    await step('what the component shows is what the server says', async () => {
      await server.connected();
      server.emit('order_changed', { state: 'on its way' });
      await canvas.findByText('on its way', { selector: 'strong' });
    });

    await step('and what it shows without a server', async () => {
      server.refuse();
      server.drop();
      await canvas.findByText(/Connection lost/);
    });

    server.refuse(false);
  },
};

export const InATest: StoryObj = {
  name: 'In a test, step by step',
  parameters: { code: ['12-order-status.test.tsx', '12-order-status.tsx'] },
  render: () => <InATestStory />,
  play: async ({ canvas, userEvent, step }) => {
    const steps = within(await canvas.findByRole('list', { name: 'The test' })).getAllByRole('listitem');

    await step('one step', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Next step' }));
      await waitFor(() => expect(steps[0]).toHaveAttribute('data-state', 'passed'));
      await expect(steps[1]).toHaveAttribute('data-state', 'waiting');
    });

    await step('and all the others', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Run the rest' }));
      for (const one of steps) await waitFor(() => expect(one).toHaveAttribute('data-state', 'passed'));
      await canvas.findByText('Please sign in again.');
      await canvas.findByText('1 test passed.');
    });
  },
};

export const AWholeApp: StoryObj = {
  name: 'A whole app, as it is',
  parameters: { code: ['12-shop.test.tsx', '12-shop.tsx'] },
  render: () => <WholeAppStory />,
  play: async ({ canvas, userEvent, step }) => {
    await step('the app knows its own address, and reaches the fake', async () => {
      await waitFor(() => expect(canvas.getByTestId('shop sockets')).toHaveTextContent('1'));
      await userEvent.click(canvas.getByRole('button', { name: 'Delivered' }));
      await canvas.findByText('delivered', { selector: 'strong' });
    });

    await step('taken away, the page has its own WebSocket again', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Uninstall' }));
      await waitFor(() => expect(canvas.getByTestId('global')).toHaveTextContent('the browser’s own'));
      await userEvent.click(canvas.getByRole('button', { name: 'Install' }));
      await waitFor(() => expect(canvas.getByTestId('global')).toHaveTextContent('the fake’s'));
      await waitFor(() => expect(canvas.getByTestId('shop sockets')).toHaveTextContent('1'));
    });
  },
};

// ---- in a story ----

function InAStoryPage() {
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

function OrderControls({ server: to }: { readonly server: FakeServer }) {
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

// ---- in a test ----

interface TestStep {
  readonly title: string;
  readonly code: string;
}

/** Read out of the test itself: each step begins with its comment. */
const testSteps: readonly TestStep[] = readSteps(
  codeOf({ code: ['12-order-status.test.tsx'] })[0]?.code ?? '',
);

function readSteps(code: string): readonly TestStep[] {
  return code
    .split(/^ {2}\/\/ /m)
    .slice(1)
    .map((part) => {
      const [title = '', ...lines] = part.split('\n');
      const body = lines.filter((line) => line !== '});').map((line) => line.slice(2));
      return { title, code: body.join('\n').trim() };
    });
}

type StepState = 'waiting' | 'running' | 'passed' | 'failed';

function InATestStory() {
  const [run, setRun] = useState(0);
  return <TestRun key={run} onStartAgain={() => setRun((before) => before + 1)} />;
}

/** Another run is another server, and another page: keyed by it. */
function TestRun({ onStartAgain }: { readonly onStartAgain: () => void }) {
  const isSignedIn = useRef(true);
  const fake = useFakeServer({ token: () => isSignedIn.current });
  const app = useRef<HTMLDivElement>(null);
  const [states, setStates] = useState<readonly StepState[]>(() => testSteps.map(() => 'waiting'));
  const next = states.indexOf('waiting');
  const isBusy = states.includes('running');

  const runStep = async (index: number): Promise<void> => {
    const become = (state: StepState): void =>
      setStates((all) => all.map((one, at) => (at === index ? state : one)));
    become('running');
    try {
      await actions[index]?.({ server: fake, app, isSignedIn });
      become('passed');
    } catch {
      become('failed');
    }
  };
  const runRest = async (): Promise<void> => {
    for (let index = next; index < testSteps.length; index += 1) await runStep(index);
  };

  return (
    <WebSocketProvider
      url={fake.url}
      WebSocket={fake.WebSocket}
      token="some-token"
      auth="message"
      {...shortDelays}
    >
      <StoryPage
        chapter={CHAPTER}
        title="In a test, step by step"
        sources={['src/testing/fake-server.ts']}
        prose={
          <p>
            The test below runs in Vitest, with jsdom, and here, one step at a time. Each step is what a
            server or a network does, and what the user sees of it. <code>server.connected()</code> waits for
            a client; a server that is gone, a link that breaks or a token that is refused is a line. In a
            test the waits are short by <code>reconnectDelay</code>, or the clock is a fake one, which drives
            the server too.
          </p>
        }
        controls={
          <ControlsCard>
            <ControlRow label="Test">
              <Verb
                did="You ran a step"
                title="Run the next step"
                disabled={isBusy || next === -1}
                onPress={() => void runStep(next)}
              >
                Next step
              </Verb>
              <Verb
                did="You ran the rest"
                title="Run all steps that are left"
                disabled={isBusy || next === -1}
                onPress={() => void runRest()}
              >
                Run the rest
              </Verb>
              <Verb
                did="You started again"
                title="A new server, a new page"
                disabled={isBusy}
                onPress={onStartAgain}
              >
                Start again
              </Verb>
            </ControlRow>
          </ControlsCard>
        }
      >
        <div className="stack">
          <div className="app-frame" ref={app}>
            <OrderStatus />
          </div>
          <StepList states={states} />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

interface Stage {
  readonly server: FakeServer;
  readonly app: RefObject<HTMLDivElement | null>;
  readonly isSignedIn: RefObject<boolean>;
}

/** What the steps of the test do, with this page in the place of its screen. */
const actions: readonly ((stage: Stage) => Promise<unknown>)[] = [
  async ({ server: fake, app }) => {
    await fake.connected();
    await shows(app, 'received');
  },
  async ({ server: fake, app }) => {
    fake.emit('order_changed', { state: 'packed' });
    await shows(app, 'packed');
  },
  async ({ server: fake, app }) => {
    fake.drop();
    await shows(app, 'Connection lost');
  },
  async ({ server: fake, app }) => {
    fake.emit('order_changed', { state: 'on its way' });
    await shows(app, 'on its way');
    if (app.current?.textContent.includes('Connection lost')) throw new Error('still lost');
  },
  async ({ server: fake, app, isSignedIn }) => {
    isSignedIn.current = false;
    fake.close(4401, 'signed out');
    await shows(app, 'Please sign in again.');
    if (fake.socketCount !== 0) throw new Error('a socket is left');
  },
];

const PATIENCE_MS = 10_000;

/** By hand: the functions of a test library, called by a page, would warn of what the page does to itself. */
function shows({ current: app }: RefObject<HTMLDivElement | null>, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (!app?.textContent.includes(words)) return;
      observer.disconnect();
      clearTimeout(timer);
      resolve();
    };
    const observer = new MutationObserver(look);
    const timer = setTimeout(() => {
      observer.disconnect();
      reject(new Error(`It does not show “${words}”.`));
    }, PATIENCE_MS);
    if (app !== null) observer.observe(app, { childList: true, characterData: true, subtree: true });
    look();
  });
}

const marks: Readonly<Record<StepState, string>> = { waiting: '', running: '…', passed: '✓', failed: '✕' };

function StepList({ states }: { readonly states: readonly StepState[] }) {
  const headingId = useId();
  return (
    <div className="stack tight">
      <h3 id={headingId}>The test</h3>
      <ol className="steps" aria-labelledby={headingId}>
        {testSteps.map(({ title, code }, index) => (
          <li key={title} className="step" data-state={states[index]}>
            <span className="step-mark" aria-hidden="true">
              {marks[states[index] ?? 'waiting']}
            </span>
            <div>
              <p className="step-title">
                {title}
                <span className="visually-hidden"> {states[index]}</span>
              </p>
              <pre className="step-code">
                <CodeText code={code} />
              </pre>
            </div>
          </li>
        ))}
      </ol>
      <p className="hint" aria-live="polite">
        {verdictOn(states)}
      </p>
    </div>
  );
}

function verdictOn(states: readonly StepState[]): string {
  if (states.includes('failed')) return '1 test failed.';
  return states.every((state) => state === 'passed') ? '1 test passed.' : 'Not finished.';
}

// ---- a whole app ----

function WholeAppStory() {
  const fake = useFakeServer({ url: 'wss://shop.example/ws' });
  const [installed, setInstalled] = useState<'yes' | 'no'>('yes');
  return (
    // The page's own badge and log are those of the fake, too: the app inside has a connection of its own.
    <WebSocketProvider url={fake.url} WebSocket={fake.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="A whole app, as it is"
        sources={['src/testing/global-socket.ts']}
        prose={
          <p>
            Where a test renders the whole app, there may be no place to pass a <code>WebSocket</code> in.{' '}
            <code>server.installGlobal()</code> puts the fake in the place of the global one, for this one
            address: a socket to anywhere else is the browser’s own, as before. What it returns takes it away
            again. It works for whatever opens sockets, other libraries too.
          </p>
        }
        controls={
          <ServerControls server={fake} groups={['link', 'handshakes']}>
            <OrderControls server={fake} />
            <ControlRow label="Global">
              <Verb
                did="You installed the fake"
                title="server.installGlobal()"
                disabled={installed === 'yes'}
                onPress={() => setInstalled('yes')}
              >
                Install
              </Verb>
              <Verb
                did="You took the fake away"
                title="The function that installGlobal() returned"
                disabled={installed === 'no'}
                onPress={() => setInstalled('no')}
              >
                Uninstall
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        {installed === 'yes' ? <InstalledShop server={fake} /> : <NoShop />}
      </StoryPage>
    </WebSocketProvider>
  );
}

function InstalledShop({ server: fake }: { readonly server: FakeServer }) {
  const [state, setState] = useState<'not yet' | 'installed'>('not yet');
  useEffect(() => {
    const uninstall = fake.installGlobal();
    setState('installed');
    return uninstall;
  }, [fake]);
  const [sockets, setSockets] = useState(0);
  useEffect(
    // One of them is the page's own.
    () => fake.onChange(() => setSockets(Math.max(0, fake.connections.length - 1))),
    [fake],
  );
  return (
    <div className="stack">
      {/* An app that opens its socket before the fake is there would open a real one. */}
      <div className="app-frame">{state === 'installed' && <Shop />}</div>
      <GlobalFacts whose="the fake’s, for this address" sockets={sockets} />
    </div>
  );
}

function NoShop() {
  return (
    <div className="stack">
      <div className="app-frame">
        <p className="hint">No app: it would open a real socket now.</p>
      </div>
      <GlobalFacts whose="the browser’s own" sockets={0} />
    </div>
  );
}

function GlobalFacts({ whose, sockets }: { readonly whose: string; readonly sockets: number }) {
  return (
    <dl className="stats">
      <div>
        <dt>The global WebSocket is</dt>
        <dd className="minor" data-testid="global">
          {whose}
        </dd>
      </div>
      <div>
        <dt>Sockets of the shop</dt>
        <dd className="minor" data-testid="shop sockets">
          {sockets}
        </dd>
      </div>
    </dl>
  );
}
