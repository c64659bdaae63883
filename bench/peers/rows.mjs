/**
 * The questions of the table, in order. Most rows are answered by a probe, some by the packages' own files, and a few
 * by documentation, with a link.
 */

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} question
 * @property {'probe' | 'package' | 'server-bench' | 'documentation'} answeredBy a probe in `probes.mjs`, a function in
 *   `packages.mjs`, `npm run bench:server`, which fails if it sees something else than `says`, or `says` alone
 * @property {Readonly<Record<string, string>>} [says] by the id of a peer
 *
 * @typedef {object} Section
 * @property {string} title
 * @property {readonly Row[]} rows
 */

/**
 * @param {string} id
 * @param {string} question
 * @returns {Row}
 */
const probe = (id, question) => ({ id, question, answeredBy: 'probe' });

/**
 * @param {string} id
 * @param {string} question
 * @returns {Row}
 */
const look = (id, question) => ({ id, question, answeredBy: 'package' });

/** @type {readonly Section[]} */
export const sections = [
  {
    title: 'What arrives, and what renders',
    rows: [
      probe('burst-handlers', '1,000 messages in one burst: does every handler get its 100, in order?'),
      probe('burst-renders', 'How often do the ten components that show them render?'),
      probe('burst-effect', 'Does an effect that depends on the newest message see every one?'),
      probe('late-mount', 'Does a component that mounts later see the last message of its name?'),
      probe('strict-mode', 'How many sockets does a page open under StrictMode?'),
      probe('throwing-handler', 'A handler throws: do the others get the message?'),
      probe('bad-frame', 'A frame is no JSON'),
      probe('binary', 'Are binary messages handed out?'),
      probe('polling', 'Does it connect where no WebSocket gets through (long polling)?'),
    ],
  },
  {
    title: 'When the link is lost',
    rows: [
      probe('half-open', 'The link dies without a word: is it replaced?'),
      probe('away-short', 'Events while the link was down, from a server that keeps them'),
      probe('away-long', 'The same, and the server has forgotten the client'),
      {
        id: 'server-killed',
        question: 'One of two servers is killed (`kill -9`), and the other goes on',
        answeredBy: 'server-bench',
        says: {
          everwire: 'the session goes on, and nothing is lost',
          'react-use-websocket': 'has no server',
          partysocket: 'its server was not asked',
          'socket-io-client': 'lost, and told',
          'mattermost-client': 'its server was not asked',
        },
      },
      probe('gap', 'An event is missing, though the link holds'),
      probe('duplicate', 'An event comes twice'),
      probe('jitter', 'Is the wait before a retry random?'),
      probe('flapping', 'A server that accepts, and closes soon after'),
      probe('gives-up', 'Does it give up, by default?'),
      probe('wake-online', 'The network comes back (`online`) during a long wait'),
      probe('wake-visible', 'The page is looked at again (`visibilitychange`) during a long wait'),
    ],
  },
  {
    title: 'Sending, tokens, leaving',
    rows: [
      probe('send-while-down', '10,000 messages sent while the link is down'),
      probe('request-when-lost', 'A request that waits when the link is lost'),
      probe('request-timeout', 'A request that nobody answers'),
      probe('token-refused', 'The server refuses the token (4401)'),
      probe('token-refused-always', 'The server refuses every token'),
      probe('unmount-connected', 'Left after an unmount while connected'),
      probe('unmount-connecting', 'Left after an unmount while it connects'),
      probe('unmount-waiting', 'Left after an unmount while it waits for a retry'),
    ],
  },
  {
    title: 'The package',
    rows: [
      look('size', 'Size: minified, gzip, React left out'),
      look('modules', 'Modules'),
      look('use-client', '`"use client"` in what a React server imports'),
      look('dependencies', 'What it brings along'),
      look('schemas', 'Payload schemas (Standard Schema)'),
      look('test-server', 'A fake server for your tests'),
      look('devtools', 'A devtools panel'),
    ],
  },
  {
    title: 'By their documentation',
    rows: [
      {
        id: 'react',
        question: 'For React',
        answeredBy: 'documentation',
        says: {
          everwire: '[a provider and hooks](../README.md#the-hooks)',
          'react-use-websocket': '[a hook](https://github.com/robtaussig/react-use-websocket#readme)',
          partysocket: '[two hooks](https://docs.partykit.io/reference/partysocket-api/)',
          'socket-io-client': '[effects of your own](https://socket.io/how-to/use-with-react)',
          'mattermost-client': 'effects of your own',
        },
      },
      {
        id: 'server',
        question: 'A server that goes with it',
        answeredBy: 'documentation',
        says: {
          everwire: '[`everwire/server`](hub.md), or [your own](server.md)',
          'react-use-websocket': 'no',
          partysocket: '[PartyServer](https://github.com/cloudflare/partykit/tree/main/packages/partyserver)',
          'socket-io-client': '[yes](https://socket.io/docs/v4/server-installation/)',
          'mattermost-client': '[Mattermost](https://github.com/mattermost/mattermost)',
        },
      },
      {
        id: 'rooms',
        question: 'Rooms, namespaces',
        answeredBy: 'documentation',
        says: {
          everwire: '[channels](channels.md); no namespaces',
          'react-use-websocket': 'no',
          partysocket: '[rooms, in the address](https://docs.partykit.io/reference/partysocket-api/)',
          'socket-io-client': '[yes](https://socket.io/docs/v4/rooms/)',
          'mattermost-client': "the server's channels",
        },
      },
      {
        id: 'typed-events',
        question: 'Typed events',
        answeredBy: 'documentation',
        says: {
          everwire: '[yes, and checked by schemas](typescript.md)',
          'react-use-websocket':
            '[one type for all messages](https://github.com/robtaussig/react-use-websocket#readme)',
          partysocket: 'no',
          'socket-io-client': '[yes](https://socket.io/docs/v4/typescript/)',
          'mattermost-client': "yes, Mattermost's",
        },
      },
      {
        id: 'other-streams',
        question: 'Server-sent events with the same hook',
        answeredBy: 'documentation',
        says: {
          everwire: 'no',
          'react-use-websocket':
            '[`useEventSource`](https://github.com/robtaussig/react-use-websocket#readme)',
          partysocket: 'no',
          'socket-io-client': 'no',
          'mattermost-client': 'no',
        },
      },
      {
        id: 'other-clients',
        question: 'Clients in other languages',
        answeredBy: 'documentation',
        says: {
          everwire: 'no',
          'react-use-websocket': 'no',
          partysocket: 'no',
          'socket-io-client': '[many](https://socket.io/docs/v4/)',
          'mattermost-client': "Mattermost's own apps",
        },
      },
      {
        id: 'tabs',
        question: 'One socket for all tabs of a browser',
        answeredBy: 'documentation',
        says: {
          everwire: '[yes](tabs.md)',
          'react-use-websocket': 'no',
          partysocket: 'no',
          'socket-io-client': 'no',
          'mattermost-client': 'no',
        },
      },
      {
        id: 'users',
        question: 'In production elsewhere, for years',
        answeredBy: 'documentation',
        says: {
          everwire: 'no: it is new',
          'react-use-websocket': 'yes',
          partysocket: 'yes, as a fork of reconnecting-websocket',
          'socket-io-client': 'yes',
          'mattermost-client': 'yes, in Mattermost',
        },
      },
    ],
  },
];

/** @type {readonly Row[]} */
export const rows = sections.flatMap((section) => section.rows);
