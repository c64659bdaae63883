/** Draws the last seconds on the wire, and what the heartbeat waits for. */

import { useConnection } from 'everwire';
import { type CSSProperties, useEffect, useState, useSyncExternalStore } from 'react';
import type { WatchedWire, WireMark, WireMarkKind } from '../demo/watched-wire.ts';

/** The time span of the drawing, ms. */
const SPAN_MS = 12_000;
const TICK_MS = 100;
/** For readers who prefer reduced motion. */
const CALM_TICK_MS = 1_000;

export interface WireMonitorProps {
  readonly wire: WatchedWire;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

export function WireMonitor({ wire, intervalMs, timeoutMs }: WireMonitorProps) {
  const marks = useSyncExternalStore(wire.subscribe, wire.read);
  const now = useNow();
  const vitals = readVitals(marks, intervalMs, timeoutMs);
  return (
    <div className="stack">
      <Vitals vitals={vitals} now={now} />
      <Wire marks={marks} now={now} timeoutMs={timeoutMs} />
    </div>
  );
}

interface Span {
  readonly id: number;
  readonly from: number;
  /** Null while it lasts. */
  readonly to: number | null;
}

interface Vitals {
  readonly lastHeardAt: number | null;
  /** Null while an answer is awaited, or no link is open. */
  readonly nextPingAt: number | null;
  /** Null unless an answer is awaited. */
  readonly answerDueAt: number | null;
  /** From the freeze of the last link that was found dead until it was found; null before. */
  readonly foundAfterMs: number | null;
}

/** A server that may not answer pings gets its first ping this soon, so that it is known early. */
const FIRST_PING_MS = 1_000;

function readVitals(marks: readonly WireMark[], intervalMs: number, timeoutMs: number): Vitals {
  let isOpen = false;
  let openedAt = 0;
  let pingAt: number | null = null;
  let lastHeardAt: number | null = null;
  let frozenAt: number | null = null;
  let foundAfterMs: number | null = null;
  for (const { kind, at } of marks) {
    switch (kind) {
      case 'opened':
        isOpen = true;
        openedAt = at;
        pingAt = null;
        break;
      case 'ping':
        pingAt = at;
        break;
      case 'heard':
        lastHeardAt = at;
        break;
      case 'let-go':
        if (frozenAt !== null) foundAfterMs = at - frozenAt;
        frozenAt = null;
        isOpen = false;
        break;
      case 'frozen':
        frozenAt = at;
        break;
      case 'thawed':
        frozenAt = null;
        break;
      // The close event of the old link comes when the new one is long open.
      case 'lost':
      case 'sent':
        break;
      default:
        kind satisfies never;
    }
  }
  const isAsking = pingAt !== null && (lastHeardAt === null || lastHeardAt < pingAt);
  const nextPingAt = pingAt === null ? openedAt + Math.min(intervalMs, FIRST_PING_MS) : pingAt + intervalMs;
  return {
    lastHeardAt,
    nextPingAt: isOpen && !isAsking ? nextPingAt : null,
    answerDueAt: isOpen && isAsking && pingAt !== null ? pingAt + timeoutMs : null,
    foundAfterMs,
  };
}

function Vitals({ vitals, now }: { readonly vitals: Vitals; readonly now: number }) {
  const { latency, lastClose } = useConnection((state) => ({
    latency: state.latency,
    lastClose: state.lastClose,
  }));
  const { lastHeardAt, nextPingAt, answerDueAt, foundAfterMs } = vitals;
  return (
    <dl className="stats vitals">
      <div>
        <dt>Last sign of life</dt>
        <dd className="minor">{lastHeardAt === null ? '–' : `${seconds(now - lastHeardAt)} ago`}</dd>
      </div>
      <div>
        <dt>Next ping in</dt>
        <dd className="minor">{nextPingAt === null ? '–' : seconds(nextPingAt - now)}</dd>
      </div>
      <div data-urgent={answerDueAt === null ? 'no' : 'yes'}>
        <dt>Answer due in</dt>
        <dd className="minor">{answerDueAt === null ? '–' : seconds(answerDueAt - now)}</dd>
      </div>
      <div>
        <dt>Latency</dt>
        <dd className="minor" data-testid="latency">
          {latency === null ? '–' : `${latency} ms`}
        </dd>
      </div>
      <div>
        <dt>Last close</dt>
        <dd className="minor" data-testid="last close">
          {lastClose?.code ?? '–'}
        </dd>
      </div>
      <div>
        <dt>Dead link found after</dt>
        <dd className="minor" data-testid="found after">
          {foundAfterMs === null ? '–' : seconds(foundAfterMs)}
        </dd>
      </div>
    </dl>
  );
}

interface WireProps {
  readonly marks: readonly WireMark[];
  readonly now: number;
  readonly timeoutMs: number;
}

/** Ours above, theirs below; time goes from left to right. */
function Wire({ marks, now, timeoutMs }: WireProps) {
  const start = now - SPAN_MS;
  const place = (at: number): number => ((at - start) / SPAN_MS) * 100;
  const stretch = ({ from, to }: Span): CSSProperties => {
    const left = Math.max(place(from), 0);
    return { left: `${left}%`, width: `${Math.max(place(to ?? now) - left, 0)}%` };
  };
  const isShown = ({ to }: Span): boolean => to === null || to > start;
  return (
    <div>
      <div className="wire" role="img" aria-label={`The last ${SPAN_MS / 1_000} seconds on the wire`}>
        {askingSpans(marks, timeoutMs)
          .filter(isShown)
          .map((span) => (
            <span key={`asking ${span.id}`} className="wire-asking" style={stretch(span)} />
          ))}
        {frozenSpans(marks)
          .filter(isShown)
          .map((span) => (
            <span key={`frozen ${span.id}`} className="wire-frozen" style={stretch(span)} />
          ))}
        {marks
          .filter(({ kind, at }) => at > start && isDrawn(kind))
          .map(({ id, kind, at }) => (
            <span key={id} className="wire-mark" data-kind={kind} style={{ left: `${place(at)}%` }} />
          ))}
        <span className="wire-lane">Sent</span>
        <span className="wire-lane">Received</span>
      </div>
      <p className="wire-times">
        <span>{SPAN_MS / 1_000} s ago</span>
        <span>now</span>
      </p>
      <ul className="wire-legend">
        <li className="wire-word" data-kind="ping">
          a ping
        </li>
        <li className="wire-word" data-kind="heard">
          any frame received
        </li>
        <li className="wire-word" data-kind="asking">
          an answer is awaited
        </li>
        <li className="wire-word" data-kind="frozen">
          frozen
        </li>
        <li className="wire-word" data-kind="let-go">
          closed, and replaced
        </li>
      </ul>
    </div>
  );
}

function isDrawn(kind: WireMarkKind): boolean {
  return kind === 'ping' || kind === 'heard' || kind === 'let-go';
}

function frozenSpans(marks: readonly WireMark[]): readonly Span[] {
  const spans: Span[] = [];
  let open: WireMark | null = null;
  for (const mark of marks) {
    if (mark.kind === 'frozen') open ??= mark;
    if ((mark.kind === 'thawed' || mark.kind === 'let-go') && open !== null) {
      spans.push({ id: open.id, from: open.at, to: mark.at });
      open = null;
    }
  }
  return open === null ? spans : [...spans, { id: open.id, from: open.at, to: null }];
}

/** From each ping to the end of the wait for its answer. */
function askingSpans(marks: readonly WireMark[], timeoutMs: number): readonly Span[] {
  const spans: Span[] = [];
  for (const [index, { id, kind, at }] of marks.entries()) {
    if (kind !== 'ping') continue;
    const end = marks.slice(index + 1).find((mark) => mark.kind === 'heard' || mark.kind === 'let-go');
    const to = end === undefined ? null : Math.min(end.at, at + timeoutMs);
    spans.push({ id, from: at, to });
  }
  return spans;
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    const timer = setInterval(() => setNow(Date.now()), isCalm ? CALM_TICK_MS : TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function seconds(ms: number): string {
  return `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
}
