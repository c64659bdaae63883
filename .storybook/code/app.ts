// The parts of an app that have nothing to do with sockets: just enough for the code of the book to compile.

import type { Score } from './events.ts';

export declare function report(...facts: readonly unknown[]): void;
export declare function toast(words: string): void;
export declare function fetchAgain(): void;
export declare function freshToken(signal: AbortSignal): Promise<string>;
export declare function cachedToken(): string;
export declare function fetchScores(signal?: AbortSignal): Promise<readonly Score[]>;
export declare function fetchNotes(
  signal?: AbortSignal,
): Promise<readonly { readonly id: string; readonly text: string }[]>;
