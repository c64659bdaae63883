/** The chapters of the book, in order, with a sentence about each. */

export interface Chapter {
  /** The title of its stories. */
  readonly title: string;
  /** The id of its page. */
  readonly id: string;
  readonly lead: string;
  /** Files of .storybook/code, if the pages share their code. */
  readonly code: readonly string[];
}

export const chapters: readonly Chapter[] = [
  chapter('01 Quick start', 'A provider, a few hooks, and a small chat that you can break.'),
  chapter(
    '02 The life of a connection',
    'Four statuses, what leads from one to the next, and what happens to your events.',
  ),
  chapter(
    '03 One socket, many components',
    'All components share one socket, and each renders only for its own events.',
  ),
  chapter('04 A fast stream', 'Thousands of messages a second, rendered once per frame.'),
  chapter('05 Errors', 'One error, as your user, your console and your code see it.'),
  chapter('06 Resume and gaps', 'Which events are replayed after a break, which are lost, and how you know.'),
  chapter('07 Tokens', 'Sign in, refresh an expired token, sign out, change the user.'),
  chapter(
    '08 Sleep, offline, half-open',
    'Dead links, sleeping machines and returning tabs, found and replaced.',
  ),
  chapter(
    '09 Reducers and lists',
    'State from a stream: folds, lists, late mounts, and a new snapshot after a break.',
  ),
  chapter(
    '10 Typed events and schemas',
    'Types for your code, and schemas for what the server really sends.',
  ),
  chapter('11 Requests', 'Requests that always settle, and messages while the link is down.'),
  chapter('12 Testing your app', 'The fake server of this book, in your own stories and tests.'),
  chapter('13 Devtools', 'A panel for your app that shows the connection and its messages.', [
    '13-devtools.tsx',
  ]),
  chapter(
    '14 RxJS in a component',
    'RxJS pipelines over events: throttle, buffer, fold, fetch, time out, combine.',
  ),
  chapter(
    '15 One socket for all tabs',
    'One of the tabs has the socket. Kill it or freeze it: another one takes over, and no tab misses a number.',
  ),
  chapter(
    '16 Live queries',
    'A fetch and the events beside it, in order: what arrives during a fetch is held, and applied to its result.',
    ['16-notes.tsx'],
  ),
  chapter(
    '17 Shared state',
    'One store for the whole page, folded from events once; what is recent, for a while; a text that arrives in pieces.',
  ),
  chapter(
    '18 Channels',
    'What the page looks at, told to the server once, and again whenever it has to know.',
  ),
];

function chapter(title: string, lead: string, code: readonly string[] = []): Chapter {
  return { title, id: `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}--docs`, lead, code };
}
