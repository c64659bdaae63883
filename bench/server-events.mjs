/** An event before it is a frame, and the interface of each kind of server. */

/**
 * One event, for every connected client.
 *
 * @typedef {object} Event
 * @property {string} name
 * @property {{ n: number, at: number, text: string }} data
 */

/**
 * One kind of server: a port, its clients, and how it writes an event to them.
 *
 * @typedef {object} Door
 * @property {number} port
 * @property {() => number} clientCount those that are connected and greeted
 * @property {(events: readonly Event[]) => void} write to every client, in one go
 * @property {() => number} waitingBytes approximately how much is not yet written to the slowest client
 * @property {() => void} kill destroys the link of every client; they may reconnect
 * @property {() => void} forget no earlier session can be resumed
 * @property {() => void} close
 */

/**
 * Called by a door when a client has connected (and received hello) or left.
 *
 * @typedef {(change: 'came' | 'gone') => void} OnClient
 */

/**
 * Numbers the events of each name from 1, and adds the time.
 *
 * @returns {{ make: (name: string, text: string) => Event, forget: () => void }}
 */
export function createEvents() {
  /** @type {Map<string, number>} */
  const counts = new Map();
  return {
    make: (name, text) => {
      const n = (counts.get(name) ?? 0) + 1;
      counts.set(name, n);
      return { name, data: { n, at: Date.now(), text } };
    },
    forget: () => counts.clear(),
  };
}
