'use client';
/** Shows the buttons of the panel. */
import type { ReactNode } from 'react';

export interface ToolbarProps {
  /** `report`: an opened report is shown, and nothing can be recorded or asked of the connection. */
  readonly shows: 'live' | 'report';
  readonly mode: 'recording' | 'paused';
  readonly canDrop: boolean;
  readonly canReconnect: boolean;
  readonly placement: 'floating' | 'docked';
  /** What came of the last copy; empty: nothing to say. */
  readonly copied: string;
  readonly onPause: () => void;
  readonly onClear: () => void;
  readonly onCopy: () => void;
  readonly onOpenReport: () => void;
  readonly onDrop: () => void;
  readonly onReconnect: () => void;
  readonly onMove: () => void;
  readonly onClose: () => void;
}

export function Toolbar(props: ToolbarProps): ReactNode {
  const isLive = props.shows === 'live';
  const isPaused = props.mode === 'paused';
  return (
    <>
      <div className="tools main">
        <button
          type="button"
          aria-pressed={isPaused}
          title="Keep the rows as they are; counts and the picture continue"
          disabled={!isLive}
          onClick={props.onPause}
        >
          Pause
        </button>
        <button
          type="button"
          title="Forget rows, counts and the picture"
          disabled={!isLive}
          onClick={props.onClear}
        >
          Clear
        </button>
        <button
          type="button"
          title="Cut the link, as a network that is lost would: 1006"
          disabled={!isLive || !props.canDrop}
          onClick={props.onDrop}
        >
          Drop
        </button>
        <button
          type="button"
          title="A new link now, from attempt 0"
          disabled={!isLive || !props.canReconnect}
          onClick={props.onReconnect}
        >
          Reconnect
        </button>
        <button
          type="button"
          title="State, counts and rows, without secrets"
          disabled={!isLive}
          onClick={props.onCopy}
        >
          Copy JSON
        </button>
        <button type="button" title="Look at a report that was copied" onClick={props.onOpenReport}>
          Open JSON
        </button>
        <span className="copied" role="status">
          {props.copied}
        </span>
      </div>
      <div className="tools">
        <button type="button" title="Move the panel" onClick={props.onMove}>
          {props.placement === 'docked' ? 'Float' : 'Dock'}
        </button>
        <button type="button" className="icon" aria-label="Close the devtools" onClick={props.onClose}>
          ✕
        </button>
      </div>
    </>
  );
}
