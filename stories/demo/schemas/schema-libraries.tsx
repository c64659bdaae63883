/** Payloads that are checked by schemas of three libraries. */

import { useConnection, useWebSocketService, useWsEventHandler, WebSocketProvider } from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { useEffect, useId, useState } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { NoticeList } from '../../ui/notice-list.tsx';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { parcelPayloads } from '../parcels.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER, type Schemas, Shipments, zodSchemas } from './chapter.ts';

const { schemas: valibotSchemas } = exportsOf<{ schemas: Schemas }>(
  import.meta.glob('../../../.storybook/code/10-valibot.ts', { eager: true }),
);

const { schemas: arktypeSchemas } = exportsOf<{ schemas: Schemas }>(
  import.meta.glob('../../../.storybook/code/10-arktype.ts', { eager: true }),
);

export const libraries = [
  { label: 'zod', schemas: zodSchemas },
  { label: 'valibot', schemas: valibotSchemas },
  { label: 'arktype', schemas: arktypeSchemas },
] as const;

export function SchemasStory() {
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
        sources={['src/service/inbound/validate-payload.ts']}
        lead="Send a bad event: it reaches no hook, and the error says what is wrong with it."
        notes={
          <>
            <p>
              A type is only your promise; a schema checks what the server really sends. Any Standard Schema
              library works: zod, valibot and arktype here. Hooks get the result of the schema: the text of a
              good event becomes a <code>Date</code>.
            </p>
            <p>
              A bad event is reported as <code>invalid-payload</code> with its issues. Its sequence number
              still counts, so it is no gap, and the stream continues.
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

export function PayloadButtons({ server, only }: PayloadButtonsProps) {
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
        <dt>Delivered</dt>
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
