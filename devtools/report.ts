/** Writes the report for the clipboard: the state, the counts and the rows, as JSON without secrets. `read-report.ts` reads it. */
import type { Connection } from '../src/service/connection.ts';
import type { ConnectionState } from '../src/types.ts';
import { toPlain } from './plain-data.ts';
import type { Recorder } from './recorder.ts';
import { channelOf, contentOf } from './rows.ts';
import { sharingOf } from './sharing.ts';

/** Characters of one row: more than a bug report needs. */
const MAX_ROW_LENGTH = 20_000;

/** What a report begins with, so that it is recognised when it is opened again. */
export const REPORT_FORMAT = 'everwire-devtools';
/** Goes up when an older panel could not read the report any more. */
export const REPORT_VERSION = 1;

/** Never throws, for any payload. */
export function reportOf(connection: Connection, recorder: Recorder): string {
  const { stateStore, reporter } = connection;
  const { clean } = reporter;
  const plain = (value: unknown): unknown =>
    toPlain(value, { clean, maxLength: MAX_ROW_LENGTH, getters: 'read' });
  const { attempt, connectedAt, closedAt, lastSeq, counters, unkept } = recorder;
  const now = Date.now();
  const report = {
    format: REPORT_FORMAT,
    version: REPORT_VERSION,
    writtenAt: isoTime(now),
    state: plain(stateFacts(stateStore.getState())),
    sharing: sharingOf(connection),
    attempt,
    connectedAt: isoTimeOrNull(connectedAt),
    closedAt: isoTimeOrNull(closedAt),
    lastSeq,
    counters,
    unkept,
    latency: recorder.latency.figures(),
    rate: recorder.rate.history(now),
    bands: recorder.bands.map(({ phase, from }) => ({ phase, from: isoTime(from) })),
    moments: recorder.moments.map((moment) => plain({ ...moment, at: isoTime(moment.at) })),
    names: recorder.names.figures(now).map((figures) => plain(figures)),
    otherNames: recorder.names.others,
    channels: recorder.channels
      .table()
      .rows.map((facts) => plain({ ...facts, ...recorder.channels.figures(facts.name, now) })),
    otherChannels: recorder.channels.others,
    rows: rowsOf(recorder, plain),
  };
  return JSON.stringify(report, null, 2);
}

function rowsOf({ rows }: Recorder, plain: (value: unknown) => unknown): readonly unknown[] {
  const written: unknown[] = [];
  const { first, end } = rows.range;
  for (let number = first; number < end; number += 1) {
    const row = rows.row(number);
    if (row === undefined) continue;
    const kind = row.type === 'traffic' ? row.value.type : row.type;
    const at = isoTime(row.at);
    const content = plain(contentOf(row));
    if (row.type === 'moment') written.push({ at, kind, type: row.value.type, content });
    // Beside the content, which may be cut.
    else written.push({ at, kind, channel: plain(channelOf(row)), content });
  }
  return written;
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

function isoTimeOrNull(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}
