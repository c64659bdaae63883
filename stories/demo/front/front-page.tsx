/** The front page of the book: the picture, five lines of code, and the chapters. */

import { rawCode } from '../../ui/book-code.ts';
import { BookLink } from '../../ui/book-link.tsx';
import { chapters } from '../../ui/chapters.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Picture, type PictureProps } from './picture.tsx';
import { Thumbnail } from './thumbnail.tsx';
import '../../ui/styles.css';
import './front.css';

export function FrontPage({ begins }: PictureProps) {
  return (
    <main className="page front">
      <header className="front-head">
        <h1>Break the connection. Nothing is lost.</h1>
        <p className="front-lead">
          Everwire: WebSocket hooks for React. One server, two browsers, the same events. Watch the first
          break, then press a red button.
        </p>
      </header>
      <Picture begins={begins} />
      <p className="front-note">
        The server numbers its events and keeps the newest for a while, as <code>everwire/server</code> does.
        Here it is a fake one, in this page. The plain hook is the real react-use-websocket, as its README
        shows it, set to reconnect and to send heartbeats with the same waits as Everwire.
      </p>
      <section className="front-part">
        <h2>All of it, in five lines</h2>
        <CodeBlock title="inside a <WebSocketProvider>" code={fiveLines()} />
      </section>
      <section className="front-part">
        <h2>The chapters, live</h2>
        <ol className="front-cards">
          {chapters.map(({ id, title, lead }) => (
            <li key={id} className="front-card">
              <Thumbnail chapter={title} />
              <div className="front-card-text">
                <h3>
                  <BookLink to={id}>{title}</BookLink>
                </h3>
                <p>{lead}</p>
              </div>
            </li>
          ))}
        </ol>
      </section>
    </main>
  );
}

/** The hooks in the file, which is compiled with the book. */
function fiveLines(): string {
  return rawCode('00-five-lines.tsx')
    .split('\n')
    .filter((line) => /^ {2}(const |use\w+\()/.test(line))
    .map((line) => line.trim())
    .join('\n');
}
