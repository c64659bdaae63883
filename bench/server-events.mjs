// What is an event before it is a frame, and what must every door to the clients be able to do?

/**
 * One event, for whoever is connected.
 *
 * @typedef {object} Event
 * @property {string} name
 * @property {{ n: number, at: number, text: string }} data
 */

/**
 * One kind of server: a port, its clients, and the way it writes an event to them.
 *
 * @typedef {object} Door
 * @property {number} port
 * @property {() => number} clientCount those that are connected and greeted
 * @property {(events: readonly Event[]) => void} write to every client, in one go
 * @property {() => number} waitingBytes how much the slowest client has not been given yet, about
 * @property {() => void} kill destroys the link of every client; they may come back
 * @property {() => void} forget no session of before is taken up again
 * @property {() => void} close
 */

/**
 * Is told, by a door, whenever a client has come (greeted already) or gone.
 *
 * @typedef {(change: 'came' | 'gone') => void} OnClient
 */

/**
 * Counts the events of each name from 1, and dates them.
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
