/**
 * Checks that a session is not resumed for ever: a resume makes progress when a numbered event arrives, however its link
 * ends, and after a few without progress the session must be over.
 */
import type { SocketFacts } from './fake-socket.ts';

export interface ResumeOracle {
  /** A numbered event was accepted, or the session is over. */
  reset(): void;
  /** A link was opened to resume the session. */
  resumes(socket: SocketFacts, acceptedBefore: number): void;
  /** The clock was set, so that the link that is open, if one is, seems to have lived long. */
  clockJumped(): void;
  /** The next attempt begins: judges the last link. Returns how many resumes in a row brought nothing. */
  judge(accepted: number): number;
}

/** Two resumes that were closed without progress are enough, or five that were torn, or ten that were quiet. */
const LIMIT = 10;
const QUIET_MS = 60_000;
const OWN_CODES = [4000, 4001, 4002, 3000];
const RESTART_CODES = [1001, 1012, 1013];

export function createResumeOracle(violate: (rule: string, words: string) => void): ResumeOracle {
  let last: { readonly socket: SocketFacts; readonly acceptedBefore: number; seemsOld: boolean } | null =
    null;
  let fruitless = 0;
  let weight = 0;

  return {
    reset() {
      fruitless = 0;
      weight = 0;
    },
    resumes(socket, acceptedBefore) {
      if (weight >= LIMIT)
        violate('rule 11', `a session is resumed after ${fruitless} resumes without progress`);
      last = { socket, acceptedBefore, seemsOld: false };
    },
    clockJumped() {
      if (last && last.socket.openedAtMs !== null && last.socket.endedAtMs === null) last.seemsOld = true;
    },
    judge(accepted) {
      const judged = last;
      last = null;
      if (judged === null || judged.socket.openedAtMs === null || judged.acceptedBefore !== accepted)
        return fruitless;
      fruitless += 1;
      weight += judged.seemsOld ? Math.min(weightOf(judged.socket), 1) : weightOf(judged.socket);
      return fruitless;
    },
  };
}

function weightOf({ closedWith, endedWith, endedAtMs, openedAtMs, heardAtMs }: SocketFacts): number {
  // One that the app or the page ended is not judged. One that we gave up lived as long as frames arrived.
  if (closedWith !== null) {
    if (!OWN_CODES.includes(closedWith)) return 0;
    return heardAtMs - Number(openedAtMs) >= QUIET_MS ? 1 : 5;
  }
  if (endedWith === null || RESTART_CODES.includes(endedWith.code)) return 0;
  if (Number(endedAtMs) - Number(openedAtMs) >= QUIET_MS) return 1;
  return endedWith.wasClean ? 5 : 2;
}
