/** Says in words where a channel is. */
import type { ChannelFacts, ChannelFigures, ChannelStage, Refusal } from './channels.ts';
import { grouped } from './format.ts';

const STAGE_WORDS: Readonly<Record<ChannelStage, string>> = {
  joined: 'joined',
  waiting: 'waiting for a connection',
  joining: 'joining',
  postponed: 'joining; the server can’t decide now, and is asked again',
  refused: 'refused',
  leaving: 'waiting to be left',
  'not-held': 'not held',
};

/** In the order in which they are counted. */
const SUMMARY: readonly (readonly [words: string, ...stages: ChannelStage[]])[] = [
  ['joined', 'joined'],
  ['joining', 'joining', 'postponed'],
  ['waiting', 'waiting'],
  ['refused', 'refused'],
  ['to be left', 'leaving'],
  ['not held', 'not-held'],
];

/** `3 joined, 1 refused`. */
export function summaryWords(counts: Readonly<Record<ChannelStage, number>>): string {
  return SUMMARY.flatMap(([words, ...stages]) => {
    const count = stages.reduce((sum, stage) => sum + counts[stage], 0);
    return count === 0 ? [] : [`${grouped(count)} ${words}`];
  }).join(', ');
}

/** The line below the name: the state with its reason, and who holds it. */
export function stateWords({ stage, refusal, holders }: ChannelFacts): string {
  const state = refusal === null ? STAGE_WORDS[stage] : `refused: ${refusal.reason}`;
  return holders === 0 ? state : `${state} · ${holdersWords(holders)}`;
}

/** All that is known of a channel, in sentences. */
export function channelWords(
  { stage, refusal, holders }: ChannelFacts,
  { count, position }: ChannelFigures,
): string {
  return [
    refusal === null ? sentence(STAGE_WORDS[stage]) : refusedWords(refusal),
    holders === 0 ? 'No component holds it.' : `Held by ${holdersWords(holders)}.`,
    `${grouped(count)} ${count === 1 ? 'event' : 'events'}${position === null ? '.' : `, the last at ${position}.`}`,
  ].join(' ');
}

function refusedWords({ code, reason }: Refusal): string {
  return `Refused (${code}): ${/[.!?]$/.test(reason) ? reason : `${reason}.`}`;
}

function holdersWords(holders: number): string {
  return `${grouped(holders)} ${holders === 1 ? 'component' : 'components'}`;
}

function sentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}
