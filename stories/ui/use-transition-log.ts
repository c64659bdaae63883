/** Collects what happened to the connection, from the service's store and streams. */

import { type ConnectionState, type MissedEvents, useWebSocketService } from 'everwire';
import { useCallback, useEffect, useRef, useState } from 'react';

export interface LogEntry {
  readonly id: number;
  /** Ms since the page was opened. */
  readonly atMs: number;
  readonly kind: 'status' | 'wait' | 'error' | 'missed' | 'note';
  readonly text: string;
  readonly detail: string;
}

export interface TransitionLog {
  /** Newest first. */
  readonly entries: readonly LogEntry[];
  /** Adds a line about the reader's action. */
  readonly note: (text: string) => void;
}

const KEPT_ENTRIES = 60;

export function useTransitionLog(): TransitionLog {
  const service = useWebSocketService();
  const [entries, setEntries] = useState<readonly LogEntry[]>([]);
  const [openedAt] = useState(() => performance.now());
  const nextId = useRef(0);

  const add = useCallback(
    (kind: LogEntry['kind'], text: string, detail = '') => {
      nextId.current += 1;
      const entry = { id: nextId.current, atMs: performance.now() - openedAt, kind, text, detail };
      setEntries((before) => [entry, ...before].slice(0, KEPT_ENTRIES));
    },
    [openedAt],
  );

  useEffect(() => {
    const stopReadingStore = service.store.subscribe((now, before) => {
      if (now.status !== before.status) {
        add('status', `${before.status} → ${now.status}`, detailOf(now, before));
      } else if (now.reason !== before.reason && now.reason !== null) {
        add('status', `still ${now.status}`, now.reason);
      } else if (now.nextRetryAt !== before.nextRetryAt && now.nextRetryAt !== null) {
        add('wait', `failure ${now.reconnectAttempts} in a row`, detailOf(now, before));
      }
    });
    const missed = service.missed$.subscribe((notice) => add('missed', missedText(notice), notice.reason));
    const errors = service.errors$.subscribe(({ code, message }) =>
      add('error', firstSentence(message), code),
    );
    return () => {
      stopReadingStore();
      missed.unsubscribe();
      errors.unsubscribe();
    };
  }, [service, add]);

  const note = useCallback((text: string) => add('note', text), [add]);
  return { entries, note };
}

function detailOf(now: ConnectionState, before: ConnectionState): string {
  const parts: string[] = [];
  if (now.reason !== null) parts.push(now.reason);
  const isWait = now.nextRetryAt !== null && now.nextRetryAt !== before.nextRetryAt;
  const isForced = now.reason !== null && now.reason !== 'client' && now.reason !== 'invalid-config';
  const isReplaced = now.status === 'reconnecting' && now.lastClose !== before.lastClose;
  if ((isWait || isForced || isReplaced) && now.lastClose !== null) parts.push(closeText(now.lastClose));
  if (isWait && now.nextRetryAt !== null) {
    parts.push(`next attempt in ${((now.nextRetryAt - Date.now()) / 1_000).toFixed(1)} s`);
  }
  return parts.join(', ');
}

function closeText({ code, reason }: NonNullable<ConnectionState['lastClose']>): string {
  return reason === '' ? `close ${code}` : `close ${code} “${reason}”`;
}

/** Leaves out the advice that follows: a log line is too short for it. */
function firstSentence(message: string): string {
  return /^.*?\.(?=\s|$)/s.exec(message)?.[0] ?? message;
}

function missedText({ count }: MissedEvents): string {
  if (count === null) return 'Events may have been missed:';
  return count === 1 ? '1 event was missed:' : `${count} events were missed:`;
}
