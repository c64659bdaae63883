/** The frame of every page: one sentence, the live part with the server's controls and the log, then the explanation. */
import { createContext, type ReactNode, useContext, useId } from 'react';
import { CardHeading } from './card-heading.tsx';
import { TitleIdContext, useLabelledBy, usePageView } from './page-view.ts';
import { StatusBadge } from './status-badge.tsx';
import { TransitionLog } from './transition-log.tsx';
import { useTransitionLog } from './use-transition-log.ts';
import './styles.css';

export interface StoryPageProps {
  readonly chapter: string;
  readonly title: string;
  /** One sentence above the live part, of at most 25 words: what to do, and what to see. */
  readonly lead: ReactNode;
  /** The explanation below the live part: paragraphs. */
  readonly notes?: ReactNode;
  /** The files that do what the page shows. */
  readonly sources: readonly string[];
  readonly controls?: ReactNode;
  /** `none`: the page has another view of what happens, and its controls are in the live part. */
  readonly log?: 'beside' | 'none';
  /** In place of the status of the page's connection, for a page that has none. It must be a live region. */
  readonly badge?: ReactNode;
  readonly children: ReactNode;
}

const NoteContext = createContext<(text: string) => void>(() => {});

/** Writes a line into the page's log. */
export function useNote(): (text: string) => void {
  return useContext(NoteContext);
}

/** Inside a `<WebSocketProvider>`. */
export function StoryPage({
  chapter,
  title,
  lead,
  notes,
  sources,
  controls,
  log = 'beside',
  badge = <StatusBadge />,
  children,
}: StoryPageProps) {
  const { entries, note } = useTransitionLog();
  const titleId = useId();
  return (
    <NoteContext.Provider value={note}>
      <Frame titleId={titleId}>
        <header className="intro">
          <Title chapter={chapter} id={titleId}>
            {title}
          </Title>
          <p className="lead">{lead}</p>
        </header>
        <div className="columns" data-log={log}>
          <Live badge={badge}>{children}</Live>
          {log === 'beside' && (
            <div className="side">
              {controls}
              <TransitionLog entries={entries} />
            </div>
          )}
          <div className="notes">
            {notes !== undefined && <div className="prose">{notes}</div>}
            <p className="source">
              Source:{' '}
              {sources.map((source, index) => (
                <span key={source}>
                  {index > 0 && ', '}
                  <code>{source}</code>
                </span>
              ))}
            </p>
          </div>
        </div>
      </Frame>
    </NoteContext.Provider>
  );
}

function Live({ badge, children }: Pick<StoryPageProps, 'badge' | 'children'>) {
  const headingId = useId();
  return (
    <section className="card live" aria-labelledby={useLabelledBy(headingId)}>
      <div className="card-head">
        <CardHeading id={headingId}>Live</CardHeading>
        {badge}
      </div>
      {children}
    </section>
  );
}

function Frame({ titleId, children }: { readonly titleId: string; readonly children: ReactNode }) {
  // A window has one main part; in a chapter, that is the chapter.
  if (usePageView() === 'alone') return <main className="page">{children}</main>;
  return (
    <TitleIdContext.Provider value={titleId}>
      <article className="page" aria-labelledby={titleId}>
        {children}
      </article>
    </TitleIdContext.Provider>
  );
}

interface TitleProps {
  readonly chapter: string;
  readonly id: string;
  readonly children: string;
}

function Title({ chapter, id, children }: TitleProps) {
  if (usePageView() === 'in-chapter') {
    return (
      // The chapter's list of pages shows it already.
      <h2 id={id} className="visually-hidden">
        {children}
      </h2>
    );
  }
  return (
    <>
      <p className="chapter">{chapter}</p>
      <h1 id={id}>{children}</h1>
    </>
  );
}
