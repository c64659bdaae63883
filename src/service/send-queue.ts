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

/** Everything that is not sent is reported. */
export function createSendQueue(onDropped: (event: string, reason: DropReason) => void): SendQueue {
  let line: Queued[] = [];

  const dropExpired = (): void => {
    const now = Date.now();
    const fresh = line.findIndex(({ expiresAt }) => expiresAt > now);
    const expired = line.splice(0, fresh === -1 ? line.length : fresh);
    for (const { event } of expired) onDropped(event, 'expired');
  };

  return {
    push(event, frame, { limit, ttl }) {
      dropExpired();
      const oldest = line.length >= limit ? line.shift() : undefined;
      line.push({ event, frame, expiresAt: Date.now() + ttl });
      if (oldest !== undefined) onDropped(oldest.event, 'full');
    },
    flush(send) {
      dropExpired();
      const refused = line.findIndex(({ frame }) => send(frame) === 'refused');
      line = refused === -1 ? [] : line.slice(refused);
    },
    clear() {
      const lost = line;
      line = [];
      for (const { event } of lost) onDropped(event, 'disconnected');
    },
  };
}
