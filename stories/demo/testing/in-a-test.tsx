/** A test that runs in the page, step by step. */

import { WebSocketProvider } from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { type RefObject, useId, useRef, useState } from 'react';
import { codeOf } from '../../ui/book-code.ts';
import { CodeText } from '../../ui/code-block.tsx';
import { ControlRow, ControlsCard, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER, OrderStatus } from './chapter.ts';

interface TestStep {
  readonly title: string;
  readonly code: string;
}

/** Read from the source of the test itself: each step begins with its comment. */
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

export function InATestStory() {
  const [run, setRun] = useState(0);
  return <TestRun key={run} onStartAgain={() => setRun((before) => before + 1)} />;
}

/** Another run is another server and another page, so it is the key. */
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
        lead={
          <>
            Press <strong>Next step</strong>: the test runs here, line by line, against the component above
            it.
          </>
        }
        notes={
          <p>
            The same test runs in Vitest with jsdom. Each step is what a server or a network does, and what
            the user sees of it. <code>server.connected()</code> waits for a client. In a test, make the waits
            short with <code>reconnectDelay</code>, or use fake timers: they drive the server too.
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

/** The actions of the test's steps, with this page in place of its screen. */
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

/** Without a test library: its functions, called by a page, would warn about the page's own updates. */
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
