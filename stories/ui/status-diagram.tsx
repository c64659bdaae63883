/** Draws the four statuses, with the current one lit and the way to it. */

import { type ConnectionStatus, useConnectionStatus } from 'everwire';
import { useState } from 'react';

interface Node {
  readonly status: ConnectionStatus;
  readonly x: number;
  readonly y: number;
}

interface Edge {
  readonly from: ConnectionStatus;
  readonly to: ConnectionStatus;
  readonly path: string;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

const WIDTH = 122;
const HEIGHT = 42;

const nodes: readonly Node[] = [
  { status: 'connecting', x: 240, y: 32 },
  { status: 'disconnected', x: 72, y: 150 },
  { status: 'connected', x: 408, y: 150 },
  { status: 'reconnecting', x: 240, y: 268 },
];

const edges: readonly Edge[] = [
  edge('disconnected', 'connecting', 'M84 128 Q110 60 176 40', 'connect', 94, 66, 'end'),
  edge('connecting', 'connected', 'M302 40 Q370 60 394 126', 'opened', 386, 66, 'start'),
  edge('connecting', 'disconnected', 'M196 54 Q150 84 114 126', 'stopped', 166, 98, 'start'),
  edge('connecting', 'reconnecting', 'M252 54 L252 244', 'failed', 260, 100, 'start'),
  edge('connected', 'disconnected', 'M346 150 L136 150', 'disconnect', 216, 142, 'middle'),
  edge('connected', 'reconnecting', 'M404 172 Q384 244 304 264', 'lost', 390, 240, 'start'),
  edge('reconnecting', 'connected', 'M288 246 Q330 196 372 174', 'opened', 308, 206, 'end'),
  edge('disconnected', 'reconnecting', 'M114 172 Q150 216 192 244', 'retry', 166, 206, 'start'),
  edge('reconnecting', 'disconnected', 'M178 264 Q100 246 82 174', 'gave up', 98, 240, 'end'),
];

export function StatusDiagram() {
  const { now, before } = useLastStep();
  const words =
    before === null ? `The connection is ${now}.` : `The connection went from ${before} to ${now}.`;
  return (
    <svg className="diagram" viewBox="0 0 480 300" role="img" aria-label={words}>
      <defs>
        {(['no', 'yes'] as const).map((lit) => (
          <marker
            key={lit}
            id={`head-${lit}`}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0 0L8 4L0 8Z" className={`diagram-head diagram-head-${lit}`} />
          </marker>
        ))}
      </defs>
      {edges.map(({ from, to, path, label, x, y, anchor }) => {
        const lit = from === before && to === now ? 'yes' : 'no';
        return (
          <g key={path} className="diagram-edge" data-lit={lit}>
            <path className="diagram-arrow" d={path} markerEnd={`url(#head-${lit})`} />
            <text className="diagram-label" x={x} y={y} textAnchor={anchor}>
              {label}
            </text>
          </g>
        );
      })}
      {nodes.map(({ status, x, y }) => (
        <g
          key={status}
          className="diagram-node"
          data-status={status}
          data-lit={status === now ? 'yes' : 'no'}
        >
          <rect
            className="diagram-box"
            x={x - WIDTH / 2}
            y={y - HEIGHT / 2}
            width={WIDTH}
            height={HEIGHT}
            rx={10}
          />
          <text className="diagram-name" x={x} y={y + 5}>
            {status}
          </text>
        </g>
      ))}
    </svg>
  );
}

function edge(
  from: ConnectionStatus,
  to: ConnectionStatus,
  path: string,
  label: string,
  x: number,
  y: number,
  anchor: Edge['anchor'],
): Edge {
  return { from, to, path, label, x, y, anchor };
}

/** The status, and the one before it. */
function useLastStep(): { readonly now: ConnectionStatus; readonly before: ConnectionStatus | null } {
  const status = useConnectionStatus();
  const [step, setStep] = useState<{ now: ConnectionStatus; before: ConnectionStatus | null }>({
    now: status,
    before: null,
  });
  if (step.now === status) return step;
  // Set while rendering, as React allows for a value that is derived from the one before.
  const next = { now: status, before: step.now };
  setStep(next);
  return next;
}
