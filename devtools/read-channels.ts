/** Reads the channels of a report. A report of an older version has none. */

import {
  type ChannelFacts,
  type ChannelFigures,
  type ChannelStage,
  noFigures,
  type Refusal,
  type ShownChannels,
  tableOf,
} from './channels.ts';
import { type Check, listOf, number, oneOf, or, orNull, shape, text } from './check-json.ts';
import type { AboutChannels, Note } from './row-ring.ts';

const MAX_CHANNELS = 100_000;

const stage = oneOf<ChannelStage>({
  joined: 0,
  waiting: 0,
  joining: 0,
  postponed: 0,
  refused: 0,
  leaving: 0,
  'not-held': 0,
});

export const channelList: Check<readonly (ChannelFacts & ChannelFigures)[]> = or(
  [],
  listOf(
    shape<ChannelFacts & ChannelFigures>({
      name: text,
      stage,
      holders: number,
      refusal: orNull(shape<Refusal>({ code: text, message: text, reason: text })),
      count: number,
      perSecond: number,
      position: orNull(text),
    }),
    MAX_CHANNELS,
  ),
);

/** One, several, or none. */
export const aboutChannels: Check<AboutChannels> = (value, path) => {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? listOf(text, MAX_CHANNELS)(value, path) : text(value, path);
};

export function openedChannels(
  list: readonly (ChannelFacts & ChannelFigures)[],
  others: number,
): ShownChannels {
  const byName = new Map(list.map((one) => [one.name, one]));
  const table = tableOf(list);
  return {
    use: list.length > 0 ? 'used' : 'unused',
    table: () => table,
    figures: (name) => byName.get(name) ?? noFigures,
    others,
  };
}

/** The same note, about these channels. */
export function noteAbout(note: Note, channel: AboutChannels): Note {
  if (channel === undefined) return note;
  if (note.type === 'event' && typeof channel === 'string')
    return { type: 'event', value: { ...note.value, channel } };
  if (note.type !== 'traffic') return note;
  const { value } = note;
  if (value.type !== 'duplicate') return { type: 'traffic', value: { ...value, channel } };
  return typeof channel === 'string'
    ? { type: 'traffic', value: { type: 'duplicate', event: { ...value.event, channel } } }
    : note;
}
