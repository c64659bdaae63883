/** Reads a report that was copied with *Copy JSON*, so that a bug report can be looked at. */

import type { IWebSocketEvent, MissedEvents } from '../src/types.ts';
import { anything, type Check, listOf, number, oneOf, or, orNull, shape, text, time } from './check-json.ts';
import type { Moment, MomentType, Phase } from './life.ts';
import type { NameFigures } from './name-counts.ts';
import { aboutChannels, channelList, noteAbout, openedChannels } from './read-channels.ts';
import { COUNTER_NAMES, type Counters, type Recording, type ShownState } from './recording.ts';
import { REPORT_FORMAT, REPORT_VERSION } from './report.ts';
import type { Note, Row } from './row-ring.ts';
import type { SharingFacts } from './sharing.ts';

/** A report, as the panel shows it. */
export interface OpenedReport {
  /** Epoch ms. */
  readonly writtenAt: number;
  readonly state: ShownState;
  readonly sharing: SharingFacts | null;
  readonly recording: Recording;
}

export type ReportReading =
  | { readonly type: 'read'; readonly report: OpenedReport }
  /** `problem` says what is wrong with the text, and what to do. */
  | { readonly type: 'unreadable'; readonly problem: string };

/** Characters. */
const MAX_LENGTH = 100_000_000;
const MAX_ROWS = 100_000;
const MAX_ITEMS = 10_000;

/** Never throws, for any text. */
export function readReport(json: string): ReportReading {
  try {
    const value = parse(json);
    checkFormat(value);
    return { type: 'read', report: checkReport(value) };
  } catch (thrown) {
    // The checks throw nothing but errors for the reader.
    return { type: 'unreadable', problem: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function parse(json: string): unknown {
  if (json.trim() === '') throw new Error('There is nothing to open. Paste what “Copy JSON” has copied.');
  if (json.length > MAX_LENGTH) throw new Error('This is too long: more than 100 million characters.');
  try {
    return JSON.parse(json);
  } catch {
    // The browser's own message would quote the text.
    throw new Error('This is not JSON. It may be cut off: copy the report again, all of it.');
  }
}

function checkFormat(value: unknown): void {
  const isObject = typeof value === 'object' && value !== null;
  const { format, version }: { format?: unknown; version?: unknown } = isObject ? value : {};
  if (format !== REPORT_FORMAT)
    throw new Error(
      `This JSON is not a report of the devtools: it has no "format": "${REPORT_FORMAT}". Paste what “Copy JSON” has copied.`,
    );
  if (version !== REPORT_VERSION)
    throw new Error(
      `This panel reads reports of version ${REPORT_VERSION}, and this one has another. Open it with the version of everwire that wrote it.`,
    );
}

function checkReport(value: unknown): OpenedReport {
  try {
    return openedReport(report(value, ''));
  } catch (thrown) {
    throw new Error(`The report is damaged. ${thrown instanceof Error ? thrown.message : ''}`);
  }
}

const counters = shape<Counters>(
  Object.fromEntries(COUNTER_NAMES.map((name) => [name, number])) as Record<keyof Counters, Check<number>>,
);

const state = shape<ShownState>({
  status: oneOf({ disconnected: 0, connecting: 0, connected: 0, reconnecting: 0 }),
  reason: orNull(
    oneOf<NonNullable<ShownState['reason']>>({
      idle: 0,
      client: 0,
      'attempts-exhausted': 0,
      unauthorized: 0,
      'fatal-close': 0,
      ended: 0,
      'invalid-config': 0,
    }),
  ),
  reconnectAttempts: number,
  nextRetryAt: orNull(number),
  lastClose: orNull(shape({ code: number, reason: text, wasClean: (given) => given === true })),
  error: orNull(shape({ code: text, message: text })),
});

const sharing = shape<SharingFacts>({
  role: oneOf({ off: 0, speaking: 0, listening: 0, worker: 0 }),
  term: number,
  figures: orNull(shape({ sinceMs: number, tabs: number, frames: number })),
});

const phase = oneOf<Phase>({ disconnected: 0, connecting: 0, connected: 0, waiting: 0, attempting: 0 });

const momentType = oneOf<MomentType>({
  connecting: 0,
  connected: 0,
  resumed: 0,
  lost: 0,
  failed: 0,
  waiting: 0,
  attempt: 0,
  reconnecting: 0,
  stopped: 0,
  session: 0,
  missed: 0,
  asked: 0,
});

// A long content was cut at its end: a field that is not there is no damage.
const words = or('', text);
const id = or(null, orNull(number));

const event: Check<IWebSocketEvent> = (value, path) => {
  const { position, ...rest } = eventContent(value, path);
  return position === undefined ? rest : { ...rest, position };
};

const eventContent = shape({
  event: words,
  data: anything,
  seq: or(-1, number),
  position: or(undefined, text),
});

const message = shape({ event: words, data: anything, id });

const replyContent = shape({
  id: or(-1, number),
  to: words,
  result: or(
    { status: '', data: undefined, message: '' },
    shape({ status: words, data: anything, message: words }),
  ),
});

const missed: Check<MissedEvents> = (value, path) => {
  const { channel, except, ...rest } = missedContent(value, path);
  return {
    ...rest,
    ...(channel === undefined ? {} : { channel }),
    ...(except === undefined ? {} : { except: new Set(except['[Set]']) }),
  };
};

const missedContent = shape({
  reason: oneOf({ gap: 0, 'new-session': 0, 'sequence-reset': 0, unknown: 0 }),
  expected: id,
  received: id,
  count: id,
  previousConnectionId: or(null, orNull(text)),
  connectionId: or(null, orNull(text)),
  channel: or(undefined, text),
  except: or(undefined, shape({ '[Set]': listOf(text, MAX_ROWS) })),
});

/** What the content of a row is, by its kind. */
const notes: Readonly<Record<string, (content: unknown, path: string, type: unknown) => Note>> = {
  event: (content, path) => ({ type: 'event', value: event(content, path) }),
  duplicate: (content, path) => ({
    type: 'traffic',
    value: { type: 'duplicate', event: event(content, path) },
  }),
  sent: (content, path) => ({ type: 'traffic', value: { type: 'sent', ...message(content, path) } }),
  queued: (content, path) => ({ type: 'traffic', value: { type: 'queued', ...message(content, path) } }),
  refused: (content, path) => ({ type: 'traffic', value: { type: 'refused', ...message(content, path) } }),
  reply(content, path) {
    const { id: number, to, result } = replyContent(content, path);
    const isOk = result.status === 'ok';
    return {
      type: 'traffic',
      value: {
        type: 'reply',
        id: number,
        to,
        result: isOk
          ? { status: 'ok', data: result.data }
          : { status: 'failed', message: result.message, details: {} },
      },
    };
  },
  moment: (content, path, type) => ({
    type: 'moment',
    value: {
      at: 0,
      type: momentType(type, `${path} (type)`),
      ...shape({ name: words, words })(content, path),
    },
  }),
  missed: (content, path) => ({ type: 'missed', value: missed(content, path) }),
  error: (content, path) => ({
    type: 'error',
    value: shape({ code: words, message: words, details: anything })(content, path),
  }),
};

const rowHead = shape({
  at: time,
  kind: oneOf(notes),
  content: anything,
  type: anything,
  channel: aboutChannels,
});

const row: Check<Omit<Row, 'number'>> = (value, path) => {
  const { at, kind, content, type, channel } = rowHead(value, path);
  const note = notes[kind]?.(content, `${path}.content`, type);
  if (note === undefined) throw new Error(`${path} is of no known kind.`);
  return { at, ...noteAbout(note, channel) };
};

const report = shape({
  writtenAt: time,
  state,
  // An older panel did not write it.
  sharing: or(null, orNull(sharing)),
  attempt: number,
  connectedAt: orNull(time),
  closedAt: orNull(time),
  lastSeq: number,
  counters,
  unkept: number,
  latency: orNull(shape({ last: number, least: number, mean: number })),
  rate: listOf(number, MAX_ITEMS),
  bands: listOf(shape({ phase, from: time }), MAX_ITEMS),
  moments: listOf(shape<Moment>({ at: time, type: momentType, name: text, words: text }), MAX_ITEMS),
  names: listOf(
    shape<NameFigures>({ name: text, count: number, perSecond: number, meanLength: orNull(number) }),
    MAX_ITEMS,
  ),
  otherNames: number,
  channels: channelList,
  otherChannels: or(0, number),
  rows: listOf(row, MAX_ROWS),
});

function openedReport({
  writtenAt,
  state: shown,
  sharing: tabs,
  latency,
  rate,
  names,
  otherNames,
  channels,
  otherChannels,
  rows,
  ...recorded
}: ReturnType<typeof report>): OpenedReport {
  const muted = new Set<string>();
  return {
    writtenAt,
    state: shown,
    sharing: tabs,
    recording: {
      ...recorded,
      mode: 'recording',
      latency: { figures: () => latency },
      rate: { perSecond: () => rate.at(-1) ?? 0, history: () => rate },
      channels: openedChannels(channels, otherChannels),
      names: { figures: () => names, others: otherNames, muted },
      toggleMuted(name) {
        if (!muted.delete(name)) muted.add(name);
      },
      rows: {
        range: { first: 0, end: rows.length },
        row(wanted) {
          const found = rows[wanted];
          return found === undefined ? undefined : ({ ...found, number: wanted } as Row);
        },
      },
    },
  };
}
