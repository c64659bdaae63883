/** The buttons of this chapter, which send numbered events and lose some of them. */

import { Verb } from '../../ui/server-controls.tsx';
import type { NumberedStream } from '../numbered-stream.ts';

interface StreamProps {
  readonly stream: NumberedStream;
}

export function SendFive({ stream }: StreamProps) {
  return (
    <Verb did="The server sent five events" title="Five events at once" onPress={() => stream.send(5)}>
      Send five
    </Verb>
  );
}

export function LoseThree({ stream, onLose }: StreamProps & { readonly onLose: () => void }) {
  return (
    <Verb
      did="The server sent five, and three got lost"
      title="The first three of five are numbered and kept, but never arrive"
      onPress={() => {
        // One that arrives, and then the three: a gap is noticed only between two events that arrive.
        stream.send(1);
        onLose();
        stream.send(4);
      }}
    >
      Lose three of five
    </Verb>
  );
}

interface DropAndSendProps extends StreamProps {
  readonly onDrop: () => void;
  readonly times: number;
  readonly words: string;
}

export function DropAndSend({ stream, onDrop, times, words }: DropAndSendProps) {
  return (
    <Verb
      did={`You dropped the link, and the server sent ${words}`}
      title="Cut the link without a close frame, and send before it is back"
      onPress={() => {
        onDrop();
        stream.send(times);
      }}
    >
      Drop, and send {words}
    </Verb>
  );
}
