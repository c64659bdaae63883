/** How is a session's id shown? So that two can be told apart, and no more. */

const SHOWN_LENGTH = 6;

export function shortId(id: string): string {
  return `${id.slice(0, SHOWN_LENGTH)}…`;
}
