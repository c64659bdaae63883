/** Says in a sentence what the picture shows now. */

import type { StageView } from './stage.ts';

/** `byItself`: the picture has caused the accident, to show what happens then. */
export function captionOf({ phase, accident, hole, pages, newest }: StageView, byItself: boolean): string {
  if (accident === null) return newest === 0 ? 'Connecting …' : 'Both get every event. Now break it.';
  const { first, last } = hole;
  switch (phase) {
    case 'accident':
      return `${byItself ? 'A first break, by itself. ' : ''}${during[accident](first, pages.everwire.wire === 'up' && pages.plain.wire !== 'up')}`;
    case 'mending':
      return pages.everwire.heard >= last
        ? `Everwire has ${first} to ${last}.`
        : 'One says hello. The other says what it saw last.';
    case 'calm':
      return afterwards[accident](`${first} to ${last}`);
    default:
      return phase satisfies never;
  }
}

const during = {
  unplugged: () => 'No network. The server goes on: event after event.',
  frozen: (first: number, isBack: boolean) =>
    isBack
      ? `Everwire noticed the silence, and has everything from ${first} on. The other still waits.`
      : 'Nothing gets through, and nobody is told.',
  killed: () => 'The server is dead, and its memory with it. Events go on happening.',
} as const satisfies Record<NonNullable<StageView['accident']>, (first: number, isBack: boolean) => string>;

const afterwards = {
  unplugged: (lost: string) => `Everwire asked for ${lost}, and got them. The plain hook never noticed.`,
  frozen: (lost: string) =>
    `Everwire noticed the silence, and has ${lost}. The plain hook waited, and lost them.`,
  killed: (lost: string) =>
    `The new server knows no old session. Everwire told its app, and the app fetched ${lost}. The plain hook was told nothing.`,
} as const satisfies Record<NonNullable<StageView['accident']>, (lost: string) => string>;
