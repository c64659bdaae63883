/** Writes the report for the clipboard: the state, the counts and the rows, as JSON without secrets. */
import type { Connection } from '../src/service/connection.ts';
import type { ConnectionState } from '../src/types.ts';
import { toPlain } from './plain-data.ts';
import type { Recorder } from './recorder.ts';
import { contentOf } from './rows.ts';

/** Characters of one row: more than a bug report needs. */
const MAX_ROW_LENGTH = 20_000;

/** Never throws, for any payload. */
export function reportOf({ stateStore, reporter }: Connection, recorder: Recorder): string {
  const { clean } = reporter;
  const { first, end } = recorder.rows.range;
  const plain = (value: unknown): unknown =>
    toPlain(value, { clean, maxLength: MAX_ROW_LENGTH, getters: 'read' });
  const rows: unknown[] = [];
  for (let number = first; number < end; number += 1) {
    const row = recorder.rows.row(number);
    if (row === undefined) continue;
    const kind = row.type === 'traffic' ? row.value.type : row.type;
    rows.push({ at: isoTime(row.at), kind, content: plain(contentOf(row)) });
  }
  const report = {
    writtenAt: isoTime(Date.now()),
    state: plain(stateFacts(stateStore.getState())),
    lastSeq: recorder.lastSeq,
    counters: recorder.counters,
    latency: recorder.latency.figures(),
    moments: recorder.moments.map(({ at, name, words }) => plain({ at: isoTime(at), name, words })),
    rows,
  };
  return JSON.stringify(report, null, 2);
}

/** The state without the payloads, and without the id that opens the session's backlog. */
export function stateFacts(state: ConnectionState): Readonly<Record<string, unknown>> {
  const { status, reason, connectionId, lastEventId, reconnectAttempts, nextRetryAt, lastClose, error } =
    state;
  return {
    status,
    reason,
    connectionId: connectionId === null ? null : '[redacted]',
    lastEventId,
    reconnectAttempts,
    nextRetryAt,
    lastClose,
    error: error?.toJSON() ?? null,
    latency: state.latency,
  };
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}
