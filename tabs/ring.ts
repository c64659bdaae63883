/** The newest frames of a session, so that a tab that lacks some gets them from here, and not from the server. Pure. */
import type { IWebSocketEvent } from '../src/protocols/protocol.ts';
import type { FrameItem, Greeting, Item, Opening } from './messages.ts';

export interface Ring {
  readonly connectionId: string | null;
  /** As the server sent it, if it was seen. */
  readonly hello: IWebSocketEvent | null;
  /** Every event from this number on is in the ring; null: the server does not number its events. */
  readonly from: number | null;
  /** The number of the next event. */
  readonly next: number;
  readonly position: string | undefined;
  /** One list for each post. */
  readonly lists: readonly List[];
  readonly frames: number;
  readonly bytes: number;
}

interface List {
  readonly items: readonly FrameItem[];
  readonly bytes: number;
}

/** How much a ring holds. */
export interface RingLimits {
  readonly frames: number;
  readonly bytes: number;
}

export const defaultLimits: RingLimits = { frames: 2_000, bytes: 4_194_304 };

export const emptyRing: Ring = {
  ...{ connectionId: null, hello: null, from: null, next: 0, position: undefined },
  ...{ lists: [], frames: 0, bytes: 0 },
};

/** A ring that holds nothing yet, and goes on from there. */
export function ringAt(
  connectionId: string,
  next: number,
  position: string | undefined,
  hello: IWebSocketEvent | null,
): Ring {
  return {
    ...emptyRing,
    connectionId,
    hello,
    from: next < 0 ? null : next,
    next: Math.max(next, 0),
    position,
  };
}

/** What a tab knows when a link begins. Any tab may become the relay, so each keeps the frames. */
export function ringAfter(ring: Ring, opening: Opening, limits: RingLimits): Ring {
  switch (opening.how) {
    case 'plain':
      return emptyRing;
    case 'resumed':
      return append(ring, opening.items, limits);
    case 'new':
    case 'lost': {
      const { connectionId, seq, position, event } = opening.greeting;
      return ringAt(connectionId, seq < 0 ? -1 : seq + 1, position, event);
    }
    default:
      opening satisfies never;
      return ring;
  }
}

/** Adds what was received, and drops the oldest lists beyond the limits. */
export function append(ring: Ring, items: readonly Item[], limits: RingLimits): Ring {
  let next = ring;
  let added: FrameItem[] = [];
  for (const item of items) {
    if (item.type === 'position') next = { ...next, position: item.position };
    if (item.type !== 'frame') continue;
    const { session, first, last, position = next.position } = item;
    const isNew = session !== undefined && session.connectionId !== next.connectionId;
    const isLower = first >= 0 && last < next.next;
    // After a takeover the server repeats what this tab has.
    if (isLower && session === undefined) continue;
    if (isNew || isLower || first > next.next) {
      next = {
        ...emptyRing,
        connectionId: isNew ? session.connectionId : next.connectionId,
        hello: session?.event ?? next.hello,
        from: first < 0 ? null : first,
        next: Math.max(first, 0),
      };
      added = [];
    }
    if (first >= 0) {
      added.push(item);
      next = { ...next, from: next.from ?? first, next: last + 1 };
    }
    next = { ...next, position };
  }
  if (added.length === 0) return next;
  const list = { items: added, bytes: added.reduce((sum, { frame }) => sum + sizeOf(frame), 0) };
  return trimmed(
    {
      ...next,
      lists: [...next.lists, list],
      frames: next.frames + added.length,
      bytes: next.bytes + list.bytes,
    },
    limits,
  );
}

function trimmed(ring: Ring, limits: RingLimits): Ring {
  let { frames, bytes, from } = ring;
  let dropped = 0;
  for (const list of ring.lists) {
    if (frames <= limits.frames && bytes <= limits.bytes) break;
    dropped += 1;
    frames -= list.items.length;
    bytes -= list.bytes;
    from = (list.items.at(-1)?.last ?? -1) + 1;
  }
  return dropped === 0 ? ring : { ...ring, lists: ring.lists.slice(dropped), frames, bytes, from };
}

/** In bytes, or in characters of a text. */
function sizeOf(frame: FrameItem['frame']): number {
  return typeof frame === 'string' ? frame.length : frame.byteLength;
}

/** Whether nothing is missing between this number and the next event. A tab may be ahead of the relay. */
export function covers({ from }: Ring, seq: number): boolean {
  return from !== null && seq >= from;
}

/** The frames from this number on. */
export function since(ring: Ring, seq: number): readonly FrameItem[] {
  return ring.lists.flatMap(({ items }) => items.filter(({ last }) => last >= seq));
}

/** Null without a session. */
export function greetingOf({ connectionId, hello, from, next, position }: Ring): Greeting | null {
  if (connectionId === null) return null;
  return { connectionId, event: hello, seq: from === null ? -1 : next - 1, position };
}
