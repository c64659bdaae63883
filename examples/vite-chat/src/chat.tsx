// The page: the rooms, the state of the connection, the posts of one room, and a field to write one.
import { useWsEvent } from 'everwire';
import { useState } from 'react';
import { Composer } from './composer.tsx';
import { ConnectionPill } from './connection-pill.tsx';
import { Conversation } from './conversation.tsx';
import { rooms } from './events.ts';
import { TypingLine } from './typing-line.tsx';

export function Chat() {
  const [room, setRoom] = useState<string>(rooms[0]);
  const names = useWsEvent('people')?.data.names ?? [];
  return (
    <main className="chat">
      <header>
        <div>
          <h1>Everwire chat</h1>
          <p className="people">{names.length === 0 ? 'Nobody yet' : names.join(', ')}</p>
        </div>
        <ConnectionPill />
      </header>
      <nav className="rooms" aria-label="Rooms">
        {rooms.map((name) => (
          <button
            key={name}
            type="button"
            aria-current={name === room ? 'page' : undefined}
            onClick={() => setRoom(name)}
          >
            #{name}
          </button>
        ))}
      </nav>
      {/* Each room has its own scroll position, and its own text that is not sent yet. */}
      <Conversation key={`posts of ${room}`} room={room} />
      <TypingLine key={`typing in ${room}`} room={room} />
      <Composer key={`to ${room}`} room={room} />
    </main>
  );
}
