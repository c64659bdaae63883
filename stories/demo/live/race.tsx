/** A list that is fetched while events change it: as a live query, and with the recipe that most apps have. */

import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { type LiveQuery, useMissedEvents, useWsEventHandler, WebSocketProvider } from 'everwire';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';
import { createNoteDesk, FETCH_MS, type Note, type NoteDesk } from './note-desk.ts';
import { Timeline } from './timeline.tsx';

const { useNotes } = exportsOf<{
  useNotes: (fetchNotes: (signal: AbortSignal) => Promise<readonly Note[]>) => LiveQuery<readonly Note[]>;
}>(import.meta.glob('../../../.storybook/code/16-notes.tsx', { eager: true }));

const queryKey = ['notes'];

export function RaceStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [desk] = useState(() => createNoteDesk(server));
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: false } } }));
  // Set by the live list: the buttons below fetch both.
  const [refetch] = useState<{ live: () => void }>(() => ({ live: () => {} }));
  const fetchBoth = (): void => {
    refetch.live();
    void client.invalidateQueries({ queryKey });
  };
  return (
    <QueryClientProvider client={client}>
      <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
        <StoryPage
          chapter={CHAPTER}
          title="A fetch, and an event meanwhile"
          sources={['src/service/live/live-source.ts', 'src/service/live/held-events.ts']}
          lead="A note is posted while both lists are fetched: the left one keeps it, the right one loses it."
          notes={
            <p>
              The fetch has read the database, and its answer is on its way; now somebody writes a note.
              Written into the cache at once, the note is overwritten by the answer, which is older. The live
              query holds the event until the answer is there, and applies it then. The list beside it is{' '}
              <code>useQuery</code> with <code>setQueryData</code> in a handler.
            </p>
          }
          controls={
            <ServerControls server={server} groups={['link']}>
              <ControlRow label="Notes">
                <Verb did="A note was posted" title="One event" onPress={() => desk.post()}>
                  Post
                </Verb>
                <Verb did="Both lists were fetched again" title="As a focus does" onPress={fetchBoth}>
                  Fetch
                </Verb>
                <Verb
                  did="Both lists were fetched, and a note was posted meanwhile"
                  title="The note is posted when the database was read"
                  onPress={() => {
                    fetchBoth();
                    setTimeout(() => desk.post(), FETCH_MS * 0.7);
                  }}
                >
                  Fetch, and post meanwhile
                </Verb>
                <Verb
                  did="The server restarted, and a note was posted"
                  title="The session is gone, and the event with it: one notice, and a fetch"
                  onPress={() => {
                    server.restart();
                    desk.post();
                  }}
                >
                  Restart, and post
                </Verb>
              </ControlRow>
            </ServerControls>
          }
        >
          <div className="stack">
            <Timeline desk={desk} />
            <div className="live-lists">
              <LiveList desk={desk} refetch={refetch} />
              <RecipeList desk={desk} />
            </div>
          </div>
        </StoryPage>
      </WebSocketProvider>
    </QueryClientProvider>
  );
}

interface LiveListProps {
  readonly desk: NoteDesk;
  readonly refetch: { live: () => void };
}

function LiveList({ desk, refetch }: LiveListProps) {
  const notes = useNotes((signal) => desk.fetchNotes(signal, 'recorded'));
  useEffect(() => {
    refetch.live = notes.refetch;
  }, [refetch, notes.refetch]);
  useEffect(() => {
    if (notes.data) desk.onShown(notes.data);
  }, [desk, notes.data]);
  return <NoteList name="live" title="useLiveQuery" desk={desk} status={notes.status} notes={notes.data} />;
}

/** What the usual recipe does. */
function RecipeList({ desk }: { readonly desk: NoteDesk }) {
  const client = useQueryClient();
  const { data, isFetching } = useQuery({ queryKey, queryFn: ({ signal }) => desk.fetchNotes(signal) });
  useWsEventHandler('note', (event) => {
    const note = event.data as Note;
    client.setQueryData<readonly Note[]>(
      queryKey,
      (notes) => notes && [...notes.filter(({ id }) => id !== note.id), note],
    );
  });
  useMissedEvents(() => client.invalidateQueries({ queryKey }));
  return (
    <NoteList
      name="recipe"
      title="useQuery and setQueryData"
      desk={desk}
      status={isFetching ? 'fetching' : 'fetched'}
      notes={data}
    />
  );
}

interface NoteListProps {
  readonly name: string;
  readonly title: string;
  readonly desk: NoteDesk;
  readonly status: string;
  readonly notes: readonly Note[] | undefined;
}

function NoteList({ name, title, desk, status, notes = [] }: NoteListProps) {
  const truth = useSyncExternalStore(desk.subscribe, desk.read).notes;
  const missing = truth.filter(({ id }) => !notes.some((note) => note.id === id)).length;
  return (
    <section className="stack" aria-label={title}>
      <h3>
        <code>{title}</code>
      </h3>
      <dl className="stats">
        <div>
          <dt>Status</dt>
          <dd data-testid={`status ${name}`}>{status}</dd>
        </div>
        <div>
          <dt>Compared with the server</dt>
          <dd data-testid={`verdict ${name}`} className={missing > 0 ? 'lacking' : undefined}>
            {missing === 0 ? 'the same' : `${missing} missing`}
          </dd>
        </div>
      </dl>
      <ul className="live-notes">
        {notes.slice(-6).map(({ id, text }) => (
          <li key={id}>
            <span className="number">{id.replace('note ', '#')}</span> {text}
          </li>
        ))}
      </ul>
    </section>
  );
}
