/** The notices of lost sessions: each waits until its channels are joined again, and says in which of them events are missing. */
import { inAct } from '../../transport/act.ts';
import type { MissedEvents } from '../../types.ts';
import type { Connection } from '../connection.ts';
import { awaitsJoin, type Channel, isMember } from './membership.ts';

export interface Inquiries {
  /** A session was lost. Publishes the notice when its channels are joined, or after `requestTimeout`. */
  begin(notice: MissedEvents): void;
  /** A channel has changed: its gap may be known, or closed. `later`: a notice for all channels may still come. */
  onChanged(name: string, channel: Channel, tell: 'now' | 'later'): void;
  /** The session was ended, and with it the notices that wait. */
  clear(): void;
}

export interface InquiryParts {
  readonly channels: () => readonly (readonly [name: string, channel: Channel])[];
  /** The gap of the channel was told. */
  readonly onTold: (name: string) => void;
}

interface Running {
  /** Channels that are not joined again yet. */
  readonly awaited: Set<string>;
  /** Those that had a gap when the session was lost. */
  readonly concerned: Set<string>;
  /** Whether positions were given, so that each channel is accounted for. */
  readonly accounts: 'each' | 'all';
  readonly finish: () => void;
}

/** Completed until it is published. */
type Writable<Of> = { -readonly [Key in keyof Of]: Of[Key] };

export function createInquiries(connection: Connection, { channels, onTold }: InquiryParts): Inquiries {
  const { notifier, barrier } = connection.inside();
  let running: Running | undefined;
  let last: MissedEvents | undefined;
  let deadline: ReturnType<typeof setTimeout> | undefined;

  const finish = (): void => {
    clearTimeout(deadline);
    running?.finish();
  };

  /** At the place of the notice, among the events: publishes one for each channel in which something is missing. */
  const tell = (notice: Writable<MissedEvents>, own: Running): void => {
    const { concerned, accounts } = own;
    if (running === own) running = undefined;
    const missing = channels().flatMap(([name, { gap, server }]) => (gap && isMember(server) ? [name] : []));
    for (const name of missing) onTold(name);
    if (accounts === 'all') return;
    const accounted = new Set([...concerned, ...missing]);
    // Nothing is known of those that still wait, so the notice is about them too.
    for (const [name, channel] of channels()) if (awaitsJoin(channel)) accounted.delete(name);
    const { config, policy } = connection.active();
    const waitMs = policy.drawMs(config?.missedEventsJitter ?? 0);
    for (const channel of missing) {
      const one = { ...notice, expected: null, received: null, count: null, channel };
      notifier.missed.next(one, channel);
      const tellLater = (): void => notifier.missedDelayed.next(one, channel);
      if (waitMs === 0) tellLater();
      else barrier.later(waitMs, tellLater);
    }
    notice.except = accounted;
  };

  return {
    begin(notice) {
      last = notice;
      finish();
      const gaps = channels().filter(([, channel]) => channel.gap !== null && channel.mounts > 0);
      if (gaps.length === 0) return notifier.notify(notice);
      const awaited = new Set(gaps.flatMap(([name, channel]) => (awaitsJoin(channel) ? [name] : [])));
      let resolve: () => void = () => undefined;
      const done = new Promise<void>((settle) => {
        resolve = settle;
      });
      const own: Running = {
        awaited,
        concerned: new Set(gaps.map(([name]) => name)),
        accounts: gaps.some(([, { gap }]) => gap?.since !== undefined) ? 'each' : 'all',
        finish: resolve,
      };
      running = own;
      const { requestTimeout = 0 } = connection.active().config ?? {};
      if (awaited.size === 0) finish();
      else
        deadline = setTimeout(
          inAct(() => connection.runInTurn(finish)),
          requestTimeout,
        );
      // Everything that is received meanwhile waits behind it.
      const due: Writable<MissedEvents> = { ...notice };
      barrier.pass(() => done.then(() => () => tell(due, own)));
      notifier.notify(due);
    },
    onChanged(name, channel, tell) {
      if (running) {
        if (running.awaited.has(name) && !awaitsJoin(channel)) running.awaited.delete(name);
        if (running.awaited.size === 0) finish();
        if (running.concerned.has(name)) return;
      }
      if (tell === 'later' || channel.gap === null || !isMember(channel.server)) return;
      onTold(name);
      const { store } = connection;
      const { connectionId } = store.getState();
      const { reason, previousConnectionId } = last ?? {
        reason: 'unknown',
        previousConnectionId: connectionId,
      };
      const sides = { expected: null, received: null, count: null, previousConnectionId, connectionId };
      notifier.notify({ reason, ...sides, channel: name });
    },
    clear() {
      clearTimeout(deadline);
      running = undefined;
    },
  };
}
