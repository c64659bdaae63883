/** Builds one world of a client, its app and page, a network and a server, and runs commands in it. */

import {
  createWebSocketService,
  envelopeProtocol,
  type IWebSocketConfig,
  type Protocol,
  type StandardSchemaV1,
} from 'everwire/core';
import { mattermostProtocol } from 'everwire/mattermost';
import { seededRandom } from '../../support/seeded-random.ts';
import { type Command, eventNames, familyOf, type Reaction, type Setup } from './commands.ts';
import { type Credentials, createCredentials } from './credentials.ts';
import { createSockets, type Sockets } from './fake-socket.ts';
import type { Totals } from './figures.ts';
import { createInvariantChecker, type InvariantChecker } from './invariants.ts';
import { createModelServer } from './model-server.ts';
import { createPage, type Page } from './page.ts';
import { createVirtualTime } from './virtual-time.ts';

/** Each throws as soon as an invariant is broken. */
export interface World {
  /** The app connects for the first time. */
  begin(): Promise<void>;
  carryOut(command: Command): Promise<void>;
  /** Ends all faults, waits for ten minutes, and checks that nothing is missing. */
  heal(): Promise<void>;
  /** Disposes of the client, and checks that nothing is left. */
  end(): Promise<void>;
  /** Restores the globals. */
  restore(): void;
}

/** More timers than this in one sequence mean that something runs in a loop. */
const STEP_LIMIT = 30_000;

const RECOVERY_MS = 600_000;
/** The app checks a stopped connection after this time. */
const REVIVAL_MS = 2_000;
const FULL_BUFFER_BYTES = 8_388_608;

const firstFrameProtocol: Protocol = {
  ...envelopeProtocol,
  name: 'first-frame',
  connectedOn: 'first-frame',
  answersPings: 'surely',
};

const protocols: Readonly<Record<Setup['protocol'], Protocol>> = {
  envelope: envelopeProtocol,
  'first-frame': firstFrameProtocol,
  mattermost: mattermostProtocol,
};

const realSetImmediate = setImmediate;

/** Lets every microtask run. */
function settle(): Promise<void> {
  return new Promise((resolve) => realSetImmediate(resolve));
}

export function createWorld(given: Setup, totals: Totals, story: string[] | null = null): World {
  /** Some options change. */
  const setup: { -readonly [Key in keyof Setup]: Setup[Key] } = { ...given };
  const random = seededRandom(setup.seed);
  const time = createVirtualTime((thrown) => checker.onUncaught(thrown));
  const page: Page = createPage(time, { frames: setup.frames }, (thrown) => checker.onUncaught(thrown));
  const server = createModelServer(time, setup.server);
  let steps = 0;
  let nonces = 0;
  /** A handler has just changed the identity: the event that is being dispatched still reaches all subscribers. */
  let leaving: string | null = null;
  let life: 'running' | 'healed' | 'over' = 'running';
  const aborts: AbortController[] = [];

  const app: Credentials = createCredentials({
    setup,
    time,
    server,
    random,
    onAsked(what, owner) {
      if (owner !== app.user && owner !== leaving)
        checker.violate('S5', `the ${what} of ${owner} is asked for`);
      return checker.onAsked(what);
    },
  });
  const checker: InvariantChecker = createInvariantChecker({
    time,
    page,
    server,
    setup,
    totals,
    tell: (line) => story?.push(`${time.nowMs.toFixed(0).padStart(8)} ms  ${line}`),
    isDue: (owner) => owner === (setup.auth === 'none' ? 'nobody' : app.user) || owner === leaving,
  });
  const sockets: Sockets = createSockets(time, page, server, {
    latencyMs: setup.latencyMs,
    onConstructed: (socket) => checker.onConstructed(socket),
    onOpen: (socket) => checker.onOpen(socket),
    onClose: (socket, code) => checker.onClose(socket, code),
    onFrame: (socket, frame) => checker.onFrame(socket, frame),
    onSend: (frame) => checker.onSend(frame),
    aroundDetached: (call) => checker.aroundDetached(call),
  });
  const restoreTime = time.install();
  const restorePage = page.install();
  const service = createWebSocketService();
  checker.attach(service, sockets);

  const pause = <T>(maxMs: number, answer: T): Promise<T> =>
    new Promise((resolve) => time.later(random() * maxMs, () => page.run(() => resolve(answer))));
  const thinker: StandardSchemaV1 = {
    '~standard': {
      version: 1,
      vendor: 'model',
      validate: (value) => (random() < 0.5 ? { value } : pause(8_000, { value })),
    },
  };
  const slowness = {
    schemas: { a: thinker, b: thinker },
    resync: () => pause(15_000, null),
    resyncTimeout: 9_000,
    missedEventsJitter: 3_000,
  };

  const config = (): IWebSocketConfig => ({
    ...app.config(),
    auth: setup.auth,
    protocol: protocols[setup.protocol],
    reconnectAttempts: setup.reconnectAttempts,
    backoff: setup.backoff,
    backoffAfter: setup.backoffAfter,
    heartbeat: setup.heartbeat,
    sendQueue: setup.sendQueue,
    batch: setup.batch,
    pauseGrace: setup.pauseGrace,
    ...(setup.pace === 'slow' && slowness),
    WebSocket: sockets.WebSocket,
    random,
    logger: {
      debug: (...words) => checker.onLog('debug', words),
      info: (...words) => checker.onLog('info', words),
      warn: (...words) => checker.onLog('warn', words),
      error: (...words) => checker.onLog('error', words),
    },
  });

  const connect = (): void => {
    checker.onRestartAllowed();
    service.connect(config());
  };

  /** Functions are not compared, and with an identity another token is the same user's. */
  const change = (what: 'url' | 'token' | 'identity'): void => {
    const hasIdentity = setup.identity === 'given' || setup.token === 'function';
    // Each change brings another token.
    const isSameToken = hasIdentity || setup.auth === 'none';
    const isSame = {
      url: setup.url === 'function' && isSameToken,
      token: isSameToken,
      // Without a token and an identity, the config names no user: it stays the same one.
      identity: !hasIdentity && setup.auth === 'none',
    };
    if (!isSame[what]) checker.anotherSession();
    app.change(what);
    connect();
  };

  /** A handler of `errors$` runs. */
  let isReporting = false;
  /** How often such a handler has cleared the queue. */
  let clears = 0;

  const send = (): void => {
    nonces += 1;
    const nonce = nonces;
    const before = clears;
    const result = service.send(`msg-${nonce}`, { nonce });
    checker.sent(nonce, result, clears > before ? 'cleared' : isReporting ? 'unreported' : undefined);
  };

  const request = (what: string): void => {
    nonces += 1;
    const nonce = nonces;
    const controller = new AbortController();
    aborts.push(controller);
    checker.requested(nonce, service.request(what, { nonce }, { signal: controller.signal }));
  };

  const react = (reaction: Reaction): void => {
    totals.faults['re-entrant'] += 1;
    switch (reaction) {
      case 'subscribe':
        return checker.subscribe(null, 'plain');
      case 'unsubscribe':
        return checker.unsubscribe(Math.floor(random() * 8), 'in flight');
      case 'send':
        return send();
      case 'request':
        return request('ask');
      case 'reconnect':
        checker.onRestartAllowed();
        return service.reconnect();
      case 'disconnect':
        return service.disconnect();
      case 'connect':
        return connect();
      case 'change-identity':
        leaving ??= app.user;
        return change('identity');
      case 'throw':
        throw new Error('a handler that throws');
      default:
        reaction satisfies never;
    }
  };

  /** Runs once, at the next occasion. */
  const armReaction = (at: 'event' | 'status' | 'missed' | 'error', reactions: readonly Reaction[]): void => {
    let armed = true;
    const act = (): void => {
      if (!armed || life !== 'running') return;
      armed = false;
      for (const reaction of reactions) react(reaction);
    };
    switch (at) {
      case 'event':
        return checker.subscribe(null, act);
      case 'status':
        service.store.subscribe((now, before) => {
          if (now.status === before.status) return;
          // What a report causes is counted, and not reported again.
          if (isReporting) act();
          else checker.handler(act);
        });
        return;
      case 'missed':
        service.missed$.subscribe(() => checker.handler(act));
        return;
      case 'error':
        // An error in a handler of errors$ itself cannot be reported there.
        service.errors$.subscribe(() => {
          if (!armed || life !== 'running') return;
          armed = false;
          isReporting = true;
          const before = service.store.getState().status;
          for (const reaction of reactions) if (reaction !== 'throw') react(reaction);
          isReporting = false;
          const { status } = service.store.getState();
          if (status !== 'disconnected' && status !== 'connecting') return;
          // It was connecting already, and still is: the queue is of the same session.
          const mayEnd = reactions.includes('disconnect') || reactions.includes('change-identity');
          if (before === 'connecting' && status === 'connecting' && !mayEnd) return;
          clears += 1;
          checker.cleared();
        });
        return;
      default:
        at satisfies never;
    }
  };

  // Time.

  const raise = (): void => {
    if (checker.violations.length > 0) throw new Error(checker.violations.slice(0, 5).join('\n'));
  };

  let reviving = false;
  /** Some time after a stop is reported, the app does something about it. */
  const lookAfter = (): void => {
    if (reviving || life === 'over' || service.store.getState().status !== 'disconnected') return;
    reviving = true;
    time.later(REVIVAL_MS, () => {
      reviving = false;
      page.run(() => {
        const { status, reason } = service.store.getState();
        if (status !== 'disconnected' || life === 'over') return;
        if (reason === 'unauthorized') app.renew();
        if (reason === 'attempts-exhausted' && random() < 0.5) {
          checker.onRestartAllowed();
          service.reconnect();
        } else connect();
      });
    });
  };

  const look = async (): Promise<void> => {
    await settle();
    leaving = null;
    checker.check();
    raise();
    lookAfter();
  };

  const pass = async (ms: number): Promise<void> => {
    const untilMs = time.nowMs + ms;
    for (let next = time.nextAtMs(); next !== null && next <= untilMs; next = time.nextAtMs()) {
      steps += 1;
      totals.steps += 1;
      if (steps > STEP_LIMIT) throw new Error(`L2: more than ${STEP_LIMIT} steps in one sequence`);
      time.runNext();
      await look();
    }
    time.moveTo(untilMs);
  };

  const signal = (what: Extract<Command, { do: 'signal' }>['what']): void => {
    switch (what) {
      case 'online':
      case 'focus':
        checker.woken();
        return page.signal('window', what);
      case 'offline':
        return page.signal('window', 'offline');
      case 'resume':
        checker.woken();
        return page.signal('document', 'resume');
      case 'show':
        checker.woken();
        page.setVisible('hidden');
        return page.setVisible('visible');
      case 'hide':
        return page.setVisible('hidden');
      default:
        what satisfies never;
    }
  };

  const fault = (what: Extract<Command, { do: 'fault' }>['what']): boolean => {
    switch (what) {
      case 'skip':
        return server.skip();
      case 'withhold':
        return server.withhold('a');
      case 'swap':
        return server.swap();
      case 'repeat':
        return server.repeat(Math.floor(random() * 4));
      case 'greet-again':
        return server.greetAgain();
      case 'count-anew':
        return server.countAnew();
      case 'stray-reply':
        return server.strayReply();
      default:
        what satisfies never;
        return false;
    }
  };

  const emit = (): void => server.emit(eventNames[Math.floor(random() * eventNames.length)] ?? 'a');

  const sleep = async (
    ms: number,
    timers: 'late' | 'paused',
    first: 'callbacks' | 'timers',
  ): Promise<void> => {
    page.sleep();
    await pass(ms);
    checker.disturbed(ms);
    page.wake(timers, first);
    await pass(0);
  };

  /** Nothing is left as soon as it returns, unless a handler of the status has asked for more. */
  const stop = (ask: () => void, when: string): void => {
    const { restartsAllowed } = checker;
    ask();
    if (checker.restartsAllowed === restartsAllowed) checker.checkStopped(when);
  };

  const pauseNow = (): void => {
    stop(() => {
      // A session that was stopped in another way is over already.
      const { reason } = service.store.getState();
      if (reason === null || reason === 'attempts-exhausted') checker.pausing(setup.pauseGrace);
      service.connect({ ...config(), url: '' });
    }, 'without an address');
  };

  const reconnect = (): void => {
    const before = sockets.live;
    service.reconnect();
    if (before.some(({ closedWith, isLeft }) => closedWith === null && !isLeft)) {
      checker.violate('S6', 'reconnect() left the old link as it was');
    }
  };

  const carryOut = async (command: Command): Promise<boolean> => {
    switch (command.do) {
      case 'pass':
        await pass(command.ms);
        return true;
      case 'emit':
        for (let sent = 0; sent < command.count; sent += 1) {
          emit();
          if (command.gapMs > 0) await pass(command.gapMs);
        }
        return true;
      case 'handshakes':
        server.script.push(...Array.from({ length: command.count }, () => command.how));
        if (command.drop) server.drop('lost');
        return true;
      case 'token':
        if (setup.token === 'text' || setup.auth === 'none') return false;
        app.tokenScript.push(...Array.from({ length: command.times }, () => command.how));
        server.drop('lost');
        return true;
      case 'address':
        if (setup.url === 'text') return false;
        app.urlScript.push(...Array.from({ length: command.times }, () => command.how));
        server.drop('lost');
        return true;
      case 'expire-token':
        if (setup.auth === 'none') return false;
        server.expireTokens(app.user);
        // Mattermost closes no socket for it: it refuses the next ping.
        if (command.close && setup.server.dialect === 'envelope') server.close(4401, 'expired');
        return true;
      case 'emit-large':
        server.emit(eventNames[0], command.costMs);
        for (let passedMs = 0; command.signals && passedMs < command.costMs; passedMs += 2_000) {
          signal('focus');
          await pass(2_000);
        }
        return true;
      case 'drop':
        if (server.link === null) return false;
        server.drop(command.underWay);
        return true;
      case 'close':
        if (server.link === null) return false;
        server.close(command.code, command.quotesToken ? `of ${app.given}` : 'so long');
        return true;
      case 'restart':
        server.restart(command.how);
        return true;
      case 'clog':
        if (sockets.live.length === 0) return false;
        checker.clogged('clogged');
        sockets.clog(FULL_BUFFER_BYTES);
        await pass(command.ms);
        sockets.clog(0);
        checker.clogged('clear');
        return true;
      case 'half-open':
        if (!sockets.stall()) return false;
        for (let sent = 0; sent < command.emits; sent += 1) emit();
        await pass(command.ms);
        sockets.endStall(command.end);
        return true;
      case 'garbage':
        for (let sent = 0; sent < command.times; sent += 1) if (!server.garbage(command.frame)) return false;
        return true;
      case 'fault':
        return fault(command.what);
      case 'signal':
        signal(command.what);
        return true;
      case 'sleep':
        await sleep(command.ms, command.timers, command.first);
        if (!command.wakes) return true;
        checker.woken();
        page.signal('document', 'resume');
        return true;
      case 'put-away':
        page.signal('window', 'pagehide', { persisted: true });
        await settle();
        if (sockets.live.length > 0)
          checker.violate('rule 9', 'a socket is live in a page that was put away');
        await sleep(command.ms, 'paused', 'timers');
        checker.woken();
        page.signal('window', 'pageshow', { persisted: true });
        return true;
      case 'jump-clock':
        time.jumpWall(command.ms);
        checker.disturbed(0);
        return true;
      case 'late-callbacks':
        return sockets.callDetached() > 0;
      case 'connect':
        connect();
        return true;
      case 'reconnect':
        checker.onRestartAllowed();
        reconnect();
        return true;
      case 'disconnect':
        stop(() => service.disconnect(), 'after disconnect()');
        return true;
      case 'disable':
        pauseNow();
        return true;
      case 'pause':
        pauseNow();
        await pass(command.ms);
        connect();
        return true;
      case 'reconfigure': {
        const { heartbeat } = command.to;
        const mayBeOff = setup.protocol === 'envelope';
        Object.assign(setup, command.to, {
          heartbeat: heartbeat === false && !mayBeOff ? setup.heartbeat : heartbeat,
        });
        checker.reconfigured();
        connect();
        return true;
      }
      case 'misconfigure':
        stop(() => service.connect({ ...config(), reconnectDelay: -1 }), 'with a config that cannot work');
        return true;
      case 'change':
        for (let times = 0; times < command.times; times += 1) change(command.what);
        return true;
      case 'subscribe':
        checker.subscribe(command.to, command.kind);
        return true;
      case 'unsubscribe':
        checker.unsubscribe(command.which, 'at rest');
        return true;
      case 'react':
        armReaction(command.at, command.with);
        return true;
      case 'send':
        for (let sent = 0; sent < command.count; sent += 1) send();
        return true;
      case 'request':
        for (let sent = 0; sent < command.count; sent += 1) request(command.what);
        return true;
      case 'abort':
        aborts[command.which % Math.max(aborts.length, 1)]?.abort();
        return true;
      default:
        command satisfies never;
        return false;
    }
  };

  return {
    async begin() {
      connect();
      await look();
      await pass(setup.latencyMs * 4 + 20);
    },
    async carryOut(command) {
      story?.push(`${time.nowMs.toFixed(0).padStart(8)} ms  # ${command.do}`);
      const isDone = await carryOut(command);
      totals.commands += 1;
      const family = familyOf(command);
      if (isDone && family !== null) totals.faults[family] += 1;
      await look();
      checker.checkTexts();
      raise();
    },
    async heal() {
      life = 'healed';
      story?.push(`${time.nowMs.toFixed(0).padStart(8)} ms  # all faults end`);
      app.tokenScript.length = 0;
      app.urlScript.length = 0;
      server.heal();
      sockets.clog(0);
      sockets.endStall('flows');
      signal('show');
      // A handshake that is under way may still fail.
      await pass(setup.latencyMs * 4);
      sockets.endStall('flows');
      const healedAtMs = time.nowMs;
      const untilMs = healedAtMs + RECOVERY_MS;
      while (time.nowMs < untilMs && service.store.getState().status !== 'connected') await pass(250);
      totals.worstRecoveryMs = Math.max(totals.worstRecoveryMs, time.nowMs - healedAtMs);
      await pass(Math.max(untilMs - time.nowMs, 0));
      const { status, reason } = service.store.getState();
      if (status !== 'connected') checker.violate('L1', `${status} (${reason}) after all faults ended`);
      // The first may reveal a gap: a server with wrong numbers is found out then.
      for (let fresh = 0; fresh < 3; fresh += 1) {
        emit();
        await pass(20_000);
      }
      if (checker.hasLostLinkToPing() && service.store.getState().status !== 'connected') await pass(60_000);
      checker.checkComplete(server.session?.lastUid ?? -1);
      for (const what of ['ask', 'ask-fail', 'ask-never']) request(what);
      await pass(30_000);
      checker.checkSettled();
      checker.checkTexts();
      raise();
    },
    async end() {
      life = 'over';
      service.dispose();
      checker.checkStopped('after dispose()');
      const made = sockets.all.length;
      const { length } = checker.accepted;
      for (const what of ['online', 'offline', 'hide', 'show', 'focus', 'resume'] as const) signal(what);
      sockets.callDetached();
      for (let sent = 0; sent < 3; sent += 1) emit();
      await pass(60_000);
      if (sockets.all.length !== made || checker.accepted.length !== length) {
        checker.violate('S8', 'something happened after dispose()');
      }
      checker.checkStopped('a minute after dispose()');
      checker.finish();
      raise();
    },
    restore() {
      restorePage();
      restoreTime();
    },
  };
}
