/** What is sent to a socket within one turn of the event loop leaves in one write. */

/** The stream under a socket. */
export interface Corkable {
  cork(): void;
  uncork(): void;
}

/** A socket that holds back what it is sent. */
export interface Holding {
  release(): void;
}

export interface Turn {
  /** The socket is released when the turn is over. */
  hold(holding: Holding): void;
  /** So many characters are held back. With too many, all are released at once. */
  add(length: number): void;
}

/** Characters that all sockets together may hold back. More in one write saves nothing, and takes memory for each session. */
const MAX_HELD = 1_048_576;

export function createTurn(): Turn {
  let all: Holding[] = [];
  let length = 0;
  const release = (): void => {
    const held = all;
    all = [];
    length = 0;
    for (const one of held) one.release();
  };
  return {
    hold(holding) {
      // After the microtasks: events that are published one after another are sent in several of them.
      if (all.length === 0) process.nextTick(release);
      all.push(holding);
    },
    add(added) {
      length += added;
      if (length > MAX_HELD) release();
    },
  };
}

/** The stream under a socket of `ws` is that of its request. Other servers do not tell. */
export function streamOf(request: object): Corkable | undefined {
  const { socket } = request as { readonly socket?: Partial<Corkable> | null };
  const isCorkable = typeof socket?.cork === 'function' && typeof socket.uncork === 'function';
  return isCorkable ? (socket as Corkable) : undefined;
}
