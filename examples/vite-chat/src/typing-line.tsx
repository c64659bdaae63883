// The names of people who are writing in a room, reduced from two kinds of events. The event's name narrows its data.
import { type EventOf, useWsReducer } from 'everwire';
import { myName } from './my-name.ts';

export function TypingLine({ room }: { readonly room: string }) {
  const names = useWsReducer(['typing', 'posted'], whoIsTyping, [], { channel: `room:${room}` }).filter(
    (name) => name !== myName,
  );
  return (
    <p className="typing">
      {names.length > 0 && `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} writing …`}
    </p>
  );
}

function whoIsTyping(names: readonly string[], event: EventOf<'typing' | 'posted'>): readonly string[] {
  switch (event.event) {
    case 'typing': {
      const others = names.filter((name) => name !== event.data.name);
      return event.data.isTyping ? [...others, event.data.name] : others;
    }
    case 'posted':
      return names.filter((name) => name !== event.data.name);
    default:
      return event satisfies never;
  }
}
