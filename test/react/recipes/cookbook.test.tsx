/** The code of docs/cookbook.md: whole apps on a fake server. */
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Mounted, setUpStage } from '../../support/stage.tsx';
import { App, queryClient } from './cookbook/app.tsx';
import { Badge } from './cookbook/badge.tsx';
import type { Post } from './cookbook/chat.ts';
import { Conversation } from './cookbook/composer.tsx';
import { Feed } from './cookbook/feed.tsx';
import { History } from './cookbook/history.tsx';
import { People, useTypingNotice } from './cookbook/people.tsx';
import { SavedList } from './cookbook/saved-list.tsx';
import { useSavedPosts } from './cookbook/saved-posts.ts';
import { useUnread } from './cookbook/unread.ts';

const stage = setUpStage();
const pages: Mounted[] = [];
let posts: Post[] = [];

beforeEach(() => {
  posts = [];
  localStorage.clear();
  useSavedPosts.setState(useSavedPosts.getInitialState(), true);
  useUnread.setState(useUnread.getInitialState(), true);
});

afterEach(async () => {
  for (const page of pages.splice(0)) page.unmount();
  queryClient.clear();
  await stage.pass(30_000);
});

async function open(children: ReactNode) {
  const server = stage.addServer({ url: 'wss://example.com/ws' });
  server.installGlobal();
  server.handle('history', (data) => {
    const { room, before } = data as { readonly room: string; readonly before?: string };
    const newestFirst = posts.filter((post) => post.room === room).reverse();
    const from = before === undefined ? 0 : newestFirst.findIndex(({ id }) => id === before) + 1;
    return newestFirst.slice(from, from + 20);
  });
  server.handle('post', (data) => {
    posts.push(data as Post);
    server.emit('posted', data);
    return data;
  });
  const page = stage.mount(<App user="ann">{children}</App>);
  pages.push(page);
  await stage.pass(500);
  const texts = (selector: string): (string | null)[] =>
    [...page.container.querySelectorAll(selector)].map(({ textContent }) => textContent);
  const press = async (text: string): Promise<void> => {
    const button = [...page.container.querySelectorAll('button')].find(({ textContent }) =>
      textContent?.includes(text),
    );
    if (!button) throw new Error(`There is no button "${text}".`);
    button.click();
    await stage.pass(500);
  };
  return { server, page, press, items: () => texts('li'), text: () => page.container.textContent };
}

const postOf = (n: number, room = 'lobby'): Post => ({ id: `p${n}`, room, user: 'bo', text: `text ${n}` });

/** Stores it, and tells everyone. */
function post(server: { emit(event: string, data: unknown): void }, n: number, room = 'lobby'): void {
  posts.push(postOf(n, room));
  server.emit('posted', postOf(n, room));
}

describe('the infinite list', () => {
  it('loads older pages, shows new posts once, and is right again after a break', async () => {
    posts = Array.from({ length: 45 }, (_, n) => postOf(n));
    const { server, press, items } = await open(<Feed room="lobby" />);
    expect(items()).toHaveLength(20);
    post(server, 45);
    post(server, 46, 'kitchen');
    await stage.pass(100);
    expect(items()).toHaveLength(21);
    expect(items().at(-1)).toBe('bo: text 45');
    await press('Older posts');
    await press('Older posts');
    const all = Array.from({ length: 46 }, (_, n) => `bo: text ${n}`);
    expect(items()).toEqual(all);
    server.restart();
    posts.push(postOf(50));
    await stage.pass(10_000);
    expect(items()).toEqual([...all, 'bo: text 50']);
  });
});

describe('the optimistic send', () => {
  const say = async (page: Mounted, text: string): Promise<void> => {
    const input = page.container.querySelector('input');
    if (input) input.value = text;
    page.container.querySelector('form')?.requestSubmit();
    await stage.pass(0);
  };

  it('shows a post at once, then as sent, and offers to send what failed', async () => {
    const { server, page, press, items } = await open(<Conversation room="lobby" user="ann" />);
    const states = (): unknown[] =>
      [...page.container.querySelectorAll('li')].map(({ dataset }) => dataset['state']);
    await say(page, 'hello');
    expect(items()).toEqual(['hello']);
    await stage.pass(100);
    expect(states()).toEqual(['sent']);
    expect(posts).toHaveLength(1);
    server.handle('post', () => {
      throw new Error('not now');
    });
    await say(page, 'again');
    await stage.pass(100);
    expect(states()).toEqual(['sent', 'failed']);
    server.handle('post', (data) => {
      server.emit('posted', data);
      return data;
    });
    await press('Send again');
    expect(states()).toEqual(['sent', 'sent']);
    expect(items()).toEqual(['hello', 'again']);
  });
});

describe('typing and presence', () => {
  it('shows who is here and who types, until they stop', async () => {
    const { server, text } = await open(<People user="ann" />);
    expect(server.received.filter(({ event }) => event === 'here')).toHaveLength(1);
    for (const user of ['bo', 'cleo']) server.emit('here', { user });
    for (const user of ['bo', 'cleo']) server.emit('typing', { user });
    await stage.pass(100);
    expect(text()).toBe('Here: bo, cleobo, cleo typing…');
    post(server, 1);
    await stage.pass(100);
    expect(text()).toBe('Here: bo, cleocleo typing…');
    await stage.pass(3_000);
    expect(text()).toBe('Here: bo, cleo');
    await stage.pass(40_000);
    server.emit('here', { user: 'cleo' });
    await stage.pass(30_000);
    expect(text()).toBe('Here: cleo');
    expect(server.received.filter(({ event }) => event === 'here').length).toBeGreaterThan(2);
  });

  it('sends at most one notice in 2 s', async () => {
    let type = (): void => undefined;
    function Field(): ReactNode {
      type = useTypingNotice('ann');
      return null;
    }
    const { server } = await open(<Field />);
    for (let key = 0; key < 10; key += 1) type();
    await stage.pass(100);
    expect(server.received.filter(({ event }) => event === 'typing')).toHaveLength(1);
  });
});

describe('unread counts', () => {
  it('count in every room, also where no badge is shown, until the room is read', async () => {
    const { server, page, press, text } = await open(<Badge room="lobby" />);
    post(server, 1);
    post(server, 2, 'kitchen');
    post(server, 3);
    await stage.pass(100);
    expect(text()).toBe('lobby (2)');
    await press('lobby');
    expect(text()).toBe('lobby (0)');
    page.rerender(
      <App user="ann">
        <Badge room="kitchen" />
      </App>,
    );
    expect(text()).toBe('kitchen (1)');
    page.rerender(
      <App user="bo">
        <Badge room="kitchen" />
      </App>,
    );
    expect(text()).toBe('kitchen (0)');
  });
});

describe('a query over the socket', () => {
  it('is answered, and again after an event and a break', async () => {
    posts = [postOf(1)];
    const { server, text } = await open(<History room="lobby" />);
    expect(text()).toBe('1 posts, the last one by bo');
    post(server, 2);
    await stage.pass(500);
    expect(text()).toBe('2 posts, the last one by bo');
    server.restart();
    posts.push({ ...postOf(3), user: 'cleo' });
    await stage.pass(10_000);
    expect(text()).toBe('3 posts, the last one by cleo');
  });
});

describe('a list that survives a reload', () => {
  it('is there at once, and gets what was posted meanwhile', async () => {
    const { server, page, items } = await open(<SavedList />);
    post(server, 1);
    post(server, 2);
    await stage.pass(100);
    expect(items()).toEqual(['text 1', 'text 2']);
    // The reload: the page goes, and the store begins with what was stored.
    page.unmount();
    useSavedPosts.setState(useSavedPosts.getInitialState(), true);
    localStorage.setItem('posts', JSON.stringify({ state: { posts: [postOf(1), postOf(2)] }, version: 0 }));
    await useSavedPosts.persist.rehydrate();
    posts.push(postOf(3));
    const again = stage.mount(
      <App user="ann">
        <SavedList />
      </App>,
    );
    pages.push(again);
    const shown = (): unknown[] =>
      [...again.container.querySelectorAll('li')].map(({ textContent }) => textContent);
    expect(shown()).toEqual(['text 1', 'text 2']);
    await stage.pass(1_000);
    expect(shown()).toEqual(['text 1', 'text 2', 'text 3']);
    post(server, 4);
    await stage.pass(100);
    expect(shown()).toEqual(['text 1', 'text 2', 'text 3', 'text 4']);
    expect(JSON.parse(localStorage.getItem('posts') ?? '').state.posts).toHaveLength(4);
  });
});
