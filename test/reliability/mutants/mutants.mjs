/**
 * Known bugs of other packages, each as a small patch to our sources. The tests named with a bug must fail with it.
 * `from` names the source of the bug: repository and issue or pull request, or the published client that has it.
 */

/**
 * @typedef {object} Mutant
 * @property {string} name
 * @property {string} from
 * @property {readonly (readonly [file: string, find: string, replace: string])[]} patches
 * @property {readonly string[]} killedBy files, of which at least one test fails
 * @property {'node' | 'jsdom'} [project]
 */

const lifecycle = 'src/connection/lifecycle.ts';
const linkHealth = 'src/connection/link-health.ts';
const lostLink = 'src/connection/lost-link.ts';
const states = 'src/connection/states.ts';
const retryTiming = 'src/connection/retry-timing.ts';
const connection = 'src/service/connection.ts';
const runner = 'src/service/lifecycle-runner.ts';
const knownServer = 'src/service/attempt/known-server.ts';
const attempt = 'src/service/attempt/attempt.ts';
const reader = 'src/service/attempt/link-reader.ts';
const delivery = 'src/service/inbound/delivery.ts';
const sequence = 'src/stream/sequence.ts';
const outbox = 'src/service/outbound/outbox.ts';
const silenceWatch = 'src/service/attempt/silence-watch.ts';
const heartbeat = 'src/service/attempt/heartbeat.ts';
const socket = 'src/transport/open-socket.ts';
const inbox = 'src/service/inbound/inbox.ts';
const stream = 'src/stream/event-stream.ts';
const jsonFrames = 'src/protocols/json-frames.ts';
const closePolicy = 'src/connection/close-policy.ts';
const sendQueue = 'src/service/outbound/send-queue.ts';
const steps = 'src/connection/steps.ts';
const session = 'src/service/session.ts';
const missed = 'src/service/inbound/missed-events.ts';
const liveSource = 'src/service/live/live-source.ts';
const heldEvents = 'src/service/live/held-events.ts';
const channelGate = 'src/service/live/channel-gate.ts';
const createLiveQuery = 'hooks/create-live-query.ts';
const tanstackQueries = 'tanstack-query/live-queries.ts';
const pendingFolds = 'src/service/stores/pending-folds.ts';
const storeLink = 'src/service/stores/store-link.ts';
const withEvents = 'src/service/stores/with-events.ts';
const openSession = 'server/open-session.ts';
const serverSession = 'server/session.ts';
const membership = 'src/service/channels/membership.ts';
const channels = 'src/service/channels/channels.ts';

const tests = {
  tabRules: 'test/node/tabs/rules.test.ts',
  sharing: 'test/node/tabs/sharing.test.ts',
  live: 'test/react/use-live-query.test.tsx',
  liveTanstack: 'test/react/live/tanstack-query.test.tsx',
  liveWrong: 'test/react/live/wrong-options.test.tsx',
  liveChannel: 'test/react/live/channel.test.tsx',
  heldEvents: 'test/node/unit/held-events.test.ts',
  stores: 'test/node/service/stores.test.ts',
  sharedState: 'test/react/shared-state.test.tsx',
  text: 'test/react/use-ws-text.test.tsx',
  hub: 'test/node/server/hub.test.ts',
  takeover: 'test/node/server/takeover.test.ts',
  channels: 'test/node/server/channels.test.ts',
  hubSockets: 'test/node/server/sockets.test.ts',
  redisLink: 'test/node/server/redis-link.test.ts',
  hubSecurity: 'test/node/server/security.test.ts',
  lifecycle: 'test/node/service/lifecycle.test.ts',
  gaps: 'test/node/service/gaps.test.ts',
  wake: 'test/node/service/wake.test.ts',
  heartbeat: 'test/node/service/heartbeat.test.ts',
  foreign: 'test/node/service/foreign-servers.test.ts',
  ended: 'test/node/service/ended.test.ts',
  signals: 'test/node/service/signals.test.ts',
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
  seam: 'test/node/service/protocol-seam.test.ts',
  streams: 'test/node/service/streams.test.ts',
  stream: 'test/node/unit/event-stream.test.ts',
  fruitless: 'test/node/service/fruitless-resumes.test.ts',
  pileUp: 'test/node/service/resync-pile-up.test.ts',
  pause: 'test/node/service/pause.test.ts',
  refusedPings: 'test/node/service/refused-pings.test.ts',
  heldLimit: 'test/node/service/held-limit.test.ts',
  clientChannels: 'test/node/service/channels.test.ts',
  channelFaults: 'test/node/service/channel-faults.test.ts',
  clientAndHub: 'test/node/server/client-channels.test.ts',
};

/** @type {readonly Mutant[]} */
export const mutants = [
  // Sessions and numbers.
  {
    name: 'sessions are ignored unless missed events have a subscriber',
    from: 'mattermost/mattermost #30388',
    patches: [
      [
        inbox,
        'const verdict = sequence.onHello(decoded.event, decoded.connectionId);',
        'if (!notifier.missed.all$.observed)\n            return apply(sequence.classify(decoded.event), decoded.event, config);\n          const verdict = sequence.onHello(decoded.event, decoded.connectionId);',
      ],
      [
        stream,
        '    all$: slice(),',
        "    all$: Object.defineProperty(slice(), 'observed', { get: () => everyone.size > 0 }),",
      ],
    ],
    killedBy: [tests.gaps],
  },
  {
    name: 'the same gap is resumed endlessly',
    from: 'mattermost/mattermost-mobile #10183',
    patches: [[sequence, 'const RESUME_FAILURE_LIMIT = 10;', 'const RESUME_FAILURE_LIMIT = Infinity;']],
    killedBy: [tests.gaps],
  },
  {
    name: 'replayed events bypass the sequence check',
    from: 'socketio/socket.io #5419',
    patches: [
      [
        sequence,
        'if (seq < expected) return classifyLower(event);',
        "if (seq < expected) {\n      const verdict = classifyLower(event);\n      return verdict === 'drop' ? deliver : verdict;\n    }",
      ],
    ],
    killedBy: [tests.numbers],
  },
  {
    name: 'events after a gap are delivered without a notice',
    from: '@mattermost/client 11.9.0, after the second mismatch',
    patches: [
      [
        sequence,
        "if (!resumePoint() || consecutiveGaps === MAX_CONSECUTIVE_GAPS) return accept(event, 'gap');",
        'return accept(event);',
      ],
    ],
    killedBy: [tests.gaps, tests.numbers],
  },
  {
    name: 'a resume asks for the last number instead of the next',
    from: 'the first prototype of this package',
    patches: [[sequence, '{ connectionId, nextSeq: expected }', '{ connectionId, nextSeq: expected - 1 }']],
    killedBy: [tests.gaps],
  },
  {
    name: 'a session is resumed only after it has received an event',
    from: 'socketio/socket.io #4888, #5538',
    patches: [
      [
        sequence,
        'connectionId !== null && expected !== null ?',
        'connectionId !== null && expected !== null && expected > 1 ?',
      ],
    ],
    killedBy: [tests.numbers],
  },
  {
    name: 'a session is resumed only once',
    from: 'socketio/socket.io #4880',
    patches: [
      [
        sequence,
        'isResumeUnproven = resumePoint() !== null;',
        'isResumeUnproven = resumePoint() !== null;\n      if (isResumeUnproven) connectionId = null;',
      ],
    ],
    killedBy: [tests.numbers],
  },
  {
    name: 'the sequence number is kept when a new session begins',
    from: 'ably/ably-js #540',
    patches: [
      [
        sequence,
        '      expected = event.seq + 1;',
        '      expected = Math.max(expected ?? 0, event.seq + 1);',
      ],
      [
        sequence,
        '    expected = null;\n    due = undefined;\n    hasAcceptedEvent',
        '    due = undefined;\n    hasAcceptedEvent',
      ],
    ],
    killedBy: [tests.numbers],
  },
  {
    name: 'one break causes two notices',
    from: 'ably/ably-js #288',
    patches: [[sequence, 'due && hasNoIds ?', 'due && !hasNoIds ?']],
    killedBy: [tests.numbers],
  },
  {
    name: 'a resume counts only if its link closed before any frame',
    from: 'everwire 0.1.0, found by an independent model',
    patches: [
      [
        lostLink,
        "if (verdict !== 'restart' && !isRestart(code))",
        "if (state.health === 'new' && verdict !== 'restart' && !isRestart(code))",
      ],
    ],
    killedBy: ['test/node/service/field-faults.test.ts'],
  },
  {
    name: 'reconnect() on a resumed link does not count',
    from: 'this package, before a second look',
    patches: [
      [
        lifecycle,
        "const ended = isUp(state) ? resumeEnded(state, 'torn', policy) : [];",
        'const ended: Effect[] = [];',
      ],
    ],
    killedBy: [tests.fruitless],
  },
  {
    name: 'a resume that was quiet for a minute never counts',
    from: 'this package, before a second look',
    patches: [[sequence, 'quiet: 1 } as const', 'quiet: 0 } as const']],
    killedBy: [tests.fruitless],
  },
  {
    name: 'a resume that timed out does not count',
    from: 'this package, before a model found it',
    patches: [
      [lifecycle, "isUp(state) ? [...resumeEnded(state, 'torn', policy), ...effects] : effects", 'effects'],
    ],
    killedBy: [tests.fruitless],
  },
  {
    name: 'lower numbers after a hello in the middle of a link are dropped until they catch up',
    from: 'this package, before a model found it',
    patches: [
      [
        sequence,
        "if (!isFirst && pendingHelloAt === 'start') return 'drop';",
        "if (!isFirst) return 'drop';",
      ],
    ],
    killedBy: [tests.numbers],
  },
  {
    name: 'a replay after the first hello of a link counts as a reset',
    from: 'a mistake that the rule for hellos invites',
    patches: [[sequence, "if (!isFirst && pendingHelloAt === 'start') return 'drop';", '']],
    killedBy: [tests.numbers],
  },
  {
    name: 'a wake signal cuts the time of a slow link short',
    from: 'this package, before a second look',
    patches: [[heartbeat, 'ask(serverSession.slowLinks > 0 ? undefined : PROBE_MS)', 'ask(PROBE_MS)']],
    killedBy: [tests.fruitless],
  },
  {
    name: 'each new session makes the network fast again',
    from: 'this package, before a second look',
    patches: [
      [
        delivery,
        '    serverSession.hasAnsweredPing = false;\n',
        '    serverSession.hasAnsweredPing = false;\n    serverSession.slowLinks = 0;\n',
      ],
    ],
    killedBy: [tests.fruitless],
  },
  {
    name: 'a resumed link whose first frame is large is dead each time',
    from: 'this package, on a real relay of 350 kB/s',
    patches: [
      [reader, "hasFrames || (facts.resume !== null && protocol.connectedOn === 'open')", 'hasFrames'],
    ],
    killedBy: [tests.fruitless],
  },
  {
    name: 'a resumed link that we give up does not count',
    from: 'everwire 0.1.0, found by an independent model',
    patches: [
      [
        lifecycle,
        "return [next, [...resumeEnded(state, 'closed', policy, silentMs), ...effects]];",
        'return [next, effects];',
      ],
    ],
    killedBy: ['test/node/service/field-faults.test.ts'],
  },
  {
    name: 'a link that we give up counts in full, however long it lived',
    from: 'this package, before a review',
    patches: [
      [
        lifecycle,
        "...resumeEnded(state, 'closed', policy, silentMs), ...effects",
        "{ type: 'resume-ended', how: 'closed' }, ...effects",
      ],
    ],
    killedBy: [tests.fruitless],
  },
  {
    name: 'the silence of a dead link counts as its life',
    from: 'a mistake that the rule for quiet links invites',
    patches: [[linkHealth, 'Math.abs(now() - openedAt - silentMs);', 'Math.abs(now() - openedAt);']],
    killedBy: [tests.fruitless],
  },
  {
    name: 'a handshake that is refused because of its session is repeated until the attempts are exhausted',
    from: 'this package, before a review',
    patches: [[linkHealth, "=== 0 ? 'nothing' : 'session';", "=== -1 ? 'nothing' : 'session';"]],
    killedBy: [tests.fruitless],
  },
  {
    name: 'an outage of six attempts costs the session, as if the session were its reason',
    from: 'this package, before a review',
    patches: [[lostLink, "if (state.asksFor === 'session-again')", 'if (refusals === 6)']],
    killedBy: [tests.fruitless],
  },
  {
    name: 'a limit that is reached once, right after a ping, ends the pings for good',
    from: 'this package, before a review',
    patches: [[knownServer, "suspicion < WEIGHTS.once ? 'once' : 'plain'", "'plain'"]],
    killedBy: [tests.refusedPings],
  },
  {
    name: 'an event of the app that is called hello ends the session after a resume',
    from: 'this package, before a review',
    patches: [[sequence, '(given || !due)', '!due']],
    killedBy: [tests.gaps],
  },
  {
    name: 'the events of a server that gives no ids any more are dropped until they catch up',
    from: 'a mistake that the rule for such a hello invites',
    patches: [
      [
        sequence,
        "return due && isLower && !pendingHello ? awaitReset(event, 'new-session') : classify(event);",
        'return classify(event);',
      ],
    ],
    killedBy: [tests.gaps],
  },
  {
    name: 'a slow link gets no more time than a fast one',
    from: 'everwire 0.1.0, a 4 MiB event over a slow relay',
    patches: [[heartbeat, 'if (mayBeSlow()) serverSession.slowLinks += 1;\n', '']],
    killedBy: [tests.heartbeat],
  },
  {
    name: 'a second break without an event in between causes no notice',
    from: 'everwire 0.1.0, found by an independent model',
    patches: [[sequence, 'due && hasNoIds ?', 'due && hasAcceptedEvent && previousId === null ?']],
    killedBy: ['test/node/service/field-faults.test.ts'],
  },
  {
    name: 'an error handler that sends each error recurses',
    from: 'everwire 0.1.0, found by an independent model',
    patches: [['src/service/reporting/reporter.ts', 'if (caused !== undefined) {', 'if (caused === -1) {']],
    killedBy: ['test/node/service/field-faults.test.ts'],
  },
  {
    name: 'a heartbeat that is switched on is not started',
    from: 'everwire 0.1.0, found by an independent model',
    patches: [[reader, '      heartbeat?.followConfig();\n', '']],
    killedBy: ['test/node/service/field-faults.test.ts'],
  },
  {
    name: 'pending requests are passed to Math.max as arguments',
    from: 'everwire 0.1.0, 200,000 pending requests',
    patches: [
      [
        'src/service/outbound/request-table.ts',
        'requests.reduce((most, { length }) => Math.max(most, length), 0)',
        'Math.max(...requests.map(({ length }) => length))',
      ],
    ],
    killedBy: ['test/node/unit/request-table.test.ts'],
  },
  {
    name: 'a session is kept when the user changes',
    from: 'the invariant that no user receives the events of another',
    patches: [[connection, '        sequence.endSession();\n', '']],
    killedBy: [tests.gaps],
  },
  {
    name: 'a sequence number may be a string',
    from: 'socketio/socket.io #5539',
    patches: [
      [
        jsonFrames,
        'return Number.isInteger(value) && (value as number) >= 0 && Number.isSafeInteger((value as number) + 1);',
        'return Number(value) >= 0;',
      ],
    ],
    killedBy: [tests.frames],
  },

  // Sockets and their callbacks.
  {
    name: 'callbacks of an old socket are handled',
    from: 'centrifugal/centrifuge-js #225, #391',
    patches: [
      [socket, "if (phase === 'attached') onFrame(data);", 'onFrame(data);'],
      [
        reader,
        'if (isOver || config === undefined) return;\n    const length',
        'if (config === undefined) return;\n    const length',
      ],
      [reader, 'if (isOver || config === undefined || decoded', 'if (config === undefined || decoded'],
      [reader, 'if (isOver) return;\n    if (isReady)', 'if (isReady)'],
      [socket, '    socket.onmessage = null;\n', ''],
    ],
    killedBy: [tests.oddSockets, tests.gaps],
  },
  {
    name: 'events of an old attempt are handled',
    from: 'siteboon/claudecodeui #721',
    patches: [[lifecycle, 'event.attempt !== state.attempt', 'state.attempt < 0']],
    killedBy: [tests.pure],
  },
  {
    name: 'a new socket is made without closing the old one',
    from: 'mattermost/mattermost-webapp #6473',
    patches: [
      [attempt, '      link?.close(code, reason);\n', ''],
      [socket, "if (waitMs <= 0) return close(NORMAL_CLOSURE, '');", 'if (waitMs <= 0) return detach();'],
    ],
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
    name: 'a close before the opening is ignored',
    from: 'centrifugal/centrifuge-js #281',
    patches: [
      [lifecycle, 'return isTrying(state) || isUp(state) ? afterClose(', 'return isUp(state) ? afterClose('],
    ],
    killedBy: [tests.pure],
  },
  {
    name: 'there is no connect timeout',
    from: '@mattermost/client 11.9.0',
    patches: [
      [
        lifecycle,
        "if (!isTrying(state) && state.phase !== 'open') return",
        "if (state.phase !== 'open') return",
      ],
    ],
    killedBy: [tests.pure, tests.lifecycle],
  },
  {
    name: 'a late token opens a socket after disconnect',
    from: 'centrifugal/centrifuge-js #24, #93',
    patches: [
      [attempt, '    if (lifetime.closed) return;\n    if (result', '    if (result'],
      [
        lifecycle,
        "if ('attempt' in event && event.attempt",
        "if (event.type !== 'prepared' && 'attempt' in event && event.attempt",
      ],
      [lifecycle, "      if (state.phase !== 'preparing') return ignore(state);\n", ''],
    ],
    killedBy: [tests.lifecycle, tests.pure],
  },
  {
    name: 'timers survive disconnect',
    from: 'phoenixframework/phoenix #2187, #2857',
    patches: [
      [connection, '        return lifecycle.stopTimer(effect.timer);', '        return;'],
      [connection, "        if (effect.timer === 'uptime') attempt?.lifetime.add(timer);\n", ''],
    ],
    killedBy: [tests.lifecycle, tests.wake],
  },
  {
    name: 'a clock that is set back while a ping waits delays the next ping',
    from: 'everwire 0.1.0, found by its own model',
    patches: [
      [
        heartbeat,
        'Math.max(Date.now() - sentAt, performance.now() - sentAtUptime)',
        'Math.max(Date.now() - sentAt, 0)',
      ],
    ],
    killedBy: [tests.heartbeat],
  },
  {
    name: 'the heartbeat continues after disconnect',
    from: 'phoenixframework/phoenix #3083, #4623',
    patches: [[reader, '    heartbeat?.stop();\n', '']],
    killedBy: [tests.heartbeat],
  },

  // Trying again.
  {
    name: 'the failure count is reset on open',
    from: 'pladaria/reconnecting-websocket #25, @mattermost/client 11.9.0',
    patches: [
      [
        lifecycle,
        "return [{ ...open, ...usable }, [stopTimer('phase'), uptime",
        "return [{ ...open, ...usable, failures: 0 }, [stopTimer('phase'), uptime",
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
        'return base + context.random() * context.reconnectJitter;',
        'return base + 0 * context.random() * context.reconnectJitter;',
      ],
    ],
    killedBy: [tests.backoff],
  },
  {
    name: 'retries ignore the limit',
    from: 'sanity-io/client #1226',
    patches: [[lifecycle, '  if (failed.failures > policy.maxRetries) return giveUp(failed);\n', '']],
    killedBy: [tests.pure, tests.lifecycle],
  },
  {
    name: 'a clean close stops the retries',
    from: 'ReactiveX/rxjs WebSocketSubject, enisdenjo/graphql-ws #446',
    patches: [
      [
        closePolicy,
        '  // 1000 and 1005 too:',
        "  if (code === 1000) return 'fatal';\n  // 1000 and 1005 too:",
      ],
    ],
    killedBy: [tests.closes],
  },
  {
    name: 'a refused token stops the connection without asking for a fresh one',
    from: 'enisdenjo/graphql-ws #558',
    patches: [[closePolicy, "return 'auth';", "return 'fatal';"]],
    killedBy: [tests.closes, tests.lifecycle],
  },
  {
    name: 'a refused token is refreshed endlessly',
    from: 'ably/ably-js #203',
    patches: [
      [lifecycle, "failed.token === 'tried' : refresh === 'used')", "failed.token === 'tried' : false)"],
    ],
    killedBy: [tests.pure],
  },
  {
    name: 'reconnect() does nothing while the link seems alive',
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
        "if (state.phase === 'connected') return 'connected';",
        "if (state.phase === 'connected')\n    return state.history === 'again' && state.health === 'new' ? 'reconnecting' : 'connected';",
      ],
    ],
    killedBy: [tests.lifecycle],
  },
  {
    name: 'two timers for one retry',
    from: 'pladaria/reconnecting-websocket #82, #83',
    patches: [
      [
        runner,
        '    for (const effect of effects) runSafely(effect);',
        "    if (event.type === 'wake' && before.phase === 'waiting') timers.delete('phase');\n    for (const effect of effects) runSafely(effect);",
      ],
    ],
    killedBy: [tests.wake],
  },

  // Half-open links, sleep, signals.
  {
    name: 'a missed answer is noticed only when the next ping is due',
    from: 'mattermost/mattermost #30293',
    patches: [[heartbeat, 'const { timeout } = settings();', 'const { interval: timeout } = settings();']],
    killedBy: [tests.heartbeat],
  },
  {
    name: 'silence ends the link although the server never answers pings',
    from: 'the rule for servers that do not support pings',
    patches: [
      [
        heartbeat,
        "if (flow === 'flowing' || !(isSure || serverSession.hasAnsweredPing)) return",
        "if (flow === 'flowing') return",
      ],
    ],
    killedBy: [tests.heartbeat],
  },

  // Servers of other kinds.
  {
    name: 'every server is pinged',
    from: 'everwire 0.1.0, a server that closes because of a ping',
    patches: [
      [
        heartbeat,
        "if (settings().pings === 'always' || answersPings !== 'unknown') return true;",
        'return true;',
      ],
    ],
    killedBy: [tests.foreign],
  },
  {
    name: 'a server that closes because of a ping gets the next one',
    from: 'everwire 0.1.0, a server that closes because of a ping',
    patches: [[knownServer, "  server.pings = isCertain ? how : 'allowed';\n", '']],
    killedBy: [tests.foreign],
  },
  {
    name: 'a hello that cannot be read hides one that could',
    from: 'the model, seed 424242',
    patches: [[sequence, 'connectionId === null || pendingHello) return;', 'connectionId === null) return;']],
    killedBy: [tests.gaps],
  },
  {
    name: 'a network that breaks twice costs the pings of a server that answers them',
    from: 'the storms of test/reliability/proxy',
    patches: [[knownServer, "  server.history = 'answered';\n", '']],
    killedBy: [tests.foreign],
  },
  {
    name: 'links that the network tore after a ping switch pings off for good',
    from: 'this package, before a review',
    patches: [
      [
        knownServer,
        "if (pings === 'torn' && (isOtherSession || isLongLink)) server.pings = 'allowed';",
        'void [isOtherSession, isLongLink];',
      ],
    ],
    killedBy: [tests.refusedPings],
  },
  {
    name: 'reconnect() does not try pings again',
    from: 'this package, before a review',
    patches: [[knownServer, "if (server.pings === 'torn') server.pings = 'allowed';", '']],
    killedBy: [tests.refusedPings],
  },
  {
    name: 'each new session of a server that tears links because of pings gets one',
    from: 'a server that resumes nothing',
    patches: [[knownServer, 'beyondLimit < WEIGHTS.torn && ', '']],
    killedBy: [tests.refusedPings],
  },
  {
    name: 'a close that refuses the token is a refused ping at once',
    from: 'this package, before a review',
    patches: [[closePolicy, "return isRefusal ? 'ambiguous' : 'plain';", "return 'plain';"]],
    killedBy: [tests.refusedPings],
  },
  {
    name: 'a close that has nothing to do with pings ends them',
    from: 'this package, before a review',
    patches: [[knownServer, "if (isOnTrial && server.suspect.code === code) server.pings = 'allowed';", '']],
    killedBy: [tests.refusedPings],
  },
  {
    name: 'a refused ping is forgotten with the session',
    from: 'a server that greets each link with another id',
    patches: [[knownServer, 'if (known?.place !== place || known === undefined)', '']],
    killedBy: [tests.foreign],
  },
  {
    name: 'a refused ping costs the token',
    from: 'everwire 0.1.0, a server that closes with 1008',
    patches: [[lostLink, "const verdict = how ? 'retry' : asked;", 'const verdict = asked;']],
    killedBy: [tests.foreign],
  },
  {
    name: 'every close after an unanswered ping is blamed on it',
    from: 'a server that refuses the token soon after the link opened',
    patches: [
      [heartbeat, 'if (isUntested && Math.abs(Date.now() - sentAt) <= REFUSAL_MS)', 'if (isUntested)'],
    ],
    killedBy: [tests.foreign],
  },
  {
    name: 'a refused ping hides that the server refuses the token',
    from: 'a server that closes with 4401',
    patches: [[closePolicy, '(isRefusal && code < FIRST_APPLICATION_CODE)', 'isRefusal']],
    killedBy: [tests.foreign],
  },
  {
    name: 'a heartbeat of bare texts ends the link',
    from: 'everwire 0.1.0, a server that sends "ping"',
    patches: [
      [
        jsonFrames,
        "return frame.trimStart().startsWith('{') ? malformed('not-json') : unrecognised('text');",
        "return malformed('not-json');",
      ],
    ],
    killedBy: [tests.foreign, tests.badInput],
  },
  {
    name: 'an unrecognised frame is reported each time',
    from: 'everwire 0.1.0, a gateway that answers each ping with an error object',
    patches: [['src/service/attempt/read-frame.ts', '  reported.add(reason);\n', '']],
    killedBy: [tests.foreign, tests.badInput],
  },
  {
    name: 'an unrecognised frame ends a row of malformed ones',
    from: 'a server whose frames are broken, and that beats between them',
    patches: [
      [
        reader,
        "|| decoded.kind === 'unrecognised') return;",
        ") return;\n    if (decoded.kind === 'unrecognised') {\n      malformedFrames = 0;\n      return;\n    }",
      ],
    ],
    killedBy: [tests.badInput],
  },
  {
    name: 'the silence of a server that beats by itself is not noticed',
    from: 'everwire 0.1.0, a server that only sends',
    patches: [
      [
        silenceWatch,
        'const { expect = Number.POSITIVE_INFINITY } = active.config?.heartbeat || {};',
        'const expect = Number.POSITIVE_INFINITY;',
      ],
    ],
    killedBy: [tests.foreign],
  },
  {
    name: 'silence is counted from the opening of the link',
    from: 'the beats of a server that only sends',
    patches: [[socket, 'if (lastFrameAt !== undefined) lastFrameAt = Date.now();', '']],
    killedBy: [tests.foreign],
  },
  {
    name: 'a night of sleep counts as silence',
    from: 'the rule for timers that are late',
    patches: [
      [
        silenceWatch,
        'if (lateMs > SLEEP_MS && sleeps < MAX_SLEEPS)',
        'if (lateMs > Number.POSITIVE_INFINITY)',
      ],
    ],
    killedBy: [tests.foreign],
  },
  {
    name: 'a slow link gets no more time for its next beat',
    from: 'everwire 0.1.0, a large event over a slow link',
    patches: [[silenceWatch, 'if (mayBeSlow()) serverSession.slowLinks += 1;\n', '']],
    killedBy: [tests.foreign],
  },
  {
    name: 'the silence watch outlives its link',
    from: 'phoenixframework/phoenix #3083, #4623',
    patches: [[reader, '    silence.stop();\n', '']],
    killedBy: [tests.foreign],
  },
  {
    name: 'a stream that ended as planned is an error',
    from: 'everwire 0.1.0, the log of a build that is done',
    patches: [
      [
        lifecycle,
        "return stop({ ...before, error: null }, 'ended');",
        "return stop({ ...failed, error: failure('fatal-close', { code: 1000 }) }, 'ended');",
      ],
    ],
    killedBy: [tests.ended],
  },
  {
    name: 'a stream that ended is opened again with the next render',
    from: 'an app that shows the log of a build that is done',
    patches: [
      [
        'src/service/session.ts',
        "      case 'client':\n      case 'ended':\n        if (intent === 'connect')",
        "      case 'ended':\n        return lifecycle.step({ type: 'connect' });\n      case 'client':\n        if (intent === 'connect')",
      ],
    ],
    killedBy: ['test/react/provider-props.test.tsx'],
    project: 'jsdom',
  },
  {
    name: 'the app has signals of its own, and the window is listened to as well',
    from: 'React Native, whose window has no such events',
    patches: [
      [
        'src/service/wake-source.ts',
        '  let isOff = false;\n',
        '  let isOff = false;\n  watchWakeSignals(onSignal);\n',
      ],
    ],
    killedBy: [tests.signals],
  },
  {
    name: 'a URL class whose getters throw leaves the connection idle',
    from: 'facebook/react-native, URL.protocol is not implemented',
    patches: [['src/transport/address.ts', '  if (!isUrlClassSound()) return parseByHand(address);\n', '']],
    killedBy: ['test/node/service/react-native.test.ts', 'test/node/unit/address.test.ts'],
  },
  {
    name: 'a late timer counts as a missed answer',
    from: 'phoenixframework/phoenix #4309, dotnet/aspnetcore #31626',
    patches: [
      [
        heartbeat,
        'const hasSlept = Date.now() - dueAt > SLEEP_MS;\n    after(0, () => checkAnswer(hasSlept));',
        'checkAnswer(false);',
      ],
    ],
    killedBy: [tests.heartbeat],
  },
  {
    name: 'a socket that is OPEN after a sleep is not probed',
    from: 'wireapp/wire-webapp #21477, enisdenjo/graphql-ws #487',
    patches: [
      [lifecycle, '      return [{ ...state, wakeHeardAt }, [probe]];', '      return ignore(state);'],
    ],
    killedBy: [tests.wake, tests.pure],
  },
  {
    name: 'each online event restarts the wait',
    from: '@mattermost/client 11.9.0',
    patches: [
      [lifecycle, 'if (sooner.retryAt < state.retryAt ||', 'if (true ||'],
      [
        retryTiming,
        'return Math.min(Math.max(restMs, 0), WAKE_INTERVAL_MS) + policy',
        'return 3_000 + 0 * restMs + policy',
      ],
    ],
    killedBy: [tests.wake, tests.pure],
  },
  {
    name: 'the online signal wakes the connection, but not the return of the tab',
    from: 'get-convex/convex-js #183',
    patches: [
      [
        'src/transport/wake-signals.ts',
        "if (type === 'visibilitychange' && document?.visibilityState !== 'visible') return;",
        "if (type === 'visibilitychange') return;",
      ],
    ],
    killedBy: [tests.wake],
  },
  {
    name: 'the return of the tab connects after the user disconnected',
    from: 'phoenixframework/phoenix #6578, #6620',
    patches: [
      [
        states,
        "return state.phase !== 'paused' && (state.phase !== 'stopped' || state.reason === 'attempts-exhausted');",
        'return state.attempt >= 0;',
      ],
    ],
    killedBy: [tests.wake, tests.pure],
  },
  {
    name: 'listeners of the page are never removed',
    from: 'centrifugal/centrifuge-js #389, #390',
    patches: [[runner, '    stopWatching?.();\n', '']],
    killedBy: [tests.wake],
  },

  // Protocols that are not ours.
  {
    name: 'of several messages in a frame only the first counts',
    from: 'everwire 0.1.0, tried with servers that are not ours',
    patches: [[reader, 'if (next < backlog.length && !isOver)', 'if (next < 0 && !isOver)']],
    killedBy: [tests.seam],
  },
  {
    name: 'the messages of a frame are one task',
    from: 'everwire 0.1.0, tried with servers that are not ours',
    patches: [[reader, 'return runInTurn(takeNext);', 'return takeNext();']],
    killedBy: [tests.seam],
  },
  {
    name: 'a link counts as connected before the handshake of its protocol has ended',
    from: 'everwire 0.1.0, tried with servers that are not ours',
    patches: [[reader, "protocol.connectedOn !== 'hello'", 'true']],
    killedBy: [tests.seam],
  },
  {
    name: 'a cursor of the protocol does not count: events may be missing after each new link',
    from: 'everwire 0.1.0, tried with servers that are not ours',
    patches: [[reader, 'if (decoded.resumed) sequence', 'if (false) sequence']],
    killedBy: [tests.seam],
  },
  {
    name: 'what a protocol remembers is kept for the next user',
    from: 'the invariant that no user receives the events of another',
    patches: [[connection, '        memory.clear();\n', '']],
    killedBy: [tests.seam],
  },
  {
    name: 'a protocol that is created again takes over a link that it knows nothing of',
    from: 'everwire 0.1.0, tried with servers that are not ours',
    patches: [
      [
        attempt,
        'const { protocol, auth } = config;',
        'const { auth } = config;\n  const protocol = (active.config ?? config).protocol;',
      ],
      [
        reader,
        'readFrame(frame, length, codec,',
        "readFrame(frame, length, 'decode' in config.protocol ? config.protocol : codec,",
      ],
    ],
    killedBy: [tests.seam],
  },
  {
    name: 'the server is not told that a stream was left',
    from: 'everwire 0.1.0, tried with servers that are not ours',
    patches: [['src/service/outbound/reply-stream.ts', '      end();\n      abort();\n', '      end();\n']],
    killedBy: [tests.streams],
  },
  {
    name: 'a silent server is believed',
    from: 'everwire 0.1.0, tried with servers that are not ours',
    patches: [[silenceWatch, 'if (restMs() <= 0)', 'if (restMs() <= Number.NEGATIVE_INFINITY)']],
    killedBy: [tests.seam],
  },

  // Frames, handlers, requests.
  {
    name: 'a malformed frame throws an uncaught error',
    from: '@mattermost/client 11.9.0',
    patches: [
      [
        jsonFrames,
        "return frame.trimStart().startsWith('{') ? malformed('not-json') : unrecognised('text');",
        "throw new SyntaxError('not JSON');",
      ],
    ],
    killedBy: [tests.frames, tests.badInput],
  },
  {
    name: 'after a handler throws, the others are not called',
    from: '@mattermost/client 11.9.0',
    patches: [[stream, '        onError(thrown, names);\n', '        throw thrown;\n']],
    killedBy: [tests.dispatch, tests.stream],
  },
  {
    name: 'an error in a callback stops all later callbacks',
    from: 'centrifugal/centrifuge-js #429, mattermost/mattermost #22494',
    patches: [['src/rejection.ts', '    onError(thrown);\n', '    throw thrown;\n']],
    killedBy: [tests.dispatch],
  },
  {
    name: 'a subscriber of a channel that throws keeps other channels from being joined',
    from: 'this package, before a review',
    patches: [['src/service/channels/channels.ts', 'callSafely(listener, onListenerError);', 'listener();']],
    killedBy: [tests.channelFaults],
  },
  {
    name: 'an onState that throws keeps other watchers from their data',
    from: 'this package, before a review',
    patches: [['hooks/watch-live-query.ts', '() => callSafely(tell, onError)', 'tell']],
    killedBy: ['test/node/service/live-watch.test.ts'],
  },
  {
    name: 'a tab that was refused counts as a member of the channel',
    from: 'this package, before a review',
    patches: [['tabs/shared-channels.ts', 'isLeftByAll(tab, name) && kept.delete(name)', 'false']],
    killedBy: [tests.sharing],
  },
  {
    name: 'tabs count as members of a channel after the server has ended it',
    from: 'this package, before a review',
    patches: [['tabs/shared-channels.ts', "if (is === 'joined') isLeftByAll(tab, channel);", '']],
    killedBy: [tests.sharing],
  },
  {
    name: 'requests stay pending after their link is lost, and ids start again',
    from: '@mattermost/client 11.9.0',
    patches: [
      [outbox, '      requests.rejectAll((', '      [].map(('],
      [
        connection,
        'return plugs.sender?.linkLost(lifecycle.state.lossCode);',
        'lastId = 0;\n        return sender?.linkLost(lifecycle.state.lossCode);',
      ],
    ],
    killedBy: [tests.sending],
  },
  {
    name: 'messages are sent before authentication',
    from: 'trpc/trpc #6547',
    patches: [
      [
        'src/service/outbound/route.ts',
        "    case 'connected': {\n",
        "    case 'open':\n    case 'connected': {\n",
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
        '      clearTimeout(drainTimer);\n      requests.rejectAll',
        '      clearTimeout(drainTimer);\n      queue.clear();\n      requests.rejectAll',
      ],
    ],
    killedBy: [tests.sending],
  },
  {
    name: 'the queue has no limit',
    from: 'phoenix, socket.io and partysocket, as documented',
    patches: [[sendQueue, 'messages.size > limit)', 'messages.size > limit * Infinity)']],
    killedBy: [tests.sending],
  },
  {
    name: 'a message that was queued an hour ago is still sent',
    from: 'socketio/socket.io, the send buffer',
    patches: [
      [
        sendQueue,
        'expiresAt = { date: Date.now() + ttl, uptime: performance.now() + ttl }',
        'expiresAt = { date: Date.now() + ttl + 3_600_000, uptime: performance.now() + ttl + 3_600_000 }',
      ],
    ],
    killedBy: [tests.sending],
  },
  {
    name: 'an error shows the token with the address',
    from: 'livekit/client-sdk-js #1364, hashgraph/guardian #4059, duplicati #5550',
    patches: [['src/transport/address.ts', "url.replace(/[?#].*/s, '?…')", 'url']],
    killedBy: [tests.secrets, 'test/node/unit/address.test.ts'],
  },

  // Events that are held.
  {
    name: 'an event overtakes one that is still being validated',
    from: 'mattermost/mattermost-mobile #7290',
    patches: [
      [
        'src/service/inbound/delivery-barrier.ts',
        'if (isOpen()) return run(step);',
        'if (step) return run(step);',
      ],
    ],
    killedBy: ['test/node/service/schemas.test.ts', 'test/node/service/resync.test.ts'],
  },
  {
    name: 'events held for one user are delivered to the next',
    from: 'partykit/partykit #403, the buffer of the old socket',
    patches: [
      [delivery, '      barrier.clear();\n', ''],
      [delivery, '      barrier.clear();\n', ''],
    ],
    killedBy: ['test/node/service/schemas.test.ts', 'test/node/service/resync.test.ts'],
  },

  // What the app's functions return.
  {
    name: 'a rejected promise of another realm is lost',
    from: 'an earlier version of this package',
    patches: [
      [
        'src/rejection.ts',
        "return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';",
        'return value instanceof Promise;',
      ],
    ],
    killedBy: [tests.stream],
  },
  {
    name: 'an attempt that has ended asks the protocol for a target',
    from: 'an earlier version of this package',
    patches: [['src/service/attempt/attempt-target.ts', 'signal.aborted || done(', 'done(']],
    killedBy: [tests.badInput],
  },
  {
    name: 'a function that finds schemas lets an event through when it throws',
    from: 'an earlier version of this package',
    patches: [
      [
        'src/service/config/schemas.ts',
        "    return { '~standard': { version: 1, vendor: 'everwire', validate } };",
        '    return validate && undefined;',
      ],
    ],
    killedBy: ['test/node/service/schemas.test.ts'],
  },

  // Breaks during a resync.
  {
    name: 'each break during a resync costs one more',
    from: 'this package, before a model found it',
    patches: [[missed, 'covered = waiting.length;', 'covered = 0;']],
    killedBy: [tests.pileUp],
  },
  {
    name: 'a resync covers breaks that came after it began',
    from: 'a mistake that the covering of breaks invites',
    patches: [[missed, 'if (isCovered) covered -= 1;', '']],
    killedBy: [tests.pileUp],
  },
  {
    name: 'what is held has no limit',
    from: 'this package, before a model found it',
    patches: [[delivery, 'barrier.heldLength() + length > limit', 'length > Infinity + limit']],
    killedBy: [tests.pileUp],
  },
  {
    name: 'held events are dropped without a notice',
    from: 'a limit that is silent',
    patches: [
      [
        delivery,
        '      notifier.eventsDropped(barrier.dropEvents(), isTooLong ? [seq] : [], serverSession.id);',
        '      barrier.dropEvents();',
      ],
    ],
    killedBy: [tests.pileUp],
  },
  {
    name: 'no notice tells of the events that are dropped before a break',
    from: 'this package, before a review',
    patches: [
      [missed, '      for (const [index, one] of waiting.entries()) tellOf(held[index] ?? [], one);\n', ''],
    ],
    killedBy: [tests.heldLimit],
  },
  {
    name: 'a notice tells of no event',
    from: 'this package, before a review',
    patches: [[missed, '      if (behind.length === 0) return;\n', '']],
    killedBy: [tests.heldLimit],
  },
  {
    name: 'what is dropped while a resync runs counts as fetched by it',
    from: 'a mistake that the covering of breaks invites',
    patches: [[missed, 'covered = Math.min(covered, waiting.length - 1);', '']],
    killedBy: [tests.pileUp],
  },

  // Pauses and options.
  {
    name: 'a pause ends the session',
    from: 'this package, before a model found it',
    patches: [[steps, '!hasSession || graceMs === 0', '!hasSession || graceMs >= 0']],
    killedBy: [tests.pause, tests.pure],
  },
  {
    name: 'a pause keeps the session for ever',
    from: 'a timer that nobody started',
    patches: [[steps, '< state.graceMs;', '< Infinity;']],
    killedBy: [tests.pause, tests.pure],
  },
  {
    name: "another user's invalid config leaves the last user's data on the page",
    from: 'this package, before a reviewer found it',
    patches: [[session, '    if (!isSame) replace();', "    if (next === 'no-token') replace();"]],
    killedBy: [tests.pause],
  },
  {
    name: 'an unmounted provider only pauses',
    from: 'a mistake that pauses invite',
    patches: [
      [
        session,
        'if (given === null) return end();',
        "if (given === null) return lifecycle.step({ type: 'pause', graceMs: 30_000 });",
      ],
    ],
    killedBy: ['test/react/pause.test.tsx'],
    project: 'jsdom',
  },
  {
    name: 'a token that was replaced is judged in place of the new one',
    from: 'this package, before its table of options',
    patches: [
      [lifecycle, "isFixed ? failed.token === 'tried' : refresh === 'used'", "isFixed || refresh === 'used'"],
    ],
    killedBy: [tests.pure],
  },
  {
    name: 'a lower limit of the queue is not applied to what is queued',
    from: 'this package, before its table of options',
    patches: [
      [
        sendQueue,
        "for (const oldest of messages) if (messages.size > limit) drop(oldest, 'full');",
        "const [oldest] = messages;\n      if (oldest && messages.size > limit) drop(oldest, 'full');",
      ],
    ],
    killedBy: ['test/react/options/options.test.tsx'],
    project: 'jsdom',
  },
  {
    name: 'a resync of an older render is called after the jitter',
    from: 'this package, before its table of options',
    patches: [[missed, 'active.config ?? config', 'config']],
    killedBy: [tests.pileUp],
  },

  // React.
  {
    name: 'a component that was hidden shows what another user left behind once',
    from: 'an earlier version of this package',
    patches: [
      [
        'hooks/create-session-store.ts',
        'return of === session.generation() ? value : empty;',
        'return value;',
      ],
    ],
    killedBy: ['test/react/hide-and-show.test.tsx'],
    project: 'jsdom',
  },
  {
    name: 'a pipeline hears one more event when its component is replaced',
    from: 'an earlier version of this package',
    patches: [
      ['hooks/use-ws-stream.ts', 'if (isUnmounting.current) started.current?.stop();', 'void isUnmounting;'],
    ],
    killedBy: ['test/react/use-ws-stream.test.tsx'],
    project: 'jsdom',
  },
  {
    name: 'a pipeline that is switched on again shows its old output',
    from: 'an earlier version of this package',
    patches: [
      [
        'hooks/use-ws-stream.ts',
        '[connection, events$, inputs$, isPipeline]);',
        '[connection, events$, inputs$]);',
      ],
    ],
    killedBy: ['test/react/use-ws-stream.test.tsx'],
    project: 'jsdom',
  },
  {
    name: 'what comes from a socket is outside of act',
    from: 'an earlier version of this package',
    patches: [['src/transport/act.ts', 'if (act !== undefined && isActEnvironment())', 'if (false)']],
    killedBy: ['test/react/testing/act.test.tsx'],
    project: 'jsdom',
  },
  {
    name: 'act does not wait for the commit of a frame',
    from: 'an earlier version of this package',
    patches: [
      [
        'src/transport/frame-scheduler.ts',
        '!globalThis.requestAnimationFrame || isActEnvironment()',
        '!globalThis.requestAnimationFrame',
      ],
    ],
    killedBy: ['test/react/testing/act.test.tsx'],
    project: 'jsdom',
  },
  {
    name: 'StrictMode opens two sockets',
    from: 'partykit/partykit #336, robtaussig/react-use-websocket #138',
    patches: [
      [
        'src/service/holds.ts',
        "    claim.releaseTimer = setTimeout(() => {\n      claims.delete(holder);\n      apply('update');\n    }, 0);",
        "    claims.delete(holder);\n    apply('update');",
      ],
    ],
    killedBy: ['test/react/provider-lifecycle.test.tsx'],
    project: 'jsdom',
  },
  {
    name: 'the config comes after the first effects of components',
    from: 'our own first version',
    patches: [
      [
        'providers/connection-holder.tsx',
        'if (config !== undefined) holds.stage(holder, config, intent);',
        '',
      ],
      ['providers/connection-holder.tsx', '  useCommitEffect(() => {', '  useEffect(() => {'],
    ],
    killedBy: ['test/react/first-effects.test.tsx'],
    project: 'jsdom',
  },
  {
    name: 'a provider that unmounts closes what the app has connected',
    from: 'our own first version',
    patches: [
      [
        'src/service/holds.ts',
        "      claims.delete(holder);\n      apply('update');",
        "      clear();\n      apply('update');",
      ],
    ],
    killedBy: ['test/react/shared-service.test.tsx'],
    project: 'jsdom',
  },
  {
    name: 'queued data is a copy of plain JSON',
    from: 'our own first version',
    patches: [['src/service/outbound/copy-data.ts', '  (data) => structuredClone(data),\n', '']],
    killedBy: ['test/node/service/queued-data.test.ts'],
  },
  {
    name: 'queued data is a clone that has lost its toJSON',
    from: 'our own first version',
    patches: [['src/service/outbound/copy-data.ts', 'if (isAlike(copied)) return', 'return']],
    killedBy: ['test/node/service/queued-data.test.ts'],
  },
  {
    name: 'a frame that the socket does not take blocks the queue',
    from: 'our own first version',
    patches: [[socket, "socket.readyState === OPEN ? { thrown } : 'refused'", "'refused'"]],
    killedBy: ['test/node/service/failed-sends.test.ts'],
  },
  {
    name: 'the first frame of a message is sent again over the next link',
    from: 'our own first version',
    patches: [['src/service/outbound/outgoing-frames.ts', 'if (index > 0)', 'if (index > 99)']],
    killedBy: ['test/node/service/failed-sends.test.ts'],
  },
  {
    name: 'a reply is cut before it is cleaned of secrets',
    from: 'our own first version',
    patches: [
      [
        'src/service/outbound/clean-reply.ts',
        'clean(oneLine(result.message)).slice(0, MAX_MESSAGE_LENGTH)',
        'clean(oneLine(result.message).slice(0, MAX_MESSAGE_LENGTH))',
      ],
    ],
    killedBy: ['test/node/service/cut-secrets.test.ts'],
  },
  {
    name: 'two providers take the connection from each other with every render',
    from: 'our own first version',
    patches: [
      [
        'src/service/holds.ts',
        "if (intent !== 'connect' && before?.isWanted",
        "if (intent === 'connect' && before?.isWanted",
      ],
    ],
    killedBy: ['test/react/two-providers.test.tsx'],
    project: 'jsdom',
  },
  {
    name: 'a provider that another one has signed out is still connecting',
    from: 'our own first version',
    patches: [['providers/shown-state.ts', '  if (wanted.holds.isSignedOut()) return state;', '']],
    killedBy: ['test/react/two-providers.test.tsx'],
    project: 'jsdom',
  },
  {
    name: 'a socket is closed before it has opened',
    from: 'our own first version',
    patches: [[socket, "phase === 'attached' && socket.readyState === CONNECTING", "phase === 'closing'"]],
    killedBy: ['test/node/service/leaving.test.ts'],
  },
  {
    name: 'a newer claim is forgotten that was read while the own one was stored',
    from: 'our own first version',
    patches: [
      [
        openSession,
        'this.#claim = { ...this.#claim, position: claimedAt };',
        'this.#claim = { ...this.#claim, position: claimedAt, rival: null };',
      ],
    ],
    killedBy: [tests.takeover],
  },
  {
    name: 'a session is taken over before it is known whether it can be continued',
    from: 'our own first version',
    patches: [[openSession, "if ((await log.read(position, 1)) === 'trimmed') return 'trimmed';", '']],
    killedBy: [tests.takeover],
  },
  {
    name: 'sessions without a socket count for the limit',
    from: 'our own first version',
    patches: [['server/log/memory-log.ts', 'record.holder === holder', "holder === 'socket'"]],
    killedBy: [tests.takeover],
  },
  {
    name: 'a client is told of a session that the log can not serve',
    from: 'our own first version',
    patches: [[openSession, "if ((await log.read(since, 1)) === 'trimmed') {", 'if (false) {']],
    killedBy: [tests.hub],
  },
  {
    name: "another user's session is continued",
    from: 'the invariant that no user receives the events of another',
    patches: [[serverSession, "if (record.user !== user) return 'foreign';", '']],
    killedBy: [tests.hubSecurity],
  },
  {
    name: 'a forged position shows what was before the session',
    from: 'the invariant that no user receives the events of another',
    patches: [[serverSession, 'comparePositions(progress.position, record.since) >= 0', 'true']],
    killedBy: [tests.hubSecurity],
  },
  {
    name: 'a refused join is a join',
    from: 'the invariant that no user receives the events of another',
    patches: [
      [
        'server/memberships.ts',
        "return answer.kind === 'allowed' ? { ...answer, ask } : { ...answer, kind: 'refused', ask };",
        "return { kind: 'allowed', since: null, ask };",
      ],
    ],
    killedBy: [tests.hubSecurity],
  },
  {
    name: 'a session that comes back reads what its user may not read any more',
    from: 'the invariant that no user receives the events of another',
    patches: [[openSession, 'if (until !== undefined) return', 'if (askJoin !== undefined) return']],
    killedBy: [tests.channels],
  },
  {
    name: 'a new member reads what was before it',
    from: 'the invariant that no user receives the events of another',
    patches: [['server/memberships.ts', 'allowed: result.since', 'allowed: null']],
    killedBy: [tests.channels],
  },
  {
    name: 'a message to a channel is taken from one that has not joined it',
    from: 'the invariant that no user receives the events of another',
    patches: [['server/inbound.ts', 'channel !== undefined && !session.channels.includes(channel)', 'false']],
    killedBy: [tests.channels],
  },
  {
    name: 'a join goes on whose answer was lost',
    from: 'our own first version',
    patches: [[serverSession, 'join <= joins &&', '']],
    killedBy: [tests.channels],
  },
  {
    name: 'an event of a channel is sent live before the past that was asked for',
    from: 'upstash/realtime #21',
    patches: [['server/delivery.ts', "this.#endLive('idle');\n    await task(at);", 'await task(at);']],
    killedBy: [tests.channels],
  },
  {
    name: 'who sends too much is taken for one without a token',
    from: 'our own first version',
    patches: [['server/close-codes.ts', 'tooMany: 4429', 'tooMany: 1008']],
    killedBy: [tests.hub],
  },
  {
    name: 'pongs that nobody asked for keep a socket open',
    from: 'our own first version',
    patches: [['server/socket.ts', 'data === undefined || String(data) === this.#unanswered', 'true']],
    killedBy: [tests.hubSecurity],
  },
  {
    name: 'a token is in the log, in an error of the app',
    from: 'our own first version',
    patches: [['server/hub.ts', "words.replaceAll(token, '<token>')", 'words']],
    killedBy: [tests.hubSecurity],
  },
  {
    name: 'sessions that were ended are saved again',
    from: 'our own first version',
    patches: [
      [
        'server/hub.ts',
        "'The session can not be continued.', 'forgotten'",
        "'The session can not be continued.'",
      ],
    ],
    killedBy: [tests.takeover],
  },
  {
    name: 'a page of foreign entries is read again and again',
    from: 'our own first version',
    patches: [
      [
        'server/redis/redis-log.ts',
        'cursor = last ?? cursor;',
        'cursor = entries.at(-1)?.position ?? cursor;',
      ],
    ],
    killedBy: ['test/node/server/logs.test.ts'],
  },
  {
    name: 'a token in a message is ignored if guests are let in',
    from: 'our own first version',
    patches: [['server/identification.ts', 'if (said !== undefined) return await askSaid(said);', '']],
    killedBy: ['test/node/server/identification.test.ts'],
  },

  // Channels.
  {
    name: 'one of several components that is unmounted leaves the channel for all',
    from: 'use-pusher #43',
    patches: [[membership, "leave: mounts > 1 ? 'not-due' : 'soon'", "mounts: 0, leave: 'soon'"]],
    killedBy: [tests.clientChannels],
  },
  {
    name: 'a channel that is mounted again within the second is left and joined',
    from: 'react-actioncable-provider #21',
    patches: [
      ['src/service/channels/leave-timers.ts', 'const LEAVE_AFTER_MS = 1_000;', 'const LEAVE_AFTER_MS = 1;'],
    ],
    killedBy: [tests.clientChannels],
  },
  {
    name: 'what was queued is sent before the channels are joined again',
    from: 'our own first version',
    patches: [[outbox, '!queue.isEmpty() && !awaitsJoins()', '!queue.isEmpty()']],
    killedBy: [tests.clientChannels],
  },
  {
    name: 'the missed-events notice does not wait until the channels are joined again',
    from: 'the usual recipe: subscribe when the status is connected',
    patches: [
      [
        inbox,
        "((missed.reason !== 'gap' && plugs.channels) || notifier).notify(missed);",
        'notifier.notify(missed);',
      ],
    ],
    killedBy: [tests.clientChannels],
  },
  {
    name: 'a join whose answer was lost with the link is taken for answered',
    from: 'centrifugal/centrifuge-js #425',
    patches: [
      [
        membership,
        "    case 'postponed':\n      return { is: 'unsure' };",
        "    case 'postponed':\n      return { is: 'kept' };",
      ],
    ],
    killedBy: [tests.clientChannels],
  },
  {
    name: 'a leave whose answer was lost with the link is taken for answered',
    from: 'our own first version',
    patches: [
      [
        'src/service/channels/asks.ts',
        'return sent !== undefined && isReceived(sent)',
        'return sent === undefined || isReceived(sent)',
      ],
    ],
    killedBy: [tests.clientChannels],
  },
  {
    name: 'a channel that could not be recovered is taken for recovered',
    from: 'our own first version',
    patches: [[membership, 'gap: event.recovered ? null : { since: undefined }', 'gap: null']],
    killedBy: [tests.clientChannels],
  },
  {
    name: 'the positions of the last user are given for the next one',
    from: 'upstash/realtime #21',
    patches: [
      [
        membership,
        "      return { ...channel, server: { is: 'out' }, gap: null };",
        "      return { ...channel, server: { is: 'out' }, gap: { since: 'p1' } };",
      ],
    ],
    killedBy: [tests.clientChannels],
  },
  {
    name: 'a position is kept though events that were held are dropped',
    from: 'our own first version',
    patches: [[channels, 'if (!barrier.isOpen()) position = undefined;', '']],
    killedBy: [tests.clientChannels],
  },
  {
    name: 'a position of a session is asked for in all sessions after it',
    from: 'our own first version',
    patches: [[channels, 'begins after it.\n        position = undefined;', 'begins after it.']],
    killedBy: ['test/node/service/foreign-channels.test.ts'],
  },
  {
    name: 'a channel that the app of the server could not decide on is refused for good',
    from: 'our own first version',
    patches: [
      [
        'src/protocols/envelope-channels.ts',
        "if (passing.includes(details['id'])) return { is: 'postponed' };",
        '',
      ],
    ],
    killedBy: [tests.channelFaults],
  },
  {
    name: 'a channel that can be joined makes those that can not be asked about more often',
    from: 'our own first version',
    patches: [
      [
        'src/service/channels/second-ask.ts',
        'if (undecided.delete(name) && undecided.size === 0) nextMs',
        'undecided.delete(name);\n      nextMs',
      ],
    ],
    killedBy: [tests.channelFaults],
  },
  {
    name: 'a join that was too large for the server is sent as large again',
    from: 'our own first version',
    patches: [
      ['src/service/channels/asks.ts', 'if (code === MESSAGE_TOO_BIG) mostBytes = CAREFUL_BYTES;', ''],
    ],
    killedBy: [tests.clientAndHub],
  },
  {
    name: 'a hub that takes small frames closes the link on a join of many channels',
    from: 'our own first version',
    patches: [
      ['server/inbound.ts', 'Math.max(limits.frameBytes, CHANNELS_FRAME_BYTES)', 'limits.frameBytes'],
    ],
    killedBy: [tests.clientAndHub],
  },
  {
    name: 'a refused channel is asked for again with each link',
    from: 'our own first version',
    patches: [[channels, 'if (usedToken !== token) changeAll', 'changeAll']],
    killedBy: [tests.clientChannels],
  },
  // Live queries. `from` of the most: what a handler with `setQueryData` does.
  {
    name: 'an event during a fetch changes the old data alone',
    from: 'TanStack/query #3579',
    patches: [
      [
        liveSource,
        "const isHolding = (): boolean => fetching !== undefined || planned !== 'no';",
        "const isHolding = (): boolean => planned !== 'no';",
      ],
    ],
    project: 'jsdom',
    killedBy: [tests.live],
  },
  {
    name: 'an event that is in the fetched data is applied again',
    from: 'TanStack/query #3579',
    patches: [[heldEvents, 'return isUpTo(place, reached);', 'return false;']],
    killedBy: [tests.heldEvents],
  },
  {
    name: 'a fetch that began before events were missed is taken for whole',
    from: 'the recipe of TanStack Query: invalidateQueries during the first fetch',
    patches: [[liveSource, 'if (attempt) return attempt.abort();', 'if (attempt) return;']],
    project: 'jsdom',
    killedBy: [tests.live],
  },
  {
    name: 'a reducer that throws leaves the data without its event',
    from: 'the recipe of TanStack Query: a handler that throws',
    patches: [[liveSource, 'if (thrown === undefined) return;', 'return;']],
    project: 'jsdom',
    killedBy: [tests.live],
  },
  {
    name: 'a reducer that throws each time fetches in a loop',
    from: 'the recipe of TanStack Query: invalidateQueries in a catch',
    patches: [[liveSource, 'if (throwPause !== undefined) return;', '']],
    project: 'jsdom',
    killedBy: [tests.live],
  },
  {
    name: 'each component has a live query of its own',
    from: 'react-use-websocket: a hook folds for itself',
    patches: [
      [createLiveQuery, 'const known = entries.get(hash) ?? createEntry', 'const known = createEntry'],
    ],
    project: 'jsdom',
    killedBy: [tests.live],
  },
  {
    name: 'the data of a live query is kept for ever',
    from: 'an app with a cache of its own',
    patches: [[createLiveQuery, 'wait(gcMs - lingerMs, forget);', '']],
    project: 'jsdom',
    killedBy: [tests.live],
  },
  {
    name: 'the data of the last user is shown to the next one',
    from: 'TanStack Query: a cache that nobody clears at a sign-out',
    patches: [
      [liveSource, 'const stopWatching = session.onReplaced(onReplaced);', 'const stopWatching = () => {};'],
    ],
    project: 'jsdom',
    killedBy: [tests.live],
  },
  {
    name: 'what was fetched before the session began is taken for whole',
    from: 'the recipe of TanStack Query: a fetch beside the first connection',
    patches: [[liveSource, 'fetching = following ? standingOfGate() :', "fetching = following ? 'whole' :"]],
    project: 'jsdom',
    killedBy: [tests.live],
  },
  {
    name: 'what was fetched on a link of a silent server is taken for whole on the next one',
    from: 'our own first version',
    patches: [[liveSource, "if (data === 'presumed') data = 'holed';", '']],
    project: 'jsdom',
    killedBy: [tests.live],
  },
  {
    name: 'a fetch that began on the lost link of a silent server is taken for whole',
    from: 'our own first version',
    patches: [[liveSource, "fetching = 'holed';\n      attempt?.abort();", '']],
    project: 'jsdom',
    killedBy: [tests.live],
  },
  {
    name: 'a live query without reducers is found out when the first event comes',
    from: 'our own first version',
    patches: [
      [
        'src/service/live/check-options.ts',
        "checkLive('on', isPlain(on) && Object.values(on).every(isFunctionOrNone));",
        '',
      ],
    ],
    project: 'jsdom',
    killedBy: [tests.liveWrong],
  },
  {
    name: 'a gcTime that is NaN is taken for a time',
    from: 'our own first version',
    patches: [
      [
        'src/service/live/check-options.ts',
        "typeof gcTime === 'number' && gcTime >= 0",
        "typeof gcTime === 'number'",
      ],
    ],
    project: 'jsdom',
    killedBy: [tests.liveWrong],
  },
  {
    name: 'a channel is fetched before it is joined',
    from: 'laravel/echo, pusher-js: subscribe and fetch side by side',
    patches: [
      [channelGate, "if (status === 'joined') return 'open';", "if (status !== 'refused') return 'open';"],
    ],
    project: 'jsdom',
    killedBy: [tests.liveChannel],
  },
  {
    name: 'an event takes back that a query was invalidated',
    from: 'TanStack Query: setQueryData marks a query as fresh',
    patches: [
      [
        tanstackQueries,
        'query.setState({ data, dataUpdatedAt: Date.now() });',
        'client.setQueryData(query.queryKey, data);',
      ],
    ],
    project: 'jsdom',
    killedBy: [tests.liveTanstack],
  },
  {
    name: 'a query that nothing keeps up to date is taken for fresh',
    from: 'TanStack Query: staleTime',
    patches: [
      [
        'tanstack-query/live-query-options.ts',
        "return wanted !== false && !isFollowed(query) ? 'always' : wanted;",
        'return wanted;',
      ],
    ],
    project: 'jsdom',
    killedBy: [tests.liveTanstack],
  },
  // State that is shared, or folded in a component.
  {
    name: 'a store is written with each event',
    from: 'the usual recipe: set in an event handler',
    patches: [[storeLink, 'scheduleCommit(commitSafely);', 'commitSafely();']],
    killedBy: [tests.stores],
  },
  {
    name: 'a store that is attached twice folds each event twice',
    from: 'the usual recipe: a subscription in each component',
    patches: [[storeLink, 'if (next === current) return;\n    listening.unsubscribe();', '']],
    killedBy: [tests.stores],
  },
  {
    name: 'what an action sets overwrites the events of the frame',
    from: 'our own first version',
    patches: [[withEvents, '        link.guard(commit);\n', '']],
    killedBy: [tests.stores],
  },
  {
    name: 'an action reads the state of the last frame',
    from: 'our own first version',
    patches: [
      [withEvents, 'initializer(inTurn(set), pending.current, api)', 'initializer(inTurn(set), get, api)'],
    ],
    killedBy: [tests.stores],
  },
  {
    name: 'storage that is read late is overwritten by the events of the frame',
    from: 'our own first version',
    patches: [[pendingFolds, 'if (done > 0 && base !== now) done = 0;', '']],
    killedBy: [tests.stores],
  },
  {
    name: 'a fold that throws is tried again with each event',
    from: 'our own first version',
    patches: [
      [
        pendingFolds,
        'folds.splice(done, 1);\n        onThrown(fold.name, thrown);',
        'onThrown(fold.name, thrown);\n        break;',
      ],
    ],
    killedBy: [tests.stores],
  },
  {
    name: 'a store shows the next user the state of the last one',
    from: 'the invariant that no user receives the events of another',
    patches: [[storeLink, '        guard(reset);\n        owner = own();', '        owner = own();']],
    killedBy: [tests.stores],
  },
  {
    name: 'a store shows the user of a new provider the state of the last one',
    from: 'the invariant that no user receives the events of another',
    patches: [[storeLink, 'if (owner && !isSameSession(owner, key)) guard(reset);', '']],
    killedBy: [tests.stores],
  },
  {
    name: 'a subscriber of a store that throws stops what else is shown',
    from: 'our own first version',
    patches: [
      [
        storeLink,
        "    } catch (thrown) {\n      reporter?.thrown('A subscriber of a store with events', thrown);\n    }",
        '    } finally {\n    }',
      ],
    ],
    killedBy: [tests.stores],
  },
  {
    name: 'a typing indicator never ends',
    from: 'the usual recipe: useState and an event handler',
    patches: [
      ['hooks/use-ws-recent.ts', 'if (leftMs <= 0) entries.delete(about);', 'if (leftMs <= 0) leftMs;'],
    ],
    killedBy: [tests.sharedState],
    project: 'jsdom',
  },
  {
    name: 'a throttled component does not end with the newest event',
    from: 'the usual recipe: a throttle without its trailing edge',
    patches: [['hooks/throttled.ts', 'if (isDue) tell();', '']],
    killedBy: [tests.sharedState],
    project: 'jsdom',
  },
  {
    name: 'a throttled component goes on showing the event of the last user',
    from: 'the invariant that no user receives the events of another',
    patches: [['hooks/throttled.ts', 'timer === undefined || !newest.getState()', 'timer === undefined']],
    killedBy: [tests.sharedState],
    project: 'jsdom',
  },
  {
    name: 'a reducer that starts with the newest misses the event that is not shown yet',
    from: 'our own first version',
    patches: [
      [
        'src/store/latest-events.ts',
        'newest: () => recorded.get(name) ?? shown(name)',
        'newest: () => shown(name)',
      ],
    ],
    killedBy: [tests.sharedState],
    project: 'jsdom',
  },
  {
    name: 'a text with a hole is shown as whole',
    from: 'the usual recipe: append in an event handler',
    patches: [
      [
        'hooks/use-ws-text.ts',
        'useMissedEvents(() => fold.change(markMissed)',
        'useMissedEvents(() => undefined',
      ],
    ],
    killedBy: [tests.text],
    project: 'jsdom',
  },
  {
    name: 'a command that is sent again is stored again',
    from: 'our own first version, with the defaults of ioredis',
    patches: [['server/redis/appender.ts', 'if known then return known end', '']],
    killedBy: [tests.redisLink],
  },
  {
    name: 'an entry is taken for lost because the link broke before the reply',
    from: 'our own first version, with the defaults of node-redis',
    patches: [['server/redis/appender.ts', 'return send();', 'throw thrown;']],
    killedBy: [tests.redisLink],
  },
  {
    name: 'sessions that have expired count against the limit',
    from: 'our own first version of a bounded count',
    patches: [
      ['server/redis/redis-log.ts', "redis.call('ZREMRANGEBYSCORE', key, '-inf',", "redis.call('ECHO',"],
    ],
    killedBy: ['test/node/server/logs.test.ts'],
  },
  {
    name: 'a client is told of the end of a membership before it is saved',
    from: 'our own first version',
    patches: [['server/delivery.ts', 'if (membership) await this', 'if (membership) void this']],
    killedBy: [tests.channels],
  },
  {
    name: 'a session keeps the request of its handshake',
    from: 'our own first version',
    patches: [['server/socket.ts', 'if (this.#door?.hasToken) this.#leaveDoor();', '']],
    killedBy: [tests.hubSockets],
  },
  {
    name: 'each event is a write of its own',
    from: 'our own first version',
    patches: [
      ['server/socket.ts', 'if (this.#stream && !this.#isHeldBack) {', 'if (this.#stream && this.isOver) {'],
    ],
    killedBy: [tests.hubSockets],
  },
  {
    name: 'a client is cut for what the server holds back',
    from: 'our own first version of one write for several events',
    patches: [['server/socket.ts', 'this.release();\n    return this.#hasMuchWaiting();', 'return true;']],
    killedBy: [tests.hubSockets],
  },
  {
    name: 'with the rules of the protocol, the fake lets another user continue a session',
    from: 'our own first version',
    patches: [['src/testing/sessions.ts', 'Object.is(known.user, user)', 'true']],
    killedBy: ['test/node/testing/ws-contract.test.ts'],
  },
  {
    name: 'a tab that lacks more than the ring has is told nothing',
    from: 'our own list of what can go wrong between tabs',
    patches: [['tabs/ring.ts', 'return from !== null && seq >= from;', 'return from !== null;']],
    killedBy: [tests.tabRules],
  },
  {
    name: 'a tab that attaches gets the whole ring again, or nothing',
    from: 'our own list of what can go wrong between tabs',
    patches: [
      ['tabs/ring.ts', 'items.filter(({ last }) => last >= seq)', 'items.filter(({ last }) => last > seq)'],
    ],
    killedBy: [tests.tabRules],
  },
  {
    name: 'a tab takes what a relay of an older term says',
    from: 'our own list of what can go wrong between tabs',
    patches: [['tabs/tab.ts', 'if (order < 0) return', 'if (order < Number.NEGATIVE_INFINITY) return']],
    killedBy: [tests.tabRules],
  },
  {
    name: 'a relay goes on beside a newer one',
    from: 'our own list of what can go wrong between tabs',
    patches: [
      [
        'tabs/tab.ts',
        "tab.speaking && !isOwn ? stopSpeaking(next, 'wait')",
        "tab.speaking && isOwn ? stopSpeaking(next, 'wait')",
      ],
    ],
    killedBy: [tests.tabRules],
  },
  {
    name: 'a hidden relay does not yield to a visible tab',
    from: 'our own list of what can go wrong between tabs',
    patches: [
      [
        'tabs/relay.ts',
        'if (own === null || heir === undefined ||',
        'if (own !== null || heir === undefined ||',
      ],
    ],
    killedBy: [tests.tabRules],
  },
  {
    name: 'a relay yields as soon as its page is hidden',
    from: 'our own list of what can go wrong between tabs',
    patches: [['tabs/relay.ts', 'ticks - next.visibleAt < HIDDEN_TICKS', 'ticks < next.visibleAt']],
    killedBy: [tests.tabRules],
  },
  {
    name: 'a frozen relay keeps its lock',
    from: 'our own list of what can go wrong between tabs',
    patches: [['tabs/tab.ts', 'nowMs - next.heardAtMs < SILENCE_MS', 'nowMs > 0']],
    killedBy: [tests.tabRules],
  },
  {
    name: 'a tab that was asleep itself takes the lock from a relay that is well',
    from: 'our own list of what can go wrong between tabs',
    patches: [['tabs/tab.ts', 'nowMs - tab.tickedAtMs > LATE_MS', 'nowMs < tab.tickedAtMs']],
    killedBy: [tests.tabRules],
  },
  {
    name: 'a hidden tab, whose timers are slow, takes the lock',
    from: 'our own list of what can go wrong between tabs',
    patches: [
      ['tabs/tab.ts', "tab.page !== 'frozen' : tab.page === 'visible'", "tab.page !== 'frozen' : true"],
    ],
    killedBy: [tests.tabRules],
  },
  {
    name: 'a new relay begins a new session',
    from: 'our own list of what can go wrong between tabs',
    patches: [['tabs/relay.ts', 'resume: own ?? lacking ?? anyone ?? null', 'resume: null']],
    killedBy: [tests.tabRules],
  },
  {
    name: 'a new relay leaves out what another tab lacks',
    from: 'our own list of what can go wrong between tabs',
    patches: [
      [
        'tabs/relay.ts',
        "return [{ ...running, ring }, [{ type: 'connect', resume: lacking }]];",
        "return [{ ...running, ring }, [{ type: 'connect', resume: own }]];",
      ],
    ],
    killedBy: [tests.tabRules],
  },
  {
    name: 'a message to an older relay is sent again by the new one',
    from: 'our own list of what can go wrong between tabs',
    patches: [['tabs/relay.ts', 'term.join() !== relay.term.join() ||', '']],
    killedBy: [tests.tabRules],
  },
  {
    name: 'the socket stays open when the last tab has left',
    from: 'our own list of what can go wrong between tabs',
    patches: [['tabs/relay.ts', "tabs.length === 0 ? [{ type: 'unused' }] : []", '[]']],
    killedBy: [tests.tabRules],
  },
  {
    name: 'a relay takes its protocol for another one at each change of the config',
    from: 'our own list of what can go wrong between tabs',
    patches: [['tabs/upstream.ts', 'taps.get(protocol) ?? createTap(protocol)', 'createTap(protocol)']],
    killedBy: [tests.sharing],
  },
  {
    name: 'a relay that came back from the back/forward cache does not know its session',
    from: 'our own first version',
    patches: [
      ['tabs/relay.ts', '!(hasSession && covers(relay.ring, nextSeq))', '!covers(relay.ring, nextSeq)'],
    ],
    killedBy: [tests.tabRules],
  },
];
