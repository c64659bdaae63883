/** What was sent while the link was down? A bounded line of frames, each with a lifetime. */
import type { Frame } from '../protocols/protocol.ts';

export type DropReason = 'full' | 'expired' | 'disconnected';

export interface SendQueue {
  /** Takes the frame; the oldest makes room when the line is full. */
  push(event: string, frame: Frame, limits: { readonly limit: number; readonly ttl: number }): void;
  /** Sends what is still fresh, in order. */
  flush(send: (frame: Frame) => void): void;
  clear(): void;
}

interface Queued {
  readonly event: string;
  readonly frame: Frame;
  readonly expiresAt: number;
}

/** Everything that is not sent is reported. */
export function createSendQueue(onDropped: (event: string, reason: DropReason) => void): SendQueue {
  let line: readonly Queued[] = [];

  const dropExpired = (): void => {
    const now = Date.now();
    const expired = line.filter(({ expiresAt }) => expiresAt <= now);
    if (expired.length === 0) return;
    line = line.filter(({ expiresAt }) => expiresAt > now);
    for (const { event } of expired) onDropped(event, 'expired');
  };

  return {
    push(event, frame, { limit, ttl }) {
      dropExpired();
      const [oldest, ...rest] = line;
      const isFull = oldest !== undefined && line.length >= limit;
      line = [...(isFull ? rest : line), { event, frame, expiresAt: Date.now() + ttl }];
      if (isFull) onDropped(oldest.event, 'full');
    },
    flush(send) {
      if (line.length === 0) return;
      dropExpired();
      const due = line;
      line = [];
      for (const { frame } of due) send(frame);
    },
    clear() {
      const lost = line;
      line = [];
      for (const { event } of lost) onDropped(event, 'disconnected');
    },
  };
}
