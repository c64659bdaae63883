/** The channels of one connection: counts who wants them, and brings the server's side in line. */

import type { ChannelState } from '../../channel-types.ts';
import { failure, type WebSocketServiceError } from '../../errors.ts';
import type { ChannelFrom, JoinResult } from '../../protocols/envelope-channels.ts';
import type { IWebSocketEvent, ReplyResult } from '../../protocols/protocol.ts';
import { callSafely } from '../../rejection.ts';
import type { SequenceTracker } from '../../stream/sequence.ts';
import { inAct } from '../../transport/act.ts';
import type { ChannelsHalf, Connection } from '../connection.ts';
import { cleanReply } from '../outbound/clean-reply.ts';
import { type Asks, createAsks } from './asks.ts';
import { createInquiries } from './inquiries.ts';
import { createLeaveTimers } from './leave-timers.ts';
import {
  type Channel,
  type ChannelEvent,
  isAwaited,
  isForgotten,
  isMember,
  needed,
  step,
  unmounted,
} from './membership.ts';
import { createQueueHold } from './queue-hold.ts';
import { createSecondAsk } from './second-ask.ts';
import { joining, shownOf, waiting } from './shown.ts';
import { type ChannelWire, wireOf } from './wire.ts';

export interface Channels {
  /** A hook wants the channel, until the returned function is called. `from` counts if it is the first one. */
  mount(name: string, from: ChannelFrom | undefined): () => void;
  /** Asks again for a channel that was refused. */
  retry(name: string): void;
  /** What is shown of a channel. The same object as long as nothing changes. */
  shown(name: string): ChannelState;
  /** Calls the listener when that changes. */
  subscribe(name: string, listener: () => void): () => void;
  /** Sends what is due now, so that a message that follows comes after the join of its channel. */
  flush(): void;
}

/** One object for all, so that nothing is created for it where nobody watches. */
const channelChanged = { type: 'channel' } as const;

/** Whether a link goes on with the session: `pending` until the server has said something that shows it. */
type SessionStanding = 'new' | 'pending' | 'resumed';

interface Entry {
  channel: Channel;
  /** From where it is joined first. */
  from: ChannelFrom | undefined;
  shown: ChannelState;
}

const created = /* @__PURE__ */ new WeakMap<Connection, Channels>();

/** The same object for a connection each time. */
export function channelsOf(connection: Connection): Channels {
  const known = created.get(connection) ?? createChannels(connection);
  created.set(connection, known);
  return known;
}

function createChannels(connection: Connection): Channels {
  const { reporter, runInTurn } = connection;
  const { sequence, barrier, delivery } = connection.inside();
  const entries = new Map<string, Entry>();
  const listeners = new Map<string, Set<() => void>>();
  /** Those that may need a message. */
  let dirty = new Set<string>();
  let flushTimer: ReturnType<typeof setTimeout> | undefined;
  let link: 'up' | 'down' = connection.phase() === 'connected' ? 'up' : 'down';
  /** What is known of the session of this link. `answered`, `greeted`: a new one, whose first reply or event has come. */
  let session: SessionStanding | 'answered' | 'greeted' = 'resumed';
  /** Up to there, the session of the last link was received. */
  let position: string | undefined;
  let token = connection.attempt()?.token;

  const wire = (): ChannelWire | undefined => {
    const { config } = connection.active();
    return config && wireOf(config);
  };

  const change = (name: string, event: ChannelEvent): void => {
    const entry = entries.get(name);
    if (entry === undefined) return;
    const before = entry.channel;
    entry.channel = step(before, event);
    if (entry.channel === before) return;
    if (needed(entry.channel)) schedule(name);
    inquiries.onChanged(name, entry.channel, tells());
    if (isForgotten(entry.channel)) {
      entries.delete(name);
      secondAsk.settled(name);
    }
    show(name, entry);
  };

  /** Before the first event of a session, it is not known whether a notice for all channels comes. */
  const tells = (): 'now' | 'later' => (session === 'pending' || session === 'new' ? 'later' : 'now');

  const changeAll = (event: ChannelEvent): void => {
    for (const name of [...entries.keys()]) change(name, event);
  };

  const onListenerError = (thrown: unknown): void => reporter.thrown('A subscriber of a channel', thrown);

  const show = (name: string, entry: Entry): void => {
    connection.traffic.next(channelChanged);
    const shown = shownOf(entry.channel, link, entry.shown);
    if (shown === entry.shown) return;
    entry.shown = shown;
    // One that throws must not keep the message about this and other channels from being sent.
    for (const listener of [...(listeners.get(name) ?? [])]) callSafely(listener, onListenerError);
  };

  const schedule = (name: string): void => {
    dirty.add(name);
    // At the end of this macrotask: what is mounted and unmounted until then is one message.
    if (link === 'up')
      flushTimer ??= setTimeout(
        inAct(() => runInTurn(flush)),
        0,
      );
  };

  const flush = (): void => {
    clearTimeout(flushTimer);
    flushTimer = undefined;
    if (link === 'down') return;
    // The link is about to be closed, or will be used for another user.
    if (connection.hasCommands()) return runInTurn(flush);
    const names = [...dirty];
    dirty = new Set();
    const due = (message: 'join' | 'leave'): readonly string[] =>
      names.filter((name) => needed(entries.get(name)?.channel ?? unmounted) === message);
    const used = wire();
    asks.leave(used, due('leave'));
    const wishes = due('join').map((name) => ({ name, from: placeOf(entries.get(name)) }));
    if (used || wishes.length === 0) return asks.join(used, wishes);
    const { protocol } = connection.active().config ?? {};
    const error = failure('invalid-config/no-channels', {
      option: 'channels',
      protocol: protocol?.name ?? '',
    });
    for (const { name } of wishes) refuse(name, error);
  };

  /** As if the server had refused it. */
  const refuse = (name: string, error: WebSocketServiceError): void => {
    change(name, { type: 'join-sent', ask: 0, answer: 'comes' });
    change(name, { type: 'refused', ask: 0, error });
  };

  const isWaiting = (name: string, ask: number): boolean =>
    isAwaited(entries.get(name)?.channel.server ?? unmounted.server, ask);

  const onJoinResult = (name: string, ask: number, result: JoinResult): void => {
    const { config } = connection.active();
    if (!isWaiting(name, ask)) return;
    if (result.is !== 'postponed') secondAsk.settled(name);
    switch (result.is) {
      case 'joined':
        if (config) for (const event of result.events) delivery.deliver(event, config, 0, -1);
        return change(name, { type: 'joined', ask, recovered: result.recovered });
      case 'refused':
        return change(name, { type: 'refused', ask, error: refusalOf(name, result.reason) });
      case 'postponed':
        secondAsk.wait(name);
        return change(name, { type: 'postponed', ask });
      default:
        result satisfies never;
    }
  };

  const refusalOf = (channel: string, reason: ReplyResult): WebSocketServiceError => {
    const clean = cleanReply(reason, reporter.clean);
    const { message = '', details = {} } = clean.status === 'failed' ? clean : {};
    return failure('channel-refused', { channel, words: message, server: details });
  };

  const asks: Asks = createAsks(connection, { change, onJoinResult, isAwaited: isWaiting });
  const secondAsk = createSecondAsk(connection, () => changeAll({ type: 'due' }));
  const inquiries = createInquiries(connection, {
    channels: () => [...entries].map(([name, { channel }]) => [name, channel] as const),
    onTold: (name) => change(name, { type: 'told' }),
  });
  const queueHold = createQueueHold(connection);
  const onLeaveDue = (name: string): void => change(name, { type: 'not-mounted-again' });
  const leaveTimers = createLeaveTimers(onLeaveDue);

  const onNewSession = (event: ChannelEvent): void => {
    session = 'pending';
    position = undefined;
    changeAll(event);
    flush();
  };

  /** It is known which session the link carries. */
  const settle = (known: 'resumed' | 'answered' | 'greeted'): void => {
    session = known;
    queueHold.release();
    for (const [name, { channel }] of [...entries])
      if (channel.gap) inquiries.onChanged(name, channel, 'now');
  };

  const half: ChannelsHalf = {
    entries,
    linked() {
      const standing = standingOf(sequence);
      link = 'up';
      session = standing;
      const usedToken = connection.attempt()?.token;
      if (usedToken !== token) changeAll({ type: 'retried' });
      token = usedToken;
      if (standing === 'new') {
        changeAll({ type: 'session-began', position });
        // A channel that is joined in this session begins after it.
        position = undefined;
      }
      if (standing === 'pending' && [...entries.values()].some(({ channel }) => isMember(channel.server)))
        queueHold.begin();
      dirty = new Set(entries.keys());
      flush();
      for (const [name, entry] of entries) show(name, entry);
    },
    linkLost(code) {
      if (link === 'down') return;
      link = 'down';
      position = sequence.resumePoint()?.position ?? position;
      clearTimeout(flushTimer);
      flushTimer = undefined;
      queueHold.end();
      secondAsk.end();
      leaveTimers.stopAll();
      for (const name of [...entries.keys()]) {
        change(name, { type: 'not-mounted-again' });
        change(name, { type: 'link-lost', received: asks.wasReceived(name) });
      }
      asks.linkLost(code);
      for (const [name, entry] of entries) show(name, entry);
    },
    sessionEnded() {
      inquiries.clear();
      // Events that were received, and not delivered yet, are dropped.
      if (!barrier.isOpen()) position = undefined;
    },
    notify(notice) {
      switch (session) {
        case 'pending':
          onNewSession({ type: 'session-began', position });
          break;
        case 'new':
        case 'answered':
          // All were joined with the link, before the server had greeted.
          break;
        case 'resumed':
        case 'greeted':
          onNewSession({ type: 'session-replaced' });
          break;
        default:
          session satisfies never;
      }
      inquiries.begin(notice);
      settle('greeted');
    },
    heard(event) {
      if (session === 'pending') settle('resumed');
      if (session === 'new' || session === 'answered') settle('greeted');
      const { channel } = event;
      if (channel === undefined || !entries.has(channel)) return;
      const reason = endedBy(event);
      if (reason !== undefined) onEnded(channel, reason, event);
    },
    replied(id, result) {
      if (session === 'pending') settle('resumed');
      // A server that greets does so before it replies.
      if (session === 'new') settle('answered');
      asks.replied(id, result, wire());
    },
    followConfig() {
      const { config } = connection.active();
      const given = config?.token;
      if (link === 'down' || typeof given !== 'string' || given === token) return;
      token = given;
      changeAll({ type: 'retried' });
    },
    holdsQueue: queueHold.isHolding,
  };

  const endedBy = (event: IWebSocketEvent): string | undefined => {
    try {
      return wire()?.endedBy(event);
    } catch (thrown) {
      reporter.thrown('The option channels.left', thrown);
      return undefined;
    }
  };

  const onEnded = (channel: string, reason: string, event: IWebSocketEvent): void => {
    const words = reporter.clean(reason);
    const error = failure('channel-refused/ended', { channel, words });
    change(channel, { type: 'ended', error, position: event.position });
  };

  connection.plugs.channels = half;
  connection.session.onReplaced(() => {
    position = undefined;
    token = undefined;
    inquiries.clear();
    changeAll({ type: 'user-replaced' });
  });

  return {
    mount(name, from) {
      const entry = entries.get(name) ?? { channel: unmounted, from, shown: waiting };
      entries.set(name, entry);
      leaveTimers.stop(name);
      // One that was wanted before, and may still be known to the server.
      if (entry.channel.mounts === 0) entry.from = from;
      change(name, { type: 'mounted' });
      return () => {
        change(name, { type: 'unmounted' });
        if (entry.channel.leave !== 'soon') return;
        // Nothing can be sent now, so nothing is gained by waiting.
        if (link === 'down') onLeaveDue(name);
        else leaveTimers.start(name);
      };
    },
    retry: (name) => change(name, { type: 'retried' }),
    shown: (name) => entries.get(name)?.shown ?? (link === 'up' ? joining : waiting),
    subscribe(name, listener) {
      const own = listeners.get(name) ?? new Set();
      listeners.set(name, own);
      own.add(listener);
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(name) === own) listeners.delete(name);
      };
    },
    flush,
  };
}

/** Whether a link that has just been connected goes on with the session. */
function standingOf(sequence: SequenceTracker): SessionStanding {
  const resume = sequence.resumePoint();
  if (resume !== null && !sequence.isUncertain) return 'resumed';
  // A position alone does not name a session whose channels the server could still know.
  return resume === null || resume.connectionId === null ? 'new' : 'pending';
}

/** What has to be asked for: what was missed, or, if it was never joined, what the app wants. */
function placeOf(entry: Entry | undefined): ChannelFrom | undefined {
  const { channel: { gap } = unmounted, from } = entry ?? {};
  return gap ? gap.since : from;
}
