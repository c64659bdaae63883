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
  chapter(
    '01 Quick start',
    'A provider around the app, a hook where it is needed: a small chat, to use and to break.',
  ),
  chapter(
    '02 The life of a connection',
    'Four statuses, and what leads from one to the next. Nothing is lost in silence on the way.',
  ),
  chapter(
    '03 One socket, many components',
    'However many components listen, there is one socket, and each renders for its own events only.',
  ),
  chapter(
    '04 A fast stream',
    'Thousands of messages a second, and a page that stays smooth: state is rendered once a frame.',
  ),
  chapter(
    '05 Errors',
    'What can go wrong has a name, a sentence that says what to do, and an end that you can rely on.',
  ),
  chapter(
    '06 Resume and gaps',
    'Which events come back after a break, which are lost, and what the page is told about it.',
  ),
  chapter('07 Tokens', 'Signing in, a token that expires, signing out, and another user in the same tab.'),
  chapter(
    '08 Sleep, offline, half-open',
    'A link that died without a word, a machine that slept, a tab that comes back: found, and mended.',
  ),
  chapter(
    '09 Reducers and lists',
    'A component’s own state from a stream: a fold, a list, what a late mount sees, and a fresh start after a break.',
  ),
  chapter(
    '10 Typed events and schemas',
    'Names and data that the compiler knows, and schemas for what a compiler can’t: what really came in.',
  ),
  chapter(
    '11 Requests',
    'Ask, and get an answer, or an error that says why not. What is sent while the link is down.',
  ),
  chapter(
    '12 Testing your app',
    'The fake server of this book, in your stories and in your tests: events, lost links, refused tokens.',
  ),
  chapter(
    '13 Devtools',
    'A panel for your own page: the connection, what comes in and goes out, and buttons to break it.',
    ['13-devtools.tsx'],
  ),
  chapter(
    '14 RxJS in a component',
    'A pipeline over the events of a name: throttle, buffer, fold, fetch, time out, combine. It renders once a frame.',
  ),
  chapter(
    '17 Shared state',
    'One store for the whole page, folded from events once; what is recent, for a while; a text that arrives in pieces.',
  ),
];

function chapter(title: string, lead: string, code: readonly string[] = []): Chapter {
  return { title, id: `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}--docs`, lead, code };
}
