// The page: the people, the state of the connection, the posts, and a field to write one.
import { useWsEvent } from 'everwire';
import { Composer } from './composer.tsx';
import { ConnectionPill } from './connection-pill.tsx';
import { Conversation } from './conversation.tsx';
import { TypingLine } from './typing-line.tsx';

export function Chat() {
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
      <Conversation />
      <TypingLine />
      <Composer />
    </main>
  );
}
