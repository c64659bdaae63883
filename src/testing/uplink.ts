// How a page's socket lets go of what it was asked to send: the life of `bufferedAmount`.

/** What a socket has been asked to send and has not let go of. */
export interface Uplink {
  /** In bytes. Never shrinks for what was asked of a closing socket. */
  readonly bufferedAmount: number;
  /** Takes a message; `leave` is called when its last byte has left, in order. */
  push(bytes: number, leave: () => void): void;
  /** Counts what was asked of a closing socket, and is never sent. */
  discard(bytes: number): void;
  /** Stops; what has not left never will. */
  stop(): void;
}

// Fine enough for a progress bar, coarse enough for a browser's 4 ms floor under nested timers.
const tickMs = 10;

/** Makes the uplink of one socket. No rate: everything leaves at once and is counted off at the next timer. */
export function createUplink(drainBytesPerMs: number): Uplink {
  return Number.isFinite(drainBytesPerMs) ? createSlowUplink(drainBytesPerMs) : createFastUplink();
}

function createFastUplink(): Uplink {
  let amount = 0;
  let leaving = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  return {
    get bufferedAmount() {
      return amount;
    },
    push(bytes, leave) {
      amount += bytes;
      leaving += bytes;
      timer ??= setTimeout(() => {
        timer = null;
        amount -= leaving;
        leaving = 0;
      }, 0);
      leave();
    },
    discard(bytes) {
      amount += bytes;
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}

function createSlowUplink(drainBytesPerMs: number): Uplink {
  const waiting: { bytesLeft: number; readonly leave: () => void }[] = [];
  let amount = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;

  function tick(): void {
    timer = null;
    let budget = drainBytesPerMs * tickMs;
    for (let head = waiting[0]; head !== undefined; head = waiting[0]) {
      const step = Math.min(budget, head.bytesLeft);
      head.bytesLeft -= step;
      amount -= step;
      budget -= step;
      if (head.bytesLeft > 0) break;
      waiting.shift();
      head.leave();
    }
    if (waiting.length > 0) timer ??= setTimeout(tick, tickMs);
  }

  return {
    get bufferedAmount() {
      return Math.ceil(amount);
    },
    push(bytes, leave) {
      if (bytes === 0 && waiting.length === 0) {
        leave();
        return;
      }
      amount += bytes;
      waiting.push({ bytesLeft: bytes, leave });
      timer ??= setTimeout(tick, tickMs);
    },
    discard(bytes) {
      amount += bytes;
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      waiting.length = 0;
    },
  };
}
