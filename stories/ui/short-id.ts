/** Shortens a session's id, so that two can be distinguished and neither is revealed. */

const SHOWN_LENGTH = 6;

export function shortId(id: string): string {
  return `${id.slice(0, SHOWN_LENGTH)}…`;
}
