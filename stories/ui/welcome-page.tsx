/** The first page of the book: what Everwire is, and how to read the book. */

import { codeOf } from './book-code.ts';
import { BookLink } from './book-link.tsx';
import { chapters } from './chapters.ts';
import { CodeBlock } from './code-block.tsx';
import './styles.css';

export function WelcomePage() {
  return (
    <main className="page chapter-page sb-unstyled">
      <header className="intro">
        <p className="chapter">Everwire</p>
        <h1>Read me first</h1>
        <div className="prose lead">
          <p>
            Everwire gives a React app one shared WebSocket: kept alive, in order, and never silently losing
            an event. A provider owns the connection; hooks read their slice of it, and render at most once a
            frame.
          </p>
        </div>
      </header>
      {codeOf({ code: ['00-five-lines.tsx'] }).map((file) => (
        <CodeBlock key={file.title} {...file} />
      ))}
      <section className="welcome-part">
        <h2 className="page-title">How this book works</h2>
        <div className="prose">
          <p>
            <strong>Every page is live.</strong> There is a fake server in it, of the kind that you can use in
            your own tests: no network is needed. Press its buttons, and the log says what happened.
          </p>
          <p>
            <strong>Every page proves itself.</strong> When you open one from the sidebar, it first plays
            through what its text says, step by step; the same steps are run as a test. On the page of a
            chapter nothing is played: there the connections wait for you.
          </p>
          <p>
            <strong>The code is below.</strong> Events are declared once for the whole book, as an app would
            declare them; chapter 10 is about that. Light or dark is chosen in the toolbar.
          </p>
        </div>
      </section>
      <section className="welcome-part">
        <h2 className="page-title">The chapters</h2>
        <ol className="chapter-list">
          {chapters.map(({ id, title, lead }) => (
            <li key={id}>
              <BookLink to={id}>{title}</BookLink>
              <p className="chapter-lead">{lead}</p>
            </li>
          ))}
        </ol>
      </section>
    </main>
  );
}
