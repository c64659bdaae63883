// The names of people who are writing, reduced from three kinds of events. The event's name narrows its data.
import { type EventOf, useWsReducer } from 'everwire';
import { myName } from './my-name.ts';

export function TypingLine() {
  const names = useWsReducer(['typing', 'posted', 'people'], whoIsTyping, []).filter(
    (name) => name !== myName,
  );
  return (
    <p className="typing">
      {names.length > 0 && `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} writing …`}
    </p>
  );
}

function whoIsTyping(
  names: readonly string[],
  event: EventOf<'typing' | 'posted' | 'people'>,
): readonly string[] {
  switch (event.event) {
    case 'typing': {
      const others = names.filter((name) => name !== event.data.name);
      return event.data.isTyping ? [...others, event.data.name] : others;
    }
    case 'posted':
      return names.filter((name) => name !== event.data.name);
    case 'people':
      return names.filter((name) => event.data.names.includes(name));
    default:
      return event satisfies never;
  }
}
