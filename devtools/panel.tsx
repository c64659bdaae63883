'use client';
/** Shows the open panel: the status and its buttons, the pictures, the messages, and the facts. */
import {
  type KeyboardEvent,
  type ReactNode,
  type SyntheticEvent,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import type { Connection } from '../src/service/connection.ts';
import { copyText } from './clipboard.ts';
import { Facts } from './facts.tsx';
import { clockTime } from './format.ts';
import { type Layout, LEAST_HEIGHT, LEAST_WIDTH, MOST_SIZE } from './kept-layout.ts';
import { Messages } from './messages.tsx';
import type { Recorder } from './recorder.ts';
import { reportOf } from './report.ts';
import { Resizer } from './resizer.tsx';
import { type HeldRow, holdRow, type Row } from './row-ring.ts';
import { Sparkline } from './sparkline.tsx';
import { StatusLine } from './status-line.tsx';
import { durationWords, filledSpanMs } from './timeline.ts';
import { TimelinePicture } from './timeline-picture.tsx';
import { useDrawing } from './use-drawing.ts';

export interface PanelProps {
  readonly connection: Connection;
  readonly recorder: Recorder;
  readonly layout: Layout;
  readonly opener: 'page' | 'developer';
  readonly onChange: (part: Partial<Layout>) => void;
}

/** Ten times a second is as often as a list can be read. */
const PACE = { everyMs: 100, idleMs: 1_000 } as const;

const SPANS_MS = [60_000, 300_000, 1_800_000] as const;

/** How long the panel shows that a text was copied, ms. */
const COPY_WORDS_MS = 2_000;

export function Panel({ connection, recorder, layout, opener, onChange }: PanelProps): ReactNode {
  const panel = useRef<HTMLElement>(null);
  useDrawing(recorder, PACE, panel);
  useEffect(() => {
    if (opener === 'developer') panel.current?.focus();
  }, [opener]);

  const [spanMs, setSpanMs] = useState<number>(SPANS_MS[1]);
  const [view, setView] = useState<'messages' | 'connection'>('messages');
  const [row, setRow] = useState<HeldRow | null>(null);
  // Stable, because each line of the list is memoized.
  const select = useCallback((next: Row | null) => setRow(next && holdRow(next)), []);
  const [copied, setCopied] = useState({ words: '', at: 0 });

  const { reporter, session } = connection;
  const { clean } = reporter;
  const state = connection.stateStore.getState();
  const now = Date.now();
  const second = Math.floor(now / 1_000) * 1_000;
  const edge = second + 1_000;
  const filledMs = filledSpanMs(recorder.bands, spanMs, edge);
  const secondsLeft =
    state.nextRetryAt === null ? null : Math.max(0, Math.ceil((state.nextRetryAt - now) / 1_000));

  const copy = (words: string): void => {
    void copyText(words, panel.current ?? document.body).then((is) =>
      setCopied({ words: is ? 'Copied' : 'Could not copy', at: Date.now() }),
    );
  };
  const drop = (): void => {
    recorder.noteAsked('Drop: the link was cut from here.');
    dropLink(connection);
  };
  const reconnect = (): void => {
    recorder.noteAsked('Reconnect: asked for from here.');
    connection.dispatch({ type: 'reconnect' });
  };
  const handleKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onChange({ isOpen: false });
    keepInside(event);
  };
  const isDocked = layout.placement === 'docked';
  return (
    <section
      ref={panel}
      className="panel"
      aria-label="Everwire devtools"
      data-placement={layout.placement}
      data-view={view}
      tabIndex={-1}
      style={{ height: layout.height, ...(isDocked ? {} : { width: layout.width }) }}
      onKeyDown={handleKey}
      onKeyUp={keepInside}
      onClick={keepInside}
      onPointerDown={keepInside}
      onMouseDown={keepInside}
    >
      <Resizer
        edge="top"
        label="Height of the panel"
        size={layout.height}
        least={LEAST_HEIGHT}
        most={MOST_SIZE}
        onSize={(height) => onChange({ height })}
      />
      {!isDocked && (
        <Resizer
          edge="left"
          label="Width of the panel"
          size={layout.width}
          least={LEAST_WIDTH}
          most={MOST_SIZE}
          onSize={(width) => onChange({ width })}
        />
      )}
      <header>
        <StatusLine state={state} recorder={recorder} now={now} secondsLeft={secondsLeft} />
        <div className="tools main">
          <button
            type="button"
            aria-pressed={recorder.mode === 'paused'}
            title="Keep the rows as they are; counts and the picture go on"
            onClick={() => recorder.setMode(recorder.mode === 'paused' ? 'recording' : 'paused')}
          >
            Pause
          </button>
          <button
            type="button"
            title="Forget rows, counts and the picture"
            onClick={() => {
              recorder.clear();
              setRow(null);
            }}
          >
            Clear
          </button>
          <button
            type="button"
            title="State, counts and rows, without secrets"
            onClick={() => copy(reportOf(connection, recorder))}
          >
            Copy JSON
          </button>
          <button
            type="button"
            title="Cut the link, as a network that is lost would: 1006"
            disabled={state.status !== 'connected'}
            onClick={drop}
          >
            Drop
          </button>
          <button
            type="button"
            title="A new link now, from attempt 0"
            disabled={!session.isConfigured()}
            onClick={reconnect}
          >
            Reconnect
          </button>
          <span className="copied" role="status">
            {now - copied.at < COPY_WORDS_MS ? copied.words : ''}
          </span>
        </div>
        <div className="tools">
          <button
            type="button"
            title="Move the panel"
            onClick={() => onChange({ placement: isDocked ? 'floating' : 'docked' })}
          >
            {isDocked ? 'Float' : 'Dock'}
          </button>
          <button
            type="button"
            className="icon"
            aria-label="Close the devtools"
            onClick={() => onChange({ isOpen: false })}
          >
            ✕
          </button>
        </div>
      </header>
      <div className="pictures">
        <div className="timeline">
          <TimelinePicture bands={recorder.bands} moments={recorder.moments} spanMs={filledMs} now={edge} />
          <div className="axis">
            <span>{clockTime(edge - filledMs).slice(0, 8)}</span>
            <label>
              <span className="hidden">Time shown</span>
              <select value={spanMs} onChange={(event) => setSpanMs(Number(event.target.value))}>
                {SPANS_MS.map((ms) => (
                  <option key={ms} value={ms}>
                    last {durationWords(ms)}
                  </option>
                ))}
              </select>
            </label>
            <span>{clockTime(edge).slice(0, 8)}</span>
          </div>
        </div>
        <Sparkline rate={recorder.rate} now={second} />
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: two buttons are no fieldset. */}
      <div className="views" role="group" aria-label="Shown below">
        <button type="button" aria-pressed={view === 'messages'} onClick={() => setView('messages')}>
          Messages
        </button>
        <button type="button" aria-pressed={view === 'connection'} onClick={() => setView('connection')}>
          Connection
        </button>
      </div>
      <div className="body">
        <Messages recorder={recorder} selected={row} onSelect={select} clean={clean} onCopy={copy} />
        <Facts state={state} recorder={recorder} now={now} secondsLeft={secondsLeft} clean={clean} />
      </div>
    </section>
  );
}

/** Cuts the link as a lost network would. */
function dropLink({ attempt, dispatch }: Connection): void {
  const { number } = attempt() ?? {};
  if (number === undefined) return;
  dispatch({ type: 'closed', attempt: number, close: { code: 1006, reason: '', wasClean: false } });
}

/** Keeps keys and clicks from the app: from its shortcuts, and from menus that close at a click elsewhere. */
function keepInside(event: SyntheticEvent): void {
  event.stopPropagation();
}
