/** What does every page of this manual look like? Prose, the live part, the server's controls, the log. */
import { createContext, type ReactNode, useContext } from 'react';
import { StatusBadge } from './status-badge.tsx';
import { TransitionLog } from './transition-log.tsx';
import { useTransitionLog } from './use-transition-log.ts';
import './styles.css';

export interface StoryPageProps {
  readonly chapter: string;
  readonly title: string;
  readonly prose: ReactNode;
  /** The files that do what the page shows. */
  readonly sources: readonly string[];
  readonly controls: ReactNode;
  readonly children: ReactNode;
}

const NoteContext = createContext<(text: string) => void>(() => {});

/** Writes a line into the page's log. */
export function useNote(): (text: string) => void {
  return useContext(NoteContext);
}

/** Inside a `<WebSocketProvider>`. */
export function StoryPage({ chapter, title, prose, sources, controls, children }: StoryPageProps) {
  const { entries, note } = useTransitionLog();
  return (
    <NoteContext.Provider value={note}>
      <main className="page">
        <header className="intro">
          <p className="chapter">{chapter}</p>
          <h1>{title}</h1>
          <div className="prose">{prose}</div>
        </header>
        <div className="columns">
          <section className="card live" aria-labelledby="live-heading">
            <div className="card-head">
              <h2 id="live-heading">Live</h2>
              <StatusBadge />
            </div>
            {children}
          </section>
          <div className="side">
            {controls}
            <TransitionLog entries={entries} />
          </div>
        </div>
        <p className="source">
          Where it is done:{' '}
          {sources.map((source, index) => (
            <span key={source}>
              {index > 0 && ', '}
              <code>{source}</code>
            </span>
          ))}
        </p>
      </main>
    </NoteContext.Provider>
  );
}
