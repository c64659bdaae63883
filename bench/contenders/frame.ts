/** Reads plain frames, for the contenders that leave parsing to their user. */

import type { Payload } from '../contender.ts';

export interface Frame {
  /** A hello comes first. */
  readonly event: string;
  readonly data: Payload;
  readonly seq: number;
}

export function parseFrame(text: string): Frame {
  return JSON.parse(text);
}
