/** Writes what a row of the list shows: its sign, its name, its number, and a glance at its content. */
import { missedWords } from './life.ts';
import { cleanCut, glance } from './plain-data.ts';
import type { AboutChannels, Row } from './row-ring.ts';

export type RowLook = 'in' | 'out' | 'duplicate' | 'refused' | 'notice' | 'life' | 'error';

export interface RowView {
  readonly look: RowLook;
  /** The sign in words, for screen readers. */
  readonly lookWords: string;
  readonly name: string;
  /** The server's number, or the message's own id. */
  readonly tag: string;
  readonly glance: string;
}

/** The screen has no room for longer names. */
const MAX_NAME_LENGTH = 120;
const GLANCE_LENGTH = 140;

export function viewOf(row: Row, clean: (text: string) => string): RowView {
  const [look, tag] = lookOf(row);
  return {
    look,
    lookWords: LOOK_WORDS[look],
    name: cleanCut(nameOf(row), MAX_NAME_LENGTH, clean),
    tag,
    glance: glanceOf(row, clean),
  };
}

/** The content of a row, as it is shown as JSON. */
export function contentOf(row: Row): unknown {
  switch (row.type) {
    case 'event':
      return row.value;
    case 'traffic': {
      if (row.value.type === 'duplicate') return row.value.event;
      const { type, channel, ...rest } = row.value;
      // A join and a leave name their channels in their data.
      return typeof channel === 'string' ? { ...rest, channel } : rest;
    }
    case 'moment': {
      const { name, words } = row.value;
      return { name, words };
    }
    case 'missed':
      return row.value;
    case 'error': {
      const { code, message, details, cause } = row.value;
      return { code, message, details, ...(cause === undefined ? {} : { cause }) };
    }
    default:
      row satisfies never;
      return undefined;
  }
}

/** The name of the event in a row; null if it is the row of something else. */
export function eventNameOf(row: Row): string | null {
  if (row.type === 'event') return row.value.event;
  return row.type === 'traffic' && row.value.type === 'duplicate' ? row.value.event.event : null;
}

/** Whether a row is about a channel: its events, what was said to the server about it, and what was missed in it. */
export function isAbout(row: Row, channel: string): boolean {
  if (row.type === 'missed') {
    const { channel: only = channel, except } = row.value;
    return only === channel && except?.has(channel) !== true;
  }
  const about = channelOf(row);
  return about === channel || (Array.isArray(about) && about.includes(channel));
}

/** The channels of an event, or of a message. */
export function channelOf(row: Row): AboutChannels {
  if (row.type === 'event') return row.value.channel;
  if (row.type !== 'traffic') return undefined;
  return row.value.type === 'duplicate' ? row.value.event.channel : row.value.channel;
}

/** The name that a row is filtered by, in full. */
export function nameOf(row: Row): string {
  switch (row.type) {
    case 'event':
      return row.value.event;
    case 'traffic':
      return trafficName(row.value);
    case 'moment':
      return row.value.name;
    case 'missed':
      return 'missed events';
    case 'error':
      return row.value.code;
    default:
      row satisfies never;
      return '';
  }
}

const LOOK_WORDS: Readonly<Record<RowLook, string>> = {
  in: 'received',
  out: 'sent',
  duplicate: 'duplicate, dropped',
  refused: 'not sent',
  notice: 'notice',
  life: 'connection',
  error: 'error',
};

function lookOf(row: Row): readonly [RowLook, string] {
  switch (row.type) {
    case 'event':
      return ['in', row.value.seq < 0 ? '' : String(row.value.seq)];
    case 'traffic': {
      const { value } = row;
      if (value.type === 'duplicate') return ['duplicate', String(value.event.seq)];
      if (value.type === 'reply') return ['in', `#${value.id}`];
      return [value.type === 'sent' ? 'out' : 'refused', value.id === null ? '' : `#${value.id}`];
    }
    case 'moment':
      return [row.value.type === 'failed' ? 'error' : 'life', ''];
    case 'missed':
      return ['notice', ''];
    case 'error':
      return ['error', ''];
    default:
      row satisfies never;
      return ['in', ''];
  }
}

function trafficName(traffic: Extract<Row, { type: 'traffic' }>['value']): string {
  switch (traffic.type) {
    case 'duplicate':
      return traffic.event.event;
    case 'reply':
      return `${traffic.to} (${traffic.result.status === 'ok' ? 'reply' : 'failed'})`;
    case 'sent':
      return traffic.event;
    case 'queued':
    case 'refused': {
      // The name of a message that was refused may be any value.
      const name: unknown = traffic.event;
      return `${typeof name === 'string' ? name : `[${typeof name}]`} (${traffic.type})`;
    }
    default:
      traffic satisfies never;
      return '';
  }
}

function glanceOf(row: Row, clean: (text: string) => string): string {
  switch (row.type) {
    case 'event':
      return glance(row.value.data, GLANCE_LENGTH, clean);
    case 'traffic': {
      const { value } = row;
      if (value.type === 'duplicate') return glance(value.event.data, GLANCE_LENGTH, clean);
      if (value.type !== 'reply') return glance(value.data, GLANCE_LENGTH, clean);
      const { result } = value;
      return result.status === 'ok'
        ? glance(result.data, GLANCE_LENGTH, clean)
        : cleanCut(result.message, GLANCE_LENGTH, clean);
    }
    case 'moment':
      return cleanCut(row.value.words, GLANCE_LENGTH, clean);
    case 'missed':
      return cleanCut(missedWords(row.value), GLANCE_LENGTH, clean);
    case 'error':
      return cleanCut(row.value.message, GLANCE_LENGTH, clean);
    default:
      row satisfies never;
      return '';
  }
}
