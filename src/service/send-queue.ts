/** What was sent while the link was down? A bounded line of frames, each with a lifetime. */
import type { Frame } from '../protocols/protocol.ts';

export type DropReason = 'full' | 'expired' | 'disconnected';

export interface SendQueue {
  /** Takes the frame; the oldest makes room when the line is full. */
  push(event: string, frame: Frame, limits: { readonly limit: number; readonly ttl: number }): void;
  /** Sends what is still fresh, in order, until one is refused; what is left waits on. */
  flush(send: (frame: Frame) => 'sent' | 'refused'): void;
  isEmpty(): boolean;
  clear(): void;
}

interface Queued {
  readonly event: string;
  readonly frame: Frame;
  readonly expiresAt: number;
}

/** Everything that is not sent is reported, and as soon as it is known. */
export function createSendQueue(onDropped: (event: string, reason: DropReason) => void): SendQueue {
  let line: Queued[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueAt = Number.POSITIVE_INFINITY;

  /** One timer, for whatever expires first. */
  const expireAt = (time: number): void => {
    clearTimeout(timer);
    dueAt = time;
    if (time < Number.POSITIVE_INFINITY) timer = setTimeout(dropExpired, time - Date.now());
  };

  const keep = (rest: Queued[]): void => {
    line = rest;
    expireAt(
      rest.reduce((earliest, { expiresAt }) => Math.min(earliest, expiresAt), Number.POSITIVE_INFINITY),
    );
  };

  const dropExpired = (): void => {
    const now = Date.now();
    if (dueAt > now) return;
    const expired = line.filter(({ expiresAt }) => expiresAt <= now);
    keep(line.filter(({ expiresAt }) => expiresAt > now));
    for (const { event } of expired) onDropped(event, 'expired');
  };

  return {
    push(event, frame, { limit, ttl }) {
      dropExpired();
      const dropped = line.length >= limit ? line.shift() : undefined;
      const expiresAt = Date.now() + ttl;
      line.push({ event, frame, expiresAt });
      if (expiresAt < dueAt) expireAt(expiresAt);
      if (dropped !== undefined) onDropped(dropped.event, 'full');
    },
    flush(send) {
      if (line.length === 0) return;
      dropExpired();
      const refused = line.findIndex(({ frame }) => send(frame) === 'refused');
      keep(refused === -1 ? [] : line.slice(refused));
    },
    isEmpty: () => line.length === 0,
    clear() {
      const lost = line;
      keep([]);
      for (const { event } of lost) onDropped(event, 'disconnected');
    },
  };
}
