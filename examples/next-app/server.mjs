// The board's server: a departure every few seconds, and announcements from any client.
import { createHub, memoryLog } from 'everwire/server';
import { WebSocketServer } from 'ws';

const places = ['Ghent', 'Basel', 'Turin', 'Porto', 'Malmö', 'Gdansk', 'Lyon', 'Graz', 'Bilbao', 'Bergen'];
const newDeparture = (id) => ({
  id,
  time: new Date(Date.now() + 600_000 + id * 60_000).toISOString(),
  place: places[id % places.length],
  platform: 1 + ((id * 7) % 12),
});

let made = 6;
const departures = Array.from({ length: made }, (_, id) => newDeparture(id)); // the current board

/** @type {import('everwire/server').Hub<import('./app/events.ts').App>} */
const hub = createHub({
  log: memoryLog(),
  // No sign-in: everybody is one user, who may have many sessions. A real app returns null for a token it does not know.
  authenticate: () => ({ id: 'anyone' }),
  identify: (user) => user.id,
  limits: { sessionsPerUser: 1000 },
  messages: {
    // Sent by each new session. The board is an event too, so it comes in order with the departures.
    watch: (_, session) => session.publish('board', departures),
    announce({ text }) {
      const shown = String(text).trim().slice(0, 200);
      if (shown !== '')
        return hub.publish({ all: true }, 'announced', { id: crypto.randomUUID(), text: shown });
    },
  },
  logger: console,
});

setInterval(() => {
  const departure = newDeparture(made);
  made += 1;
  departures.push(departure);
  departures.shift();
  void hub.publish({ all: true }, 'departure', departure);
}, 5000);

const port = Number(process.env.PORT ?? 8081);
const server = new WebSocketServer({ host: '127.0.0.1', port, maxPayload: 65_536 });
server.on('listening', () => console.log('The board listens on port', port));
server.on('connection', hub.accept);
