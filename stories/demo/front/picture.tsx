/** The picture on the front page: one server, two browsers, and what is on the wires between them. */

import { useConnectionStatus } from 'everwire';
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { EverwireApp, usePlainApp } from './apps.tsx';
import { captionOf } from './caption.ts';
import {
  type Accident,
  createStage,
  LATENCY_MS,
  type PageName,
  type Stage,
  type StageView,
} from './stage.ts';
import { Strip } from './strip.tsx';
import './front.css';

export interface PictureProps {
  /** Whether it has an accident of its own at first, so that the reader sees what happens then. */
  readonly begins: 'by-itself' | 'when-pressed';
}

/** After so many events. */
const FIRST_ACCIDENT_AT = 4;

export function Picture({ begins }: PictureProps) {
  const server = useFakeServer({ resume: 'takeover', latencyMs: LATENCY_MS });
  const [stage] = useState(() => createStage(server));
  const [isReady, setReady] = useState(false);
  const view = useSyncExternalStore(stage.subscribe, stage.read);
  const isTouched = useRef(begins === 'when-pressed');
  const frame = useRef<HTMLElement>(null);

  useEffect(() => {
    // The plain hook can't be passed a class: it takes the global one. Ours serves this server's address alone.
    const restore = server.installGlobal();
    const stop = stage.run();
    setReady(true);
    return () => {
      stop();
      restore();
      setReady(false);
    };
  }, [server, stage]);

  useEffect(() => {
    const watcher = new IntersectionObserver(([entry]) => stage.show(entry?.isIntersecting ?? true));
    if (frame.current !== null) watcher.observe(frame.current);
    return () => watcher.disconnect();
  }, [stage]);

  const [cause, setCause] = useState<'picture' | 'reader'>('reader');
  /** Pressed while another accident lasts. */
  const [next, setNext] = useState<Accident | null>(null);
  const touch = (): void => {
    isTouched.current = true;
  };
  // Both have got an event since the last accident, and the same ones: the hole of the next one is its own.
  const { plain, everwire } = view.pages;
  const isReadyToBreak =
    view.phase === 'calm' && plain.heard > view.hole.last && plain.heard === everwire.heard;
  useEffect(() => {
    if (next === null || !isReadyToBreak) return;
    setNext(null);
    setCause('reader');
    stage.cause(next);
  }, [stage, next, isReadyToBreak]);
  useEffect(() => {
    if (!isTouched.current && view.newest >= FIRST_ACCIDENT_AT) {
      isTouched.current = true;
      setCause('picture');
      stage.cause('unplugged');
    }
  }, [stage, view.newest]);

  return (
    <section
      ref={frame}
      className="stage"
      aria-label="One server, two browsers"
      data-phase={view.phase}
      data-accident={view.phase === 'accident' ? view.accident : undefined}
      style={{ '--latency': `${LATENCY_MS}ms` } as React.CSSProperties}
    >
      <div className="stage-field" data-paused={view.isPaused}>
        <ServerBox view={view} />
        <Wire page="plain" view={view} />
        {isReady ? (
          <PlainBrowser stage={stage} view={view} />
        ) : (
          <Browser page="plain" view={view} status="…" />
        )}
        <Wire page="everwire" view={view} />
        {isReady ? (
          <EverwireApp stage={stage} server={server}>
            <EverwireBrowser view={view} />
          </EverwireApp>
        ) : (
          <Browser page="everwire" view={view} status="…" />
        )}
      </div>
      <Buttons
        view={view}
        cause={cause}
        next={next}
        onTouch={touch}
        onCause={setNext}
        onPause={stage.pause}
      />
    </section>
  );
}

interface ViewProps {
  readonly view: StageView;
}

function ServerBox({ view }: ViewProps) {
  const isDown = view.phase === 'accident' && view.accident === 'killed';
  const { heard } = view.pages.everwire;
  const count = view.phase === 'calm' ? 0 : Math.min(view.newest - heard, HELD);
  // A new process has nothing else.
  const source = view.accident === 'killed' && view.phase !== 'calm' ? 'in the database' : 'kept for later';
  return (
    <section className="stage-server" data-state={isDown ? 'down' : 'up'} aria-label="Server">
      <p className="stage-server-name">{isDown ? 'Killed' : 'Server'}</p>
      <div className="stage-server-now">
        <p className="stage-small">event</p>
        <p className="stage-newest">{view.newest}</p>
      </div>
      <div className="stage-kept">
        <p className="stage-small">{source}</p>
        <ol>
          {Array.from({ length: HELD }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a place is its position.
            <li key={index} data-full={index < count}>
              {index < count ? view.newest - count + index + 1 : null}
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}

/** So many places are drawn. */
const HELD = 8;

interface PageProps extends ViewProps {
  readonly page: PageName;
}

function Wire({ page, view }: PageProps) {
  const { wire } = view.pages[page];
  const here = view.freight.filter((one) => one.page === page);
  return (
    <div className="wire-path" data-page={page} data-wire={wire} aria-hidden="true">
      <span className="wire-line" />
      <span className="wire-cut" />
      {here.map(({ id, kind, words, state }) => (
        <span key={id} className="dot" data-kind={kind} data-state={state}>
          <span className="dot-text">{words}</span>
        </span>
      ))}
    </div>
  );
}

function PlainBrowser({ stage, view }: ViewProps & { readonly stage: Stage }) {
  const status = usePlainApp({ stage });
  return <Browser page="plain" view={view} status={status} />;
}

function EverwireBrowser({ view }: ViewProps) {
  return <Browser page="everwire" view={view} status={useConnectionStatus()} />;
}

const names: Readonly<Record<PageName, ReactNode>> = {
  plain: (
    <>
      A plain hook <code>react-use-websocket</code>
    </>
  ),
  everwire: (
    <>
      Everwire <code>useWsEventHandler</code>
    </>
  ),
};

function Browser({ page, view, status }: PageProps & { readonly status: string }) {
  const { missing, cameBack, fetched, heard } = view.pages[page];
  // One is always on its way.
  const awaited = view.phase === 'calm' ? 0 : view.newest - heard;
  const isUp = status === 'Open' || status === 'connected';
  return (
    <section className="browser" data-page={page} aria-label={page === 'plain' ? 'A plain hook' : 'Everwire'}>
      <header className="browser-bar">
        <h2 className="browser-name">{names[page]}</h2>
        <p className="browser-status" data-status={isUp ? 'connected' : 'reconnecting'}>
          {status}
        </p>
      </header>
      <Strip page={view.pages[page]} newest={view.newest} />
      <p className="verdict" data-missing={missing > 0} data-awaited={awaited > 0}>
        <strong className="verdict-count" data-testid={`${page} missing`}>
          {missing}
        </strong>{' '}
        missing
        {awaited > 0 && <span className="verdict-awaited">{awaited} not here yet</span>}
        {awaited === 0 && cameBack > 0 && <span className="verdict-back">{cameBack} came back</span>}
        {awaited === 0 && fetched > 0 && (
          <span className="verdict-fetched">{fetched} fetched by the app</span>
        )}
      </p>
    </section>
  );
}

const accidents: readonly (readonly [Accident, string])[] = [
  ['unplugged', 'Pull the plug'],
  ['frozen', 'Freeze'],
  ['killed', 'Kill the server'],
];

interface ButtonsProps extends ViewProps {
  /** Who has caused the latest accident. */
  readonly cause: 'picture' | 'reader';
  /** Begins when the present accident is over. */
  readonly next: Accident | null;
  /** The reader comes near: the picture breaks nothing by itself any more. */
  readonly onTouch: () => void;
  readonly onCause: (accident: Accident) => void;
  readonly onPause: (isPaused: boolean) => void;
}

function Buttons({ view, cause, next, onTouch, onCause, onPause }: ButtonsProps) {
  const isBusy = view.phase !== 'calm';
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only notices that somebody is about to press a button.
    <div className="stage-foot" onPointerEnter={onTouch} onFocus={onTouch}>
      <div className="stage-buttons">
        {accidents.map(([accident, label]) => (
          <button
            key={accident}
            type="button"
            className="button breaker"
            data-on={isBusy && view.accident === accident}
            data-next={isBusy && next === accident}
            onClick={() => {
              onTouch();
              onCause(accident);
            }}
          >
            {label}
            {isBusy && next === accident && <span className="breaker-next"> next</span>}
          </button>
        ))}
      </div>
      <p className="stage-caption" role="status">
        {captionOf(view, cause === 'picture')}
      </p>
      <button
        type="button"
        className="button small pauser"
        aria-pressed={view.isPaused}
        onClick={() => onPause(!view.isPaused)}
      >
        Pause
      </button>
    </div>
  );
}
