'use client';
/** Shows the open panel: the status and its buttons, the pictures, the messages, and the facts; live, or of a report. */
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
import { ChannelsLabel, type Side } from './channel-parts.tsx';
import { copyText } from './clipboard.ts';
import { Facts } from './facts.tsx';
import { type Layout, LEAST_HEIGHT, LEAST_WIDTH, MOST_SIZE } from './kept-layout.ts';
import { Messages } from './messages.tsx';
import { Pictures } from './pictures.tsx';
import type { OpenedReport } from './read-report.ts';
import type { Recorder } from './recorder.ts';
import { reportOf } from './report.ts';
import { ReportForm } from './report-form.tsx';
import { Resizer } from './resizer.tsx';
import { type HeldRow, holdRow, type Row } from './row-ring.ts';
import { sharingOf } from './sharing.ts';
import { StatusLine } from './status-line.tsx';
import { Toolbar } from './toolbar.tsx';
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

/** How long the panel shows that a text was copied, ms. */
const COPY_WORDS_MS = 2_000;

/** What a narrow panel shows, one at a time. */
const VIEWS = {
  messages: 'Messages',
  names: 'Names',
  channels: 'Channels',
  connection: 'Connection',
} as const;

type View = keyof typeof VIEWS;

/** The recording of the connection, a form to open a report, or a report. */
type Source = 'live' | 'form' | OpenedReport;

export function Panel({ connection, recorder, layout, opener, onChange }: PanelProps): ReactNode {
  const panel = useRef<HTMLElement>(null);
  useDrawing(recorder, PACE, panel);
  useEffect(() => {
    if (opener === 'developer') panel.current?.focus();
  }, [opener]);

  const [chosenView, setView] = useState<View>('messages');
  const [chosenSide, setSide] = useState<Side>('names');
  const [source, setSource] = useState<Source>('live');
  const [row, setRow] = useState<HeldRow | null>(null);
  // Stable, because each line of the list is memoized.
  const select = useCallback((next: Row | null) => setRow(next && holdRow(next)), []);
  const showMessages = useCallback(() => setView('messages'), []);
  const [copied, setCopied] = useState({ words: '', at: 0 });
  const show = (next: Source): void => {
    setSource(next);
    setRow(null);
  };

  const { reporter, session } = connection;
  const { clean } = reporter;
  const live = connection.stateStore.getState();
  const now = Date.now();
  const report = typeof source === 'object' ? source : null;
  const shown =
    report === null
      ? { state: live, recording: recorder, sharing: sharingOf(connection), at: now }
      : { ...report, at: report.writtenAt };
  const { channels } = shown.recording;
  const hasChannels = channels.use === 'used';
  const view = chosenView === 'channels' && !hasChannels ? 'names' : chosenView;
  const side = hasChannels ? chosenSide : 'names';
  const { nextRetryAt } = shown.state;
  const secondsLeft = nextRetryAt === null ? null : Math.max(0, Math.ceil((nextRetryAt - shown.at) / 1_000));

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
    // Not from the form: a pasted text would be lost.
    if (event.key === 'Escape' && source !== 'form') onChange({ isOpen: false });
    keepInside(event);
  };
  const showSide = (next: Side): void => {
    setSide(next);
    // In a panel that is as wide as now, it is not the view that is shown.
    if (view === 'names' || view === 'channels') setView(next);
  };
  const showView = (next: View): void => {
    setView(next);
    if (next === 'names' || next === 'channels') setSide(next);
  };
  const viewNames = (Object.keys(VIEWS) as View[]).filter((name) => name !== 'channels' || hasChannels);
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
        <StatusLine
          state={shown.state}
          recording={shown.recording}
          now={shown.at}
          secondsLeft={secondsLeft}
        />
        <Toolbar
          shows={report === null ? 'live' : 'report'}
          mode={recorder.mode}
          canDrop={live.status === 'connected'}
          canReconnect={session.isConfigured()}
          placement={layout.placement}
          copied={now - copied.at < COPY_WORDS_MS ? copied.words : ''}
          onPause={() => recorder.setMode(recorder.mode === 'paused' ? 'recording' : 'paused')}
          onClear={() => {
            recorder.clear();
            setRow(null);
          }}
          onCopy={() => copy(reportOf(connection, recorder))}
          onOpenReport={() => show('form')}
          onDrop={drop}
          onReconnect={reconnect}
          onMove={() => onChange({ placement: isDocked ? 'floating' : 'docked' })}
          onClose={() => onChange({ isOpen: false })}
        />
      </header>
      {report !== null && (
        <p className="banner">
          This is a report, written at {new Date(report.writtenAt).toLocaleString()}.{' '}
          <button type="button" onClick={() => show('live')}>
            Back to the connection
          </button>
        </p>
      )}
      {source === 'form' ? (
        <ReportForm onOpen={show} onClose={() => show('live')} />
      ) : (
        <>
          <Pictures recording={shown.recording} now={shown.at} />
          {/* biome-ignore lint/a11y/useSemanticElements: three buttons are no fieldset. */}
          <div className="views" role="group" aria-label="Shown below">
            {viewNames.map((name) => (
              <button
                key={name}
                type="button"
                data-name={name}
                aria-pressed={view === name}
                onClick={() => showView(name)}
              >
                {name === 'channels' ? <ChannelsLabel channels={channels} /> : VIEWS[name]}
              </button>
            ))}
          </div>
          <div className="body">
            <Messages
              // A report begins without the filter of the connection.
              key={report?.writtenAt ?? 'live'}
              recording={shown.recording}
              side={side}
              onSide={showSide}
              now={shown.at}
              selected={row}
              onSelect={select}
              onShow={showMessages}
              clean={clean}
              onCopy={copy}
            />
            <Facts
              state={shown.state}
              recording={shown.recording}
              sharing={shown.sharing}
              now={shown.at}
              secondsLeft={secondsLeft}
              clean={clean}
            />
          </div>
        </>
      )}
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
