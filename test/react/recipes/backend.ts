/** The HTTP side of an app's server: the posts behind fetch('/api/posts'), and the events about new ones. */

import type { FakeServer } from 'everwire/testing';
import { vi } from 'vitest';
import type { Post } from './posts-api.ts';

/** How long a fetch takes, there and back. The data is read half-way. */
export const FETCH_MS = 1_000;

export interface Backend {
  /** How often the posts were fetched. */
  readonly fetches: number;
  /** Stores a post without an event. */
  store(text: string): Post;
  /** Stores a post and sends an event about it. */
  post(text: string): void;
  /** The next fetches fail, until this is called with `working`. */
  become(health: 'working' | 'broken'): void;
}

/** Answers `fetch` until the stage is cleared. Needs its fake timers. */
export function startBackend(server: FakeServer): Backend {
  const posts: Post[] = [];
  let fetches = 0;
  let health: 'working' | 'broken' = 'working';
  vi.stubGlobal('fetch', async () => {
    fetches += 1;
    await pass(FETCH_MS / 2);
    const response = health === 'broken' ? new Response(null, { status: 503 }) : Response.json(posts);
    await pass(FETCH_MS / 2);
    return response;
  });
  function store(text: string): Post {
    const post = { id: `post-${posts.length}`, text };
    posts.push(post);
    return post;
  }
  return {
    get fetches() {
      return fetches;
    },
    store,
    post: (text) => server.emit('posted', store(text)),
    become: (wanted) => {
      health = wanted;
    },
  };
}

function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
