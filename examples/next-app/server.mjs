// The board's server: a departure every few seconds, and announcements from any client.
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
const emits = new Set(); // one for each socket: it numbers its events
const emitToAll = (event, data) => {
  for (const emit of emits) emit(event, data);
};

setInterval(() => {
  const departure = newDeparture(made);
  made += 1;
  departures.push(departure);
  departures.shift();
  emitToAll('departure', departure);
}, 5000);

const board = new WebSocketServer({ host: '127.0.0.1', port: process.env.PORT ?? 8081, maxPayload: 16_384 });
board.on('listening', () => console.log('The board listens on port', board.address().port));
board.on('connection', (socket) => {
  let next = 0;
  const emit = (event, data) => {
    socket.send(JSON.stringify({ event, data, seq: next }));
    next += 1;
  };
  emit('hello', { connection_id: crypto.randomUUID() });
  emit('board', departures);
  emits.add(emit);
  socket.on('error', () => socket.terminate()); // an invalid frame, or one that is too long
  socket.on('close', () => emits.delete(emit));
  socket.on('message', (raw) => {
    try {
      const { event, data, seq } = JSON.parse(raw);
      if (event === 'announce' && data.text.trim() !== '')
        emitToAll('announced', { id: crypto.randomUUID(), text: data.text.trim().slice(0, 200) });
      socket.send(JSON.stringify({ seq_reply: seq, status: 'OK' })); // to pings and all other messages
    } catch {
      socket.close(1007, 'not understood'); // not JSON, or not an expected message
    }
  });
});
