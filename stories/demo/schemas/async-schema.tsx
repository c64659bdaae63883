/** A schema that takes its time, and holds the events behind it. */

import { useWsEvents, WebSocketProvider } from 'everwire';
import { useId, useState } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER, type Schemas } from './chapter.ts';

const { schemas: asyncSchemas } = exportsOf<{ schemas: Schemas }>(
  import.meta.glob('../../../.storybook/code/10-async.ts', { eager: true }),
);

export function AsyncStory() {
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
        title="A slow schema"
        sources={['src/service/inbound/delivery-barrier.ts', 'src/service/inbound/validate-payload.ts']}
        lead="Let four join: the first takes 1.2 s to validate, and the other three wait to keep their order."
        notes={
          <p>
            A schema may be asynchronous, for example to look up a name. Events of every name wait for it, so
            that they stay in the order of the server. A schema that has not finished after 10 s is reported
            as an error, and its event is dropped.
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
        <h3 id={arrivedId}>Delivered, in this order</h3>
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
