/** What was sent while the link was down? A bounded line of frames, each with a lifetime. */
import type { Frame } from '../protocols/protocol.ts';

export type DropReason = 'full' | 'expired' | 'disconnected';

export interface SendQueue {
  /** Takes the frame; the oldest makes room when the line is full. */
  push(event: string, frame: Frame, limits: { readonly limit: number; readonly ttl: number }): void;
  /** Sends what is still fresh, in order, until one is refused; what is left waits on. */
  flush(send: (frame: Frame) => 'sent' | 'refused'): void;
  clear(): void;
}

interface Queued {
  readonly event: string;
  readonly frame: Frame;
  readonly expiresAt: number;
}

/** Everything that is not sent is reported, and as soon as it is known. */
export function createSendQueue(onDropped: (event: string, reason: DropReason) => void): SendQueue {
  let line: readonly Queued[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;

  /** One timer, for whatever expires first. */
  const watch = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (line.length === 0) return;
    const earliest = Math.min(...line.map(({ expiresAt }) => expiresAt));
    timer = setTimeout(dropExpired, earliest - Date.now());
  };

  const keep = (rest: readonly Queued[]): void => {
    line = rest;
    watch();
  };

  const dropExpired = (): void => {
    const now = Date.now();
    const expired = line.filter(({ expiresAt }) => expiresAt <= now);
    if (expired.length > 0) keep(line.filter(({ expiresAt }) => expiresAt > now));
    for (const { event } of expired) onDropped(event, 'expired');
  };

  return {
    push(event, frame, { limit, ttl }) {
      dropExpired();
      const dropped = line.length >= limit ? line[0] : undefined;
      const rest = dropped === undefined ? line : line.slice(1);
      keep([...rest, { event, frame, expiresAt: Date.now() + ttl }]);
      if (dropped !== undefined) onDropped(dropped.event, 'full');
    },
    flush(send) {
      if (line.length === 0) return;
      dropExpired();
      const refused = line.findIndex(({ frame }) => send(frame) === 'refused');
      keep(refused === -1 ? [] : line.slice(refused));
    },
    clear() {
      const lost = line;
      keep([]);
      for (const { event } of lost) onDropped(event, 'disconnected');
    },
  };
}
