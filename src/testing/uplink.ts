/** Counts what a page's socket still has to send: its `bufferedAmount`, and how fast that drains. */

/** The bytes that a socket was asked to send and has not sent yet. */
export interface Uplink {
  /** In bytes. Never shrinks for what was asked of a closing socket. */
  readonly bufferedAmount: number;
  /** Adds a message. `leave` is called when its last byte has left, in order. */
  push(bytes: number, leave: () => void): void;
  /** Counts a message that a closing socket was asked to send, and never sends. */
  discard(bytes: number): void;
  /** Stops. What was not sent by now is never sent. */
  stop(): void;
}

/** Fine enough for a progress bar, and above the 4 ms that browsers put under nested timers. */
const TICK_MS = 10;

/** Makes the uplink of one socket. No rate: everything leaves at once and is counted off at the next timer. */
export function createUplink(drainBytesPerMs: number): Uplink {
  return Number.isFinite(drainBytesPerMs) ? createSlowUplink(drainBytesPerMs) : createFastUplink();
}

function createFastUplink(): Uplink {
  let amount = 0;
  let leaving = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    get bufferedAmount() {
      return amount;
    },
    push(bytes, leave) {
      amount += bytes;
      leaving += bytes;
      timer ??= setTimeout(() => {
        timer = undefined;
        amount -= leaving;
        leaving = 0;
      }, 0);
      leave();
    },
    discard(bytes) {
      amount += bytes;
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

function createSlowUplink(drainBytesPerMs: number): Uplink {
  const waiting: { bytesLeft: number; readonly leave: () => void }[] = [];
  let amount = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tick(): void {
    timer = undefined;
    let budget = drainBytesPerMs * TICK_MS;
    for (let head = waiting[0]; head !== undefined; head = waiting[0]) {
      const step = Math.min(budget, head.bytesLeft);
      head.bytesLeft -= step;
      amount -= step;
      budget -= step;
      if (head.bytesLeft > 0) break;
      waiting.shift();
      head.leave();
    }
    if (waiting.length > 0) timer ??= setTimeout(tick, TICK_MS);
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
      timer ??= setTimeout(tick, TICK_MS);
    },
    discard(bytes) {
      amount += bytes;
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      waiting.length = 0;
    },
  };
}
