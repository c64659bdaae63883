/** How does an app know what is in an event? From its compiler, and from a schema where that can't know. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import {
  type IWebSocketConfig,
  useConnection,
  useWebSocketService,
  useWsEventHandler,
  useWsEvents,
  WebSocketProvider,
} from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { type ComponentType, useEffect, useId, useState } from 'react';
import { expect, waitFor, within } from 'storybook/test';
import { parcelPayloads } from './demo/parcels.ts';
import { shortDelays } from './demo/short-delays.ts';
import { exportsOf, rawCode } from './ui/book-code.ts';
import { CodeText } from './ui/code-block.tsx';
import { NoticeList } from './ui/notice-list.tsx';
import { ControlRow, ServerControls, Verb } from './ui/server-controls.tsx';
import { StoryPage } from './ui/story-page.tsx';
import { useFakeServer } from './ui/use-fake-server.ts';

const meta = {
  title: '10 Typed events and schemas',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

const CHAPTER = '10 Typed events and schemas';

type Schemas = NonNullable<IWebSocketConfig['schemas']>;

const { schemas: zodSchemas } = exportsOf<{ schemas: Schemas }>(
  import.meta.glob('../.storybook/code/10-zod.ts', { eager: true }),
);
const { schemas: valibotSchemas } = exportsOf<{ schemas: Schemas }>(
  import.meta.glob('../.storybook/code/10-valibot.ts', { eager: true }),
);
const { schemas: arktypeSchemas } = exportsOf<{ schemas: Schemas }>(
  import.meta.glob('../.storybook/code/10-arktype.ts', { eager: true }),
);
const { schemas: asyncSchemas } = exportsOf<{ schemas: Schemas }>(
  import.meta.glob('../.storybook/code/10-async.ts', { eager: true }),
);
const { Shipments } = exportsOf<{ Shipments: ComponentType }>(
  import.meta.glob('../.storybook/code/10-shipments.tsx', { eager: true }),
);

export const DeclaredOnce: StoryObj = {
  name: 'Declared once',
  parameters: { code: ['register/register.ts', '10-zod.ts', '10-shipments.tsx'] },
  render: () => <DeclaredOnceStory />,
  play: async ({ canvas, userEvent, step }) => {
    await connected(canvas);

    await step('the compiler finds each mistake', async () => {
      await expect(canvas.getAllByTestId('mistake')).toHaveLength(5);
    });

    await step('and what it let through runs', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'A good one' }));
      await waitFor(() => expect(canvas.getByText(/on a Saturday in 2026/)).toBeVisible());
    });
  },
};

export const WhatCameIn: StoryObj = {
  name: 'What really came in',
  parameters: { code: ['10-zod.ts', '10-valibot.ts', '10-arktype.ts', '10-shipments.tsx'] },
  render: () => <SchemasStory />,
  play: async ({ canvas, userEvent, step }) => {
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const number = (name: string) => Number(canvas.getByTestId(name).textContent);
    const problems = () =>
      within(canvas.getByRole('region', { name: 'Reported' })).queryAllByRole('listitem');
    await connected(canvas);

    for (const { label } of libraries) {
      await step(`${label}: a good one is handed out, with what the schema made of it`, async () => {
        await userEvent.click(canvas.getByRole('radio', { name: label }));
        const handled = number('handled');
        await press('A good one');
        await waitFor(() => expect(number('handled')).toBe(handled + 1));
        await waitFor(() => expect(canvas.getAllByText(/on a Saturday in 2026/).at(-1)).toBeVisible());
      });

      await step(`${label}: a bad one is reported, with its issues, and reaches no hook`, async () => {
        const handled = number('handled');
        const seq = number('seq');
        for (const { label: kind, verdict } of parcelPayloads) {
          if (verdict === 'valid') continue;
          const reported = number('reported');
          await press(kind);
          await waitFor(() => expect(number('reported')).toBe(reported + 1));
        }
        await expect(number('handled')).toBe(handled);
        await expect(number('notices')).toBe(0);
        await expect(problems()[0]).toHaveTextContent('shipped');
        // Their numbers count: nothing is taken for missing.
        await press('A good one');
        await waitFor(() => expect(number('seq')).toBe(seq + parcelPayloads.length));
      });
    }

    await step('the issues say where, and what', async () => {
      await press('Parcels as text');
      await waitFor(() => expect(problems()[0]).toHaveTextContent(/parcels/));
    });

    await userEvent.click(canvas.getByRole('radio', { name: 'zod' }));
    await press('A good one');
  },
};

export const AnAsyncSchema: StoryObj = {
  name: 'A schema that takes its time',
  parameters: { code: ['10-async.ts'] },
  render: () => <AsyncStory />,
  play: async ({ canvas, userEvent, step }) => {
    const arrived = () => canvas.getAllByTestId('arrived').map((item) => item.textContent);
    await connected(canvas);

    await step('the first takes longest, and none overtakes it', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Four join' }));
      await waitFor(() => expect(canvas.queryAllByTestId('arrived')).toHaveLength(4));
      await expect(arrived()).toEqual(['user 1', 'user 2', 'user 3', 'user 4']);
    });

    await step('an event of another name waits in the same line', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'One joins, and a bell rings' }));
      await waitFor(() => expect(canvas.queryAllByTestId('arrived')).toHaveLength(6));
      await expect(arrived().slice(4)).toEqual(['user 5', 'the bell']);
    });
  },
};

type Canvas = Parameters<NonNullable<StoryObj['play']>>[0]['canvas'];

async function connected(canvas: Canvas): Promise<void> {
  const status = await canvas.findByRole('status');
  await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
}

// ---- declared once ----

function DeclaredOnceStory() {
  const server = useFakeServer({ resume: 'takeover' });
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} schemas={zodSchemas} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="Declared once"
        sources={['src/register.ts', 'src/types.ts']}
        prose={
          <>
            <p>
              An app declares what goes over its socket once, in <code>Register</code>: events, messages and
              requests. From then on every hook, handler, <code>send</code> and <code>request</code> knows it,
              in <code>everwire/core</code> too, and no call needs a type of its own. Without it, names are{' '}
              <code>string</code> and data is <code>unknown</code>.
            </p>
            <p>
              The events can be taken from schemas with <code>EventsOf</code>, so that nothing is written
              twice. Below: five mistakes, and the compiler’s own words about each.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <ControlRow label="Shipped">
              <PayloadButtons server={server} only="valid" />
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <Mistakes />
          <div className="shipments-box">
            <Shipments />
          </div>
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

interface Mistake {
  readonly line: number;
  readonly column: number;
  readonly words: string;
}

/** As the compiler printed them: `npm run check:book` compares. */
function readMistakes(): readonly Mistake[] {
  const printed = rawCode('register/mistakes.txt').trim().split('\n');
  return printed.map((text) => {
    const [, line = '', column = '', words = text] = /^\S+\((\d+),(\d+)\): error (.*)$/.exec(text) ?? [];
    return { line: Number(line), column: Number(column), words };
  });
}

function Mistakes() {
  const lines = rawCode('register/mistakes.tsx').trimEnd().split('\n');
  const mistakes = readMistakes();
  const id = useId();
  return (
    <div className="stack tight">
      <h3 id={id}>What the compiler says</h3>
      <ol className="mistakes" aria-labelledby={id}>
        {lines.map((code, index) => {
          const mistake = mistakes.find(({ line }) => line === index + 1);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a file stay where they are.
            <li key={index} className="mistake-line">
              <pre>
                <CodeText code={code === '' ? ' ' : code} />
              </pre>
              {mistake !== undefined && (
                <p className="mistake" data-testid="mistake">
                  {mistake.words}
                </p>
              )}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

// ---- what really came in ----

const libraries = [
  { label: 'zod', schemas: zodSchemas },
  { label: 'valibot', schemas: valibotSchemas },
  { label: 'arktype', schemas: arktypeSchemas },
] as const;

function SchemasStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [library, setLibrary] = useState<(typeof libraries)[number]>(libraries[0]);
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      schemas={library.schemas}
      {...shortDelays}
    >
      <StoryPage
        chapter={CHAPTER}
        title="What really came in"
        sources={['src/service/payload.ts']}
        prose={
          <>
            <p>
              A type is a promise of your own; what a server sends is another matter. With{' '}
              <code>schemas</code>, one for each event name that should have one, data is looked at before
              anybody gets it. Whatever speaks Standard Schema will do: zod, valibot and arktype here. What
              the schema makes of the data is what the hooks get: <strong>send a good one</strong>, and its
              text has become a <code>Date</code>.
            </p>
            <p>
              <strong>Send a bad one</strong>: it reaches no hook, and is reported as{' '}
              <code>invalid-payload</code> with its issues. Its number counts all the same, so nothing is
              taken for missing, and the stream goes on.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <fieldset className="control-row">
              <legend className="visually-hidden">The schemas are written with</legend>
              <span className="control-label" aria-hidden="true">
                Schemas
              </span>
              <div className="choices">
                {libraries.map((one) => (
                  <label key={one.label} className="choice">
                    <input
                      type="radio"
                      name="library"
                      checked={one === library}
                      onChange={() => setLibrary(one)}
                    />
                    {one.label}
                  </label>
                ))}
              </div>
            </fieldset>
            <ControlRow label="Shipped">
              <PayloadButtons server={server} only="all" />
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <Traffic />
          <div className="shipments-box">
            <Shipments />
          </div>
          <Problems />
          <NoticeList />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

interface PayloadButtonsProps {
  readonly server: FakeServer;
  readonly only: 'valid' | 'all';
}

function PayloadButtons({ server, only }: PayloadButtonsProps) {
  return parcelPayloads
    .filter(({ verdict }) => only === 'all' || verdict === only)
    .map(({ label, data }) => (
      <Verb
        key={label}
        did={`The server sent: ${JSON.stringify(data)}`}
        title={JSON.stringify(data)}
        onPress={() => server.emit('shipped', data)}
      >
        {label}
      </Verb>
    ));
}

function Traffic() {
  const seq = useConnection((state) => state.lastEventId);
  const [handled, setHandled] = useState(0);
  useWsEventHandler('shipped', () => setHandled((before) => before + 1));
  return (
    <dl className="stats">
      <div>
        <dt>Sequence number</dt>
        <dd data-testid="seq">{seq ?? '–'}</dd>
      </div>
      <div>
        <dt>Handed out</dt>
        <dd data-testid="handled">{handled}</dd>
      </div>
    </dl>
  );
}

interface Problem {
  readonly id: number;
  readonly event: string;
  readonly issues: readonly { readonly message: string; readonly path: readonly (string | number)[] }[];
}

function Problems() {
  const { errors$ } = useWebSocketService();
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const headingId = useId();
  useEffect(() => {
    const subscription = errors$.subscribe(({ code, details }) => {
      if (code !== 'invalid-payload') return;
      const { event, issues } = details as unknown as Omit<Problem, 'id'>;
      setProblems((before) => [{ id: before.length + 1, event, issues }, ...before]);
    });
    return () => subscription.unsubscribe();
  }, [errors$]);
  return (
    <div className="stack tight">
      <h3 id={headingId}>
        Reported<span className="visually-hidden">:</span>{' '}
        <span data-testid="reported" aria-hidden="true">
          {problems.length}
        </span>
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so without a mouse too. */}
      <section className="error-list" aria-label="Reported" tabIndex={0}>
        {problems.length === 0 ? (
          <p className="notice empty">Nothing so far.</p>
        ) : (
          <ol>
            {problems.map(({ id, event, issues }) => (
              <li key={id} className="problem">
                <code>{event}</code>
                <span>
                  {issues.map(({ message, path }, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the issues of one error stay where they are.
                    <span key={index} className="issue">
                      {path.length > 0 && <b>{path.join('.')}: </b>}
                      {message}
                    </span>
                  ))}
                </span>
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}

// ---- an async schema ----

function AsyncStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [sent, setSent] = useState<readonly string[]>([]);
  const join = (times: number): void => {
    const firstId = sent.filter((one) => one !== 'the bell').length + 1;
    const ids = Array.from({ length: times }, (_, index) => firstId + index);
    setSent((before) => [...before, ...ids.map((id) => `user ${id}`)]);
    for (const id of ids) server.emit('joined', { id });
  };
  const ring = (): void => {
    setSent((before) => [...before, 'the bell']);
    server.emit('rang');
  };
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} schemas={asyncSchemas} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="A schema that takes its time"
        sources={['src/service/gate.ts', 'src/service/payload.ts']}
        prose={
          <p>
            A schema may be asynchronous: it looks up a name, say. Events that come meanwhile, of whatever
            name, wait for it, so that the order stays what the server said. Here the first of every four
            takes 1.2 s, the others a tenth. <strong>Let four join</strong>: all of them come after the first.
            One that has no verdict after 10 s is reported, and let go.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <ControlRow label="Events">
              <Verb did="Four users joined" title="Four events at once" onPress={() => join(4)}>
                Four join
              </Verb>
              <Verb
                did="A user joined, and the bell rang"
                title="An event with an async schema, and one without any"
                onPress={() => {
                  join(1);
                  ring();
                }}
              >
                One joins, and a bell rings
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <Order sent={sent} />
      </StoryPage>
    </WebSocketProvider>
  );
}

function Order({ sent }: { readonly sent: readonly string[] }) {
  const events = useWsEvents(['joined', 'rang']);
  const sentId = useId();
  const arrivedId = useId();
  const nameOf = (data: unknown): string => (data as { readonly name?: string } | null)?.name ?? 'the bell';
  return (
    <div className="stack">
      <div className="stack tight">
        <h3 id={sentId}>Sent, in this order</h3>
        <ol className="chips" aria-labelledby={sentId}>
          {sent.map((name, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: nothing is ever taken out.
            <li key={index} className="chip">
              {name}
            </li>
          ))}
        </ol>
      </div>
      <div className="stack tight">
        <h3 id={arrivedId}>Handed out, in this order</h3>
        <ol className="chips" aria-labelledby={arrivedId}>
          {events.map(({ data }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: fewer than the limit, so nothing is ever taken out.
            <li key={index} className="chip" data-testid="arrived">
              {nameOf(data)}
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}
