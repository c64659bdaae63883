/** The behaviour of the demo's chat server. It runs on the fake server in a page, and on a hub behind a port. */

/**
 * A client of the chat. The fake server has more.
 *
 * @typedef {object} ChatClient
 * @property {string | null} token the client's name
 * @property {(event: string, data?: unknown) => void} emit
 */
/**
 * What a chat needs of a server.
 *
 * @typedef {object} ChatServer
 * @property {readonly ChatClient[]} connections
 * @property {(event: string, data?: unknown) => void} emit to everybody
 * @property {(name: string, handler: (data: unknown, context: { connection: ChatClient }) => unknown) => void} handle
 * @property {(listener: () => void) => () => void} onChange somebody connected or left
 */
/** @typedef {{ id: string, user: string, text: string, at: number }} Post */
/** @typedef {{ stopPeople(): void, startPeople(): void, stop(): void }} Chat */

const PEOPLE = ['Mira', 'Jonas', 'Aiko'];

/** Between two posts of the scripted people, ms: often enough to see, and rare enough not to disturb the reader. */
const PAUSE_MS = 7_000;
/** From "is typing" to the post, ms. */
const TYPING_MS = 1_600;
const KEPT_POSTS = 50;
const LONGEST_TEXT = 2_000;

/** @type {readonly (readonly [user: string, text: string])[]} */
const OPENING = [
  ['Mira', 'Morning! The new dashboard is live.'],
  ['Jonas', 'Lovely. Are the numbers already coming in over the socket?'],
  ['Mira', 'Every one of them, in order.'],
];

/** @type {readonly (readonly [user: string, text: string])[]} */
const SCRIPT = [
  ['Aiko', 'I just pulled the network cable. Nothing got lost?'],
  ['Jonas', 'Not on my side: it went on where it had stopped.'],
  ['Mira', 'Same here. The banner was up for two seconds.'],
  ['Aiko', 'Then I will restart the server next.'],
  ['Jonas', 'That one is a new session: the page is told, and fetches the history again.'],
  ['Mira', 'Coffee?'],
  ['Aiko', 'Coffee.'],
];

/**
 * Makes a chat room of a server: posts, who is typing, who is connected, and the history on request.
 * A client's name is its token.
 *
 * @param {ChatServer} server
 * @returns {Chat} the scripted people are silent until `startPeople()`
 */
export function startChat(server) {
  /** @type {Post[]} */
  const posts = [];
  // A server that was started again must not use the ids of the one before.
  const room = Math.random().toString(36).slice(2, 10);
  let postsEver = 0;
  let shownUsers = '';
  let nextLine = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  for (const [user, text] of OPENING) keep(user, text);

  server.handle('post_message', (data, { connection }) => {
    const text = textIn(data);
    if (text === null) throw new Error(`A post needs a text of 1 to ${LONGEST_TEXT} characters.`);
    return post(nameOf(connection), text);
  });
  server.handle('user_typing', (_data, { connection }) => tellTyping(nameOf(connection), connection));
  // A client asks for it when its session begins, and may not know who is here.
  server.handle('get_history', (_data, { connection }) => {
    connection.emit('presence', { users: usersNow() });
    return { posts: [...posts] };
  });
  const stopListening = server.onChange(tellPresence);

  /**
   * @param {string} user
   * @param {string} text
   */
  function post(user, text) {
    const kept = keep(user, text);
    server.emit('posted', kept);
    return { id: kept.id };
  }

  /**
   * @param {string} user
   * @param {string} text
   */
  function keep(user, text) {
    postsEver += 1;
    const kept = { id: `${room}-${postsEver}`, user, text, at: Date.now() };
    posts.push(kept);
    if (posts.length > KEPT_POSTS) posts.shift();
    return kept;
  }

  /**
   * @param {string} user
   * @param {ChatClient} [author] does not receive it
   */
  function tellTyping(user, author) {
    for (const connection of server.connections) {
      if (connection !== author) connection.emit('typing', { user });
    }
  }

  /** Sends the list to everybody when somebody connected or left. */
  function tellPresence() {
    const users = usersNow();
    const shown = users.join('\n');
    if (shown === shownUsers) return;
    shownUsers = shown;
    server.emit('presence', { users });
  }

  function usersNow() {
    return [...new Set([...server.connections.map(nameOf), ...PEOPLE])];
  }

  function sayNextLine() {
    const [user, text] = SCRIPT[nextLine % SCRIPT.length] ?? ['Mira', 'Hello!'];
    nextLine += 1;
    tellTyping(user);
    timer = setTimeout(() => {
      post(user, text);
      timer = setTimeout(sayNextLine, PAUSE_MS);
    }, TYPING_MS);
  }

  function stopPeople() {
    clearTimeout(timer);
    timer = undefined;
  }

  return {
    startPeople: () => {
      stopPeople();
      timer = setTimeout(sayNextLine, PAUSE_MS / 2);
    },
    stopPeople,
    stop: () => {
      stopPeople();
      stopListening();
    },
  };
}

/**
 * @param {ChatClient} connection
 * @returns {string}
 */
function nameOf({ token }) {
  return token === null || token === '' ? 'Guest' : token;
}

/**
 * @param {unknown} data
 * @returns {string | null}
 */
function textIn(data) {
  if (typeof data !== 'object' || data === null || !('text' in data)) return null;
  const { text } = data;
  if (typeof text !== 'string') return null;
  const trimmed = text.trim();
  return trimmed === '' || trimmed.length > LONGEST_TEXT ? null : trimmed;
}
