/**
 * The one real connection: a usual one, with the usual lifecycle, heartbeat and gap recovery, of which the frames are passed on as
 * they came, and the replies to those who asked. Frames are passed on if their events were accepted, so tabs get no gap.
 */

import { failure } from '../src/errors.ts';
import type { GivenConfig } from '../src/given-config.ts';
import type { Decoded } from '../src/protocols/decoded.ts';
import { hasChannels } from '../src/protocols/envelope-channels.ts';
import type {
  InboundFrame,
  IWebSocketEvent,
  OutgoingMessage,
  Protocol,
  ResumePoint,
  SimpleProtocol,
} from '../src/protocols/protocol.ts';
import { createConnection } from '../src/service/connection.ts';
import type { SequenceTracker } from '../src/stream/sequence.ts';
import { createMacrotask } from './macrotask.ts';
import type { Command, FrameItem, Item } from './messages.ts';
import { toPlain, viewOf } from './plain.ts';
import type { RelayInput } from './relay.ts';
import { createSharedChannels } from './shared-channels.ts';

export interface Upstream {
  send(tab: string, message: OutgoingMessage, bytes: number): void;
  cancel(tab: string, id: number): void;
  command(command: Command): void;
  /** The config may have changed. */
  configure(config: GivenConfig): void;
  /** Passes on what was received until now. */
  flush(): void;
  /** Closes the socket, with 1000. */
  end(): void;
}

export interface UpstreamParts {
  readonly config: GivenConfig;
  /** Where the session is resumed; null: a new one. */
  readonly resume: ResumePoint | null;
  readonly on: (news: Extract<RelayInput, { readonly type: 'up' | 'down' | 'items' | 'view' }>) => void;
}

/** How often it looks whether the socket's buffer is empty; ms. */
const DRAIN_POLL_MS = 25;

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/** What is known about an event until it is accepted. */
interface Noted {
  readonly of: { readonly frame: InboundFrame; item?: Mutable<FrameItem> };
  readonly isNumbered: boolean;
  readonly session?: FrameItem['session'];
}

export function openUpstream({ config: given, resume, on }: UpstreamParts): Upstream {
  const connection = createConnection();
  const holder = {};
  const noted = new WeakMap<IWebSocketEvent, Noted>();
  /** Who waits for the reply to which message of the socket. */
  const routes = new Map<number, { readonly tab: string; readonly message: OutgoingMessage }>();
  const channels = createSharedChannels(resume?.connectionId ?? null, resume ? 'taken-over' : 'new');
  let items: Item[] = [];
  let unsent: { readonly to: string; readonly bytes: number }[] = [];
  let drainTimer: ReturnType<typeof setTimeout> | undefined;
  let isUp = false;

  const flush = (): void => {
    if (items.length === 0) return;
    const list = items;
    items = [];
    on({ type: 'items', items: list });
  };
  const later = createMacrotask(flush);
  const push = (item: Item): void => {
    if (items.push(item) === 1) later.run();
  };

  const note = (decoded: Decoded, of: Noted['of']): void => {
    switch (decoded.kind) {
      case 'event':
        noted.set(decoded.event, { of, isNumbered: decoded.event.seq >= 0 });
        return;
      case 'channel-event':
        noted.set(decoded.event, { of, isNumbered: false });
        return;
      case 'hello': {
        const { event = null, connectionId } = decoded;
        channels.onSession(connectionId);
        const session = { connectionId, event: event && copied(event) };
        if (event) noted.set(event, { of, isNumbered: event.seq >= 0, session });
        else push({ type: 'frame', frame: of.frame, first: -1, last: -1, session });
        return;
      }
      case 'missed':
        return push({ type: 'frame', frame: of.frame, first: -1, last: -1 });
      case 'reply':
      case 'pong':
        if (decoded.position !== undefined) push({ type: 'position', position: decoded.position });
        return;
      case 'closed':
      case 'ignored':
      case 'malformed':
      case 'unrecognised':
        return;
      default:
        decoded satisfies never;
    }
  };

  /** The same object for the same protocol: another one would be taken for another protocol. */
  const taps = new WeakMap<Protocol, Protocol>();

  const tapped = (protocol: Protocol): Protocol => {
    if (protocol.open) return protocol;
    const tap = taps.get(protocol) ?? createTap(protocol);
    taps.set(protocol, tap);
    return tap;
  };

  const createTap = (protocol: SimpleProtocol): Protocol => {
    return {
      ...protocol,
      decode(frame, report) {
        const decoded = protocol.decode(frame, report);
        const of = { frame };
        if ('kind' in decoded) note(decoded, of);
        else for (const one of decoded) note(one, of);
        return decoded;
      },
    };
  };

  const onEvent = (event: IWebSocketEvent): void => {
    channels.onEvent(event);
    const known = noted.get(event);
    if (known === undefined) return;
    const { of, isNumbered, session } = known;
    const { seq, position } = event;
    if (of.item) {
      if (isNumbered) of.item.last = seq;
      return;
    }
    const number = isNumbered ? seq : -1;
    of.item = {
      ...{ type: 'frame', frame: of.frame, first: number, last: number },
      ...(position !== undefined && { position }),
      ...(session && { session }),
    };
    push(of.item);
  };

  const transmit = (message: OutgoingMessage): void => {
    const { link, codec } = connection.attempt() ?? {};
    if (link === undefined || codec === undefined) return;
    try {
      for (const frame of [codec.encode(message)].flat()) link.send(frame);
    } catch (thrown) {
      // The tab has encoded it before.
      connection.reporter.thrown("The protocol's encode", thrown);
    }
  };

  const lose = (code: number | null): void => {
    routes.clear();
    unsent = [];
    clearTimeout(drainTimer);
    if (!isUp) return;
    isUp = false;
    flush();
    on({ type: 'down', close: code === null ? null : connection.stateStore.getState().lastClose });
  };

  connection.plugs.sender = {
    // Tabs send to channels themselves: the upstream passes on what they have encoded.
    sendTo: () => 'refused',
    requestTo: (_, event) => Promise.reject(failure('not-connected/now', { event })),
    flush() {
      isUp = true;
      flush();
      on({ type: 'up' });
    },
    linkLost: lose,
    clearQueue: () => undefined,
    copyData: (_, data) => data,
    settle(id, result, more) {
      const route = routes.get(id);
      if (!more) routes.delete(id);
      if (route === undefined) return;
      const { tab, message } = route;
      push({ type: 'reply', to: tab, id: message.id, result, more });
      const leave = channels.answered(tab, message, result);
      if (leave) transmit({ kind: 'request', ...leave, id: connection.nextId() });
    },
  };

  let shown = '';
  const subscriptions = [
    connection.events.all$.subscribe(onEvent),
    connection.reporter.errors$.subscribe((error) => {
      // What the state shows, each tab reports itself.
      if (error !== connection.stateStore.getState().error) push({ type: 'error', error: toPlain(error) });
    }),
  ];
  const unsubscribe = connection.stateStore.subscribe((state) => {
    const view = viewOf(state);
    const text = JSON.stringify(view);
    if (text === shown) return;
    shown = text;
    flush();
    on({ type: 'view', view });
  });

  const configure = (config: GivenConfig, intent: 'connect' | 'update'): void => {
    const { protocol } = config;
    connection.holds.hold(holder, { ...config, ...(protocol && { protocol: tapped(protocol) }) }, intent);
  };

  /** Says how much has left the socket. */
  const drain = (): void => {
    clearTimeout(drainTimer);
    if (unsent.length === 0) return;
    if ((connection.attempt()?.link?.bufferedBytes() ?? 0) > 0) {
      drainTimer = setTimeout(drain, DRAIN_POLL_MS);
      return;
    }
    for (const { to, bytes } of unsent) push({ type: 'taken', to, bytes });
    unsent = [];
  };

  configure(given, 'connect');
  if (resume) seed(connection.inside().sequence, resume);
  // At once: it would start with a timer, and those of a hidden page wait for up to a second.
  connection.dispatch({ type: 'timer', timer: 'phase' });

  return {
    configure: (config) => configure(config, 'update'),
    flush,
    send(tab, message, bytes) {
      if (!isUp) return;
      const { protocol } = connection.active().config ?? {};
      const passed = protocol && hasChannels(protocol) ? channels.passedOn(tab, message) : message;
      const id = connection.nextId();
      if (passed === null)
        push({ type: 'reply', to: tab, id: message.id, result: { status: 'ok', data: null }, more: false });
      else if (message.kind !== 'send') routes.set(id, { tab, message });
      if (passed) transmit({ ...passed, id });
      unsent.push({ to: tab, bytes });
      drain();
    },
    cancel(tab, asked) {
      const [id, route] =
        [...routes].find(([, { tab: to, message }]) => to === tab && message.id === asked) ?? [];
      const { link, codec } = connection.attempt() ?? {};
      if (id === undefined || route === undefined) return;
      routes.delete(id);
      const frame = codec?.cancel?.({ ...route.message, id }, connection.nextId);
      if (frame !== undefined) link?.send(frame);
    },
    command(command) {
      switch (command) {
        case 'reconnect':
          return connection.dispatch({ type: 'reconnect' });
        case 'wake':
          return connection.dispatch({ type: 'wake' });
        default:
          command satisfies never;
      }
    },
    end() {
      flush();
      for (const one of subscriptions) one.unsubscribe();
      unsubscribe();
      connection.holds.end();
      // In its turn, if the turn is taken: the socket is closed with 1000.
      connection.runCommand(connection.session.dispose);
      clearTimeout(drainTimer);
      later.end();
    },
  };
}

/** Null, if it can't be posted. */
function copied(event: IWebSocketEvent): IWebSocketEvent | null {
  try {
    return structuredClone(event);
  } catch {
    return null;
  }
}

/** Puts a tracker that knows nothing where another tab's was, so that the first link resumes there. */
function seed(sequence: SequenceTracker, { connectionId, nextSeq, position }: ResumePoint): void {
  if (connectionId !== null) sequence.onHello(undefined, connectionId);
  const seq = Math.max(nextSeq - 1, -1);
  sequence.classify({ event: 'hello', data: null, seq, ...(position !== undefined && { position }) });
  sequence.linkLost();
}
