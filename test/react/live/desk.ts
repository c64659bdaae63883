/** The HTTP side of a server: answers fetches when the test says so, with what was stored when it was read. */

import type { IWebSocketEvent } from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { vi } from 'vitest';

interface Pending {
  readonly signal: AbortSignal;
  seen: readonly string[] | undefined;
  resolve(posts: readonly string[]): void;
  reject(error: Error): void;
}

export interface Desk {
  readonly fetches: number;
  /** For each fetch, whether its signal was aborted. */
  readonly aborted: readonly boolean[];
  readonly fetch: (context: { readonly signal: AbortSignal }) => Promise<readonly string[]>;
  /** Stores a post without an event. */
  store(text: string): void;
  /** Stores a post and sends an event about it. */
  post(server: FakeServer, text: string): void;
  /** Replaces what is stored. */
  become(posts: readonly string[]): void;
  /** The fetches under way have read the database now. */
  read(): void;
  /** Answers them. */
  answer(): Promise<void>;
  fail(error: Error): Promise<void>;
  /** How far the last result goes. */
  position(): string;
  positionOf(text: string): string;
}

export function startDesk(): Desk {
  let posts: readonly string[] = [];
  let fetches = 0;
  let answered = 0;
  const order: string[] = [];
  const all: Pending[] = [];
  const pending = (): readonly Pending[] => all.filter(({ signal }) => !signal.aborted);
  const store = (text: string): void => {
    posts = [...posts, text];
    order.push(text);
  };
  const settle = async (how: (one: Pending) => void): Promise<void> => {
    for (const one of pending()) how(one);
    all.length = 0;
    await vi.advanceTimersByTimeAsync(20);
  };
  const signals: AbortSignal[] = [];
  return {
    get fetches() {
      return fetches;
    },
    get aborted() {
      return signals.map(({ aborted }) => aborted);
    },
    fetch({ signal }) {
      fetches += 1;
      signals.push(signal);
      return new Promise((resolve, reject) => all.push({ signal, seen: undefined, resolve, reject }));
    },
    store,
    post(server, text) {
      store(text);
      server.emit('posted', text);
    },
    become(next) {
      posts = next;
    },
    read() {
      for (const one of pending()) one.seen ??= posts;
    },
    answer: () =>
      settle((one) => {
        const result = one.seen ?? posts;
        answered = result.length;
        one.resolve(result);
      }),
    fail: (error) => settle((one) => one.reject(error)),
    position: () => `1700000000000-${answered}`,
    positionOf: (text) => `1700000000000-${order.indexOf(text) + 1}`,
  };
}

/** A post that is there already, because a fetch has brought it too, is not added again. */
export function withPost(
  list: readonly string[],
  { data }: Pick<IWebSocketEvent, 'data'>,
): readonly string[] {
  return list.includes(String(data)) ? list : [...list, String(data)];
}
