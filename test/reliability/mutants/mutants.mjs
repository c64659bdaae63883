// The bugs that others have had, each as a small patch to our sources. The tests named with it must fail.
//
// `from` says whose bug it was: repository and issue or pull request, or the published client in which it can be seen.

/**
 * @typedef {object} Mutant
 * @property {string} name
 * @property {string} from
 * @property {readonly (readonly [file: string, find: string, replace: string])[]} patches
 * @property {readonly string[]} killedBy files, of which at least one test fails
 * @property {'node' | 'jsdom'} [project]
 */

const lifecycle = 'src/connection/lifecycle.ts';
const service = 'src/service/websocket-service.ts';
const sequence = 'src/stream/sequence.ts';
const outbox = 'src/service/outbox.ts';
const heartbeat = 'src/service/heartbeat.ts';
const socket = 'src/transport/open-socket.ts';
const inbox = 'src/service/inbox.ts';

const tests = {
  lifecycle: 'test/node/service/lifecycle.test.ts',
  gaps: 'test/node/service/gaps.test.ts',
  wake: 'test/node/service/wake.test.ts',
  heartbeat: 'test/node/service/heartbeat.test.ts',
  sending: 'test/node/service/sending.test.ts',
  dispatch: 'test/node/service/dispatch.test.ts',
  badInput: 'test/node/service/bad-input.test.ts',
  oddSockets: 'test/node/service/odd-sockets.test.ts',
  secrets: 'test/node/service/secrets.test.ts',
  pure: 'test/node/unit/lifecycle.test.ts',
  numbers: 'test/node/unit/sequence.test.ts',
  backoff: 'test/node/unit/backoff.test.ts',
  closes: 'test/node/unit/close-policy.test.ts',
  frames: 'test/node/unit/envelope.test.ts',
};

/** @type {readonly Mutant[]} */
export const mutants = [
  // Sessions and numbers.
  {
    name: 'a session is only understood where somebody listens for missed events',
    from: 'mattermost/mattermost #30388',
    patches: [
      [
        inbox,
        'const verdict = sequence.greet(event, connectionId);',
        'if (!missed.observed) return follow(sequence.judge(event), event);\n    const verdict = sequence.greet(event, connectionId);',
      ],
    ],
    killedBy: [tests.gaps],
  },
  {
    name: 'the same gap is resumed for ever',
    from: 'mattermost/mattermost-mobile #10183',
    patches: [[sequence, 'const MAX_FRUITLESS = 10;', 'const MAX_FRUITLESS = Infinity;']],
    killedBy: [tests.gaps],
  },
  {
    name: 'a replay goes around the sequence',
    from: 'socketio/socket.io #5419',
    patches: [
      [
        sequence,
        'startsAfter(greeting, seq) ? restart(greeting, event) : dropped;',
        'startsAfter(greeting, seq) ? restart(greeting, event) : delivered;',
      ],
    ],
    killedBy: [tests.numbers],
  },
  {
    name: 'a gap is delivered without a word',
    from: '@mattermost/client 11.9.0, after the second mismatch',
    patches: [
      [
        sequence,
        'if (canResume() && barrenGaps',
        'accept(event);\n    return delivered;\n    if (canResume() && barrenGaps',
      ],
    ],
    killedBy: [tests.gaps, tests.numbers],
  },
  {
    name: 'the last number is sent as the next',
    from: 'the first prototype of this package',
    patches: [[sequence, '{ connectionId, nextSeq: expected }', '{ connectionId, nextSeq: expected - 1 }']],
    killedBy: [tests.gaps],
  },
  {
    name: 'a session can be taken up only after an event was received',
    from: 'socketio/socket.io #4888, #5538',
    patches: [[sequence, 'expected !== null && expected >= 1;', 'expected !== null && expected > 1;']],
    killedBy: [tests.numbers],
  },
  {
    name: 'a session can be taken up only once',
    from: 'socketio/socket.io #4880',
    patches: [
      [
        sequence,
        '    opened(point) {',
        '    opened(point) {\n      if (point !== null) connectionId = null;',
      ],
    ],
    killedBy: [tests.numbers],
  },
  {
    name: 'the old number stays when a new session begins',
    from: 'ably/ably-js #540',
    patches: [
      [
        sequence,
        '      expected = seq + 1;\n      progress();',
        '      expected = Math.max(expected ?? 0, seq + 1);\n      progress();',
      ],
      [sequence, '    expected = null;\n    return accept(event);', '    return accept(event);'],
    ],
    killedBy: [tests.numbers],
  },
  {
    name: 'a break is told twice',
    from: 'ably/ably-js #288',
    patches: [
      [sequence, "firstFrame === 'tells') return null;", "firstFrame === 'tells-nothing') return null;"],
    ],
    killedBy: [tests.numbers],
  },
  {
    name: 'a session is kept when the user changes',
    from: 'the invariant that nobody gets the events of somebody else',
    patches: [[service, '        sequence.endSession();\n', '']],
    killedBy: [tests.gaps],
  },
  {
    name: 'a number may be a string',
    from: 'socketio/socket.io #5539',
    patches: [
      [
        'src/protocols/json-frames.ts',
        'return Number.isSafeInteger(value) && (value as number) >= 0 &&',
        'return Number(value) >= 0 &&',
      ],
    ],
    killedBy: [tests.frames],
  },

  // Sockets and their callbacks.
  {
    name: 'callbacks of an old socket count',
    from: 'centrifugal/centrifuge-js #225, #391',
    patches: [
      [socket, "if (hold === 'held') listener.frame(event.data);", 'listener.frame(event.data);'],
      [socket, '    socket.onmessage = null;\n', ''],
    ],
    killedBy: [tests.oddSockets, tests.gaps],
  },
  {
    name: 'an attempt has no number',
    from: 'siteboon/claudecodeui #721',
    patches: [[lifecycle, 'return event.attempt !== state.attempt;', 'return state.attempt < 0;']],
    killedBy: [tests.pure],
  },
  {
    name: 'a new socket is made without closing the old one',
    from: 'mattermost/mattermost-webapp #6473',
    patches: [[service, '    link?.close(code, reason);\n', '']],
    killedBy: [tests.lifecycle],
  },
  {
    name: 'a socket that is still connecting is not closed',
    from: '@mattermost/client 11.9.0',
    patches: [
      [
        socket,
        '        socket.close(code, reason);',
        '        if (socket.readyState === OPEN) socket.close(code, reason);',
      ],
    ],
    killedBy: [tests.lifecycle],
  },
  {
    name: 'a close before the opening is not heard',
    from: 'centrifugal/centrifuge-js #281',
    patches: [
      [
        lifecycle,
        'if (!isTrying(state) && !isUp(state)) return ignore(state);',
        'if (!isUp(state)) return ignore(state);',
      ],
    ],
    killedBy: [tests.pure],
  },
  {
    name: 'there is no connect timeout',
    from: '@mattermost/client 11.9.0',
    patches: [[lifecycle, 'if (!isTrying(state) && state.phase', 'if (state.phase']],
    killedBy: [tests.pure, tests.lifecycle],
  },
  {
    name: 'a late token opens a socket after disconnect',
    from: 'centrifugal/centrifuge-js #24, #93',
    patches: [
      [service, '      if (controller.signal.aborted) return;\n', ''],
      [lifecycle, "if (state.phase !== 'preparing' || isStale(state, event)) return ignore(state);", ''],
    ],
    killedBy: [tests.lifecycle, tests.pure],
  },
  {
    name: 'timers survive disconnect',
    from: 'phoenixframework/phoenix #2187, #2857',
    patches: [[service, '        for (const timer of [...timers.keys()]) stopTimer(timer);\n', '']],
    killedBy: [tests.lifecycle, tests.wake],
  },
  {
    name: 'the heartbeat goes on after disconnect',
    from: 'phoenixframework/phoenix #3083, #4623',
    patches: [[service, '    heartbeat.stop();\n', '']],
    killedBy: [tests.heartbeat],
  },

  // Trying again.
  {
    name: 'failures are forgotten on open',
    from: 'pladaria/reconnecting-websocket #25, @mattermost/client 11.9.0',
    patches: [
      [
        lifecycle,
        "phase: 'connected', health: 'new', lossCode: null,",
        "phase: 'connected', health: 'new', failures: 0, lossCode: null,",
      ],
    ],
    killedBy: [tests.pure, tests.lifecycle],
  },
  {
    name: 'there is no wait after a failure',
    from: 'centrifugal/centrifuge-js #407, pladaria/reconnecting-websocket #199',
    patches: [
      ['src/service/policy.ts', 'return Math.min(delayMs, LONGEST_TIMER_MS);', 'return 0 * delayMs;'],
    ],
    killedBy: [tests.lifecycle],
  },
  {
    name: 'there is no jitter',
    from: 'mattermost/mattermost-webapp #10960',
    patches: [
      [
        'src/connection/backoff.ts',
        'return base + random() * reconnectJitter;',
        'return base + 0 * random() * reconnectJitter;',
      ],
    ],
    killedBy: [tests.backoff],
  },
  {
    name: 'it tries for ever, whatever the limit',
    from: 'sanity-io/client #1226',
    patches: [
      [
        lifecycle,
        'if (failed.failures > policy.maxRetries) return giveUp(failed);\n  const plannedMs',
        'const plannedMs',
      ],
    ],
    killedBy: [tests.pure, tests.lifecycle],
  },
  {
    name: 'a clean close is the end',
    from: 'ReactiveX/rxjs WebSocketSubject, enisdenjo/graphql-ws #446',
    patches: [
      [
        'src/connection/close-policy.ts',
        '    case 1002:',
        '    case 1000:\n      return "fatal";\n    case 1002:',
      ],
    ],
    killedBy: [tests.closes],
  },
  {
    name: 'a refused token is the end, though a fresh one would do',
    from: 'enisdenjo/graphql-ws #558',
    patches: [['src/connection/close-policy.ts', "      return 'auth';", "      return 'fatal';"]],
    killedBy: [tests.closes, tests.lifecycle],
  },
  {
    name: 'a refused token is refreshed for ever',
    from: 'ably/ably-js #203',
    patches: [[lifecycle, "if (failed.refresh === 'used' || policy", 'if (policy']],
    killedBy: [tests.pure],
  },
  {
    name: 'reconnect() does nothing on a link that looks alive',
    from: 'enisdenjo/graphql-ws #289, #290',
    patches: [
      [
        lifecycle,
        "if (state.phase === 'preparing') return",
        "if (isUp(state)) return ignore(state);\n      if (state.phase === 'preparing') return",
      ],
    ],
    killedBy: [tests.pure, tests.lifecycle],
  },
  {
    name: 'connected is never shown after a silent resume',
    from: 'mattermost/mattermost-webapp #8956',
    patches: [
      [
        'src/connection/status.ts',
        "    case 'connected':\n      return 'connected';",
        "    case 'connected':\n      return state.history === 'again' && state.health === 'new' ? 'reconnecting' : 'connected';",
      ],
    ],
    killedBy: [tests.lifecycle],
  },
  {
    name: 'two timers for one retry',
    from: 'pladaria/reconnecting-websocket #82, #83',
    patches: [[service, '    stopTimer(timer);\n    const onDue', '    const onDue']],
    killedBy: [tests.wake],
  },

  // Half-open links, sleep, signals.
  {
    name: 'a missed answer is noticed only when the next ping is due',
    from: 'mattermost/mattermost #30293',
    patches: [
      [
        heartbeat,
        'const waitMs = Math.min(config.timeout, atMostMs);',
        'const waitMs = Math.min(config.interval, atMostMs);',
      ],
    ],
    killedBy: [tests.heartbeat],
  },
  {
    name: 'any silence is death, though the server never answers',
    from: 'the rule for servers that know no pings',
    patches: [
      [heartbeat, "if (answers === 'perhaps' && answered === 'never') return", 'if (sentAt < 0) return'],
    ],
    killedBy: [tests.heartbeat],
  },
  {
    name: 'a late timer is taken for a missed answer',
    from: 'phoenixframework/phoenix #4309, dotnet/aspnetcore #31626',
    patches: [
      [
        heartbeat,
        'const wasAsleep = Date.now() - beat.dueAt > SLEEP_MS;\n    after(0, () => judge(wasAsleep));',
        'judge(false);',
      ],
    ],
    killedBy: [tests.heartbeat],
  },
  {
    name: 'a socket that says OPEN after a sleep is believed',
    from: 'wireapp/wire-webapp #21477, enisdenjo/graphql-ws #487',
    patches: [
      [
        lifecycle,
        "      return [{ ...state, wakeHeardAt }, [{ type: 'probe' }]];\n    case 'asleep'",
        "      return ignore(state);\n    case 'asleep'",
      ],
    ],
    killedBy: [tests.wake, tests.pure],
  },
  {
    name: 'each online event starts the wait anew',
    from: '@mattermost/client 11.9.0',
    patches: [
      [lifecycle, 'const isSooner = sooner.retryAt < state.retryAt ||', 'const isSooner = true ||'],
      [
        lifecycle,
        'return Math.min(Math.max(owedMs, 0), WAKE_INTERVAL_MS) + policy',
        'return 3_000 + 0 * owedMs + policy',
      ],
    ],
    killedBy: [tests.wake, tests.pure],
  },
  {
    name: 'only online is heard, not the return of the tab',
    from: 'get-convex/convex-js #183',
    patches: [['src/transport/wake-signals.ts', "        ? 'wake'\n", '        ? null\n']],
    killedBy: [tests.wake],
  },
  {
    name: 'the return of the tab connects what the user had closed',
    from: 'phoenixframework/phoenix #6578, #6620',
    patches: [
      [
        lifecycle,
        "return state.phase !== 'stopped' || state.reason === 'attempts-exhausted';",
        'return state.attempt >= 0;',
      ],
    ],
    killedBy: [tests.wake, tests.pure],
  },
  {
    name: 'listeners of the page are never taken off',
    from: 'centrifugal/centrifuge-js #389, #390',
    patches: [[service, '      unwatch?.();\n', '']],
    killedBy: [tests.wake],
  },

  // Frames, handlers, requests.
  {
    name: 'one bad frame is thrown into the page',
    from: '@mattermost/client 11.9.0',
    patches: [
      [
        'src/protocols/json-frames.ts',
        "    parsed = JSON.parse(frame);\n  } catch {\n    return { kind: 'malformed', reason: 'not-json' };\n  }",
        '    parsed = JSON.parse(frame);\n  } finally {\n  }',
      ],
    ],
    killedBy: [tests.frames, tests.badInput],
  },
  {
    name: 'a handler that throws starves the others',
    from: '@mattermost/client 11.9.0',
    patches: [
      ['src/stream/guarded.ts', '        onThrown(thrown);\n      }', '        throw thrown;\n      }'],
    ],
    killedBy: [tests.dispatch],
  },
  {
    name: 'what is thrown in a callback stops everything after it',
    from: 'centrifugal/centrifuge-js #429, mattermost/mattermost #22494',
    patches: [['src/store/connection-store.ts', '        onThrown(thrown);\n', '        throw thrown;\n']],
    killedBy: [tests.dispatch],
  },
  {
    name: 'requests survive their link, and ids start again',
    from: '@mattermost/client 11.9.0',
    patches: [[outbox, '      requests.rejectAll((', '      lastId = 0;\n      [].map((']],
    killedBy: [tests.sending],
  },
  {
    name: 'messages go out before authentication',
    from: 'trpc/trpc #6547',
    patches: [
      [
        service,
        "return state.phase === 'connected' && link !== null",
        "return (state.phase === 'connected' || state.phase === 'open') && link !== null",
      ],
    ],
    killedBy: [tests.sending],
  },
  {
    name: 'the queue is lost when a socket is replaced',
    from: 'partykit/partykit #403',
    patches: [
      [
        outbox,
        '      clearTimeout(drain);\n      requests.rejectAll',
        '      clearTimeout(drain);\n      queue.clear();\n      requests.rejectAll',
      ],
    ],
    killedBy: [tests.sending],
  },
  {
    name: 'the queue has no bound',
    from: 'phoenix, socket.io and partysocket, as documented',
    patches: [
      [
        'src/service/send-queue.ts',
        'line.length >= limit ? line.splice(0, 1) : []',
        'line.length >= limit * Infinity ? line.splice(0, 1) : []',
      ],
    ],
    killedBy: [tests.sending],
  },
  {
    name: 'what was queued an hour ago is sent all the same',
    from: 'socketio/socket.io, the send buffer',
    patches: [
      [
        'src/service/send-queue.ts',
        'return moment.date <= now.date || moment.uptime <= now.uptime;',
        'return moment.date + 3_600_000 <= now.date;',
      ],
    ],
    killedBy: [tests.sending],
  },
  {
    name: 'the token is shown with the address',
    from: 'livekit/client-sdk-js #1364, hashgraph/guardian #4059, duplicati #5550',
    patches: [
      [
        'src/transport/address.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a piece of source.
        'return rest.length > 0 ? `${shown}?…` : shown;',
        'return rest.length > 0 ? url : shown;',
      ],
    ],
    killedBy: [tests.secrets, 'test/node/unit/address.test.ts'],
  },

  // React.
  {
    name: 'StrictMode opens two sockets',
    from: 'partykit/partykit #336, robtaussig/react-use-websocket #138',
    patches: [
      [
        'providers/hold-connection.ts',
        '    hold.release = setTimeout(() => {\n      hold.release = null;\n      configure(null);\n    }, 0);',
        '    configure(null);',
      ],
    ],
    killedBy: ['test/react/provider-lifecycle.test.tsx'],
    project: 'jsdom',
  },
];
