/**
 * Carries bytes in one direction through a link: in order, and as late, slow, sliced, held or damaged as configured.
 */
import type { Socket } from 'node:net';
import type { Random } from './random.ts';

export interface Shape {
  /** The delay of each chunk; chunks never overtake each other. */
  readonly delayMs: number;
  /** The largest random delay in addition. */
  readonly jitterMs: number;
  readonly bytesPerSecond: number;
  /** The longest single write. */
  readonly sliceBytes: number;
}

export const straight: Shape = {
  delayMs: 0,
  jitterMs: 0,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  sliceBytes: Number.POSITIVE_INFINITY,
};

/**
 * How a byte is damaged. `top-bit`: it is flipped, and text in ASCII is no UTF-8 any more. `control`: it becomes 0x01,
 * which is UTF-8, but never JSON.
 */
export type Damage = 'top-bit' | 'control';

export interface Pipe {
  setShape(shape: Shape): void;
  /** From now on nothing passes: no byte, no end, no reset. */
  shut(): void;
  /** Sends what has waited, in order; `at-once` in a single write. */
  open(manner: 'in-turn' | 'at-once'): void;
  /** Damages one byte of the next data: this one, or a random one. */
  corruptByte(damage: Damage, atByte?: number): void;
  /** Lets this many more bytes pass, then calls back. */
  allow(bytes: number, onSpent: () => void): void;
  /** Undoes `corruptByte` and `allow`. */
  restore(): void;
  dispose(): void;
}

type Item =
  | { readonly kind: 'bytes'; readonly dueAt: number; readonly bytes: Buffer }
  | { readonly kind: 'end' | 'cut'; readonly dueAt: number };

/** With more than this waiting, the sender has to wait too, as on a real link. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/** With a limited bandwidth, the time that one write should take. */
const BANDWIDTH_STEP_MS = 5;

export function createPipe(from: Socket, to: Socket, random: Random): Pipe {
  const waiting: Item[] = [];
  let waitingBytes = 0;
  let shape = straight;
  let gate: 'open' | 'shut' | 'disposed' = 'open';
  let lastDueAt = 0;
  let bent: { readonly damage: Damage; readonly atByte: number | null } | null = null;
  let allowance: { bytes: number; readonly onSpent: () => void } | null = null;
  let cancelWake: (() => void) | null = null;

  const put = (item: (dueAt: number) => Item): void => {
    lastDueAt = Math.max(lastDueAt, performance.now() + shape.delayMs + random.next() * shape.jitterMs);
    waiting.push(item(lastDueAt));
    flow();
  };

  const wakeAfter = (delayMs: number): void => {
    const timer = setTimeout(wake, delayMs);
    cancelWake = () => clearTimeout(timer);
  };
  const wakeNext = (): void => {
    const immediate = setImmediate(wake);
    cancelWake = () => clearImmediate(immediate);
  };
  const wake = (): void => {
    cancelWake = null;
    flow();
  };

  const write = (deliveries: Buffer): void => {
    let bytes = deliveries;
    if (bent !== null && bytes.length > (bent.atByte ?? 0)) {
      const index = bent.atByte ?? random.between(0, bytes.length - 1);
      bytes = Buffer.from(bytes);
      bytes[index] = bent.damage === 'control' ? 0x01 : (bytes[index] ?? 0) ^ 0x80;
      bent = null;
    }
    if (allowance !== null && bytes.length >= allowance.bytes) {
      const { bytes: rest, onSpent } = allowance;
      allowance = null;
      if (to.writable) to.write(bytes.subarray(0, rest));
      return onSpent();
    }
    if (allowance !== null) allowance.bytes -= bytes.length;
    if (to.writable) to.write(bytes);
  };

  /** Writes what is due, until it has to wait. */
  const flow = (): void => {
    if (cancelWake !== null) return;
    while (gate === 'open') {
      const head = waiting[0];
      if (head === undefined) return;
      const waitMs = head.dueAt - performance.now();
      if (waitMs > 0) return wakeAfter(waitMs);
      waiting.shift();
      if (head.kind !== 'bytes') {
        if (head.kind === 'end') to.end();
        else to.destroySoon();
        continue;
      }
      const pace = Math.max(1, Math.floor((shape.bytesPerSecond * BANDWIDTH_STEP_MS) / 1000));
      const size = Math.min(head.bytes.length, shape.sliceBytes, pace);
      if (size < head.bytes.length) {
        waiting.unshift({ kind: 'bytes', dueAt: head.dueAt, bytes: head.bytes.subarray(size) });
      }
      waitingBytes -= size;
      if (waitingBytes < MAX_WAITING_BYTES && from.isPaused()) from.resume();
      write(head.bytes.subarray(0, size));
      if (shape.bytesPerSecond < Number.POSITIVE_INFINITY)
        return wakeAfter((size / shape.bytesPerSecond) * 1000);
      // The reader sees this slice before the next one is written.
      if (shape.sliceBytes < Number.POSITIVE_INFINITY) return wakeNext();
    }
  };

  from.on('data', (bytes: Buffer) => {
    waitingBytes += bytes.length;
    put((dueAt) => ({ kind: 'bytes', dueAt, bytes }));
    if (waitingBytes > MAX_WAITING_BYTES) from.pause();
  });
  from.once('end', () => put((dueAt) => ({ kind: 'end', dueAt })));
  // When one end closes, the other learns of it in its turn: over a stalled link it does not.
  from.once('close', () => put((dueAt) => ({ kind: 'cut', dueAt })));

  return {
    setShape(next) {
      shape = next;
    },
    shut() {
      if (gate === 'open') gate = 'shut';
    },
    open(manner) {
      if (gate !== 'shut') return;
      gate = 'open';
      cancelWake?.();
      cancelWake = null;
      if (manner === 'at-once') joinBytes(waiting);
      flow();
    },
    corruptByte(damage, atByte) {
      bent = { damage, atByte: atByte ?? null };
    },
    allow(bytes, onSpent) {
      allowance = { bytes, onSpent };
    },
    restore() {
      bent = null;
      allowance = null;
    },
    dispose() {
      gate = 'disposed';
      waiting.length = 0;
      cancelWake?.();
      cancelWake = null;
    },
  };
}

/** Joins the waiting bytes into one chunk that is due now; an end stays the end. */
function joinBytes(waiting: Item[]): void {
  const bytes = Buffer.concat(waiting.flatMap((item) => (item.kind === 'bytes' ? [item.bytes] : [])));
  const endings = waiting.filter(({ kind }) => kind !== 'bytes');
  waiting.length = 0;
  if (bytes.length > 0) waiting.push({ kind: 'bytes', dueAt: 0, bytes });
  waiting.push(...endings);
}
