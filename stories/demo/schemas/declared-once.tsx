/** Events that are declared once, and the mistakes that the compiler finds. */

import { WebSocketProvider } from 'everwire';
import { useId } from 'react';
import { rawCode } from '../../ui/book-code.ts';
import { CodeText } from '../../ui/code-block.tsx';
import { ControlRow, ServerControls } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER, Shipments, zodSchemas } from './chapter.ts';
import { PayloadButtons } from './schema-libraries.tsx';

export function DeclaredOnceStory() {
  const server = useFakeServer({ resume: 'takeover' });
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} schemas={zodSchemas} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="Declared once"
        sources={['src/register.ts', 'src/types.ts']}
        lead="Declare your events once, and the compiler finds these five mistakes."
        notes={
          <p>
            <code>Register</code> declares what goes over the socket: events, messages and requests. Then
            every hook, handler, <code>send</code> and <code>request</code> is typed, in{' '}
            <code>everwire/core</code> too. Without it, names are <code>string</code> and data is{' '}
            <code>unknown</code>. <code>EventsOf</code> takes the events from schemas, so that nothing is
            written twice.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <ControlRow label="Shipped">
              <PayloadButtons server={server} only="valid" />
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <Mistakes />
          <div className="shipments-box">
            <Shipments />
          </div>
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

interface Mistake {
  readonly line: number;
  readonly column: number;
  readonly words: string;
}

/** As the compiler printed them: `npm run check:book` compares. */
function readMistakes(): readonly Mistake[] {
  const printed = rawCode('register/mistakes.txt').trim().split('\n');
  return printed.map((text) => {
    const [, line = '', column = '', words = text] = /^\S+\((\d+),(\d+)\): error (.*)$/.exec(text) ?? [];
    return { line: Number(line), column: Number(column), words };
  });
}

function Mistakes() {
  const lines = rawCode('register/mistakes.tsx').trimEnd().split('\n');
  const mistakes = readMistakes();
  const id = useId();
  return (
    <div className="stack tight">
      <h3 id={id}>What the compiler says</h3>
      <ol className="mistakes" aria-labelledby={id}>
        {lines.map((code, index) => {
          const mistake = mistakes.find(({ line }) => line === index + 1);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a file stay where they are.
            <li key={index} className="mistake-line">
              <pre>
                <CodeText code={code === '' ? ' ' : code} />
              </pre>
              {mistake !== undefined && (
                <p className="mistake" data-testid="mistake">
                  {mistake.words}
                </p>
              )}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
