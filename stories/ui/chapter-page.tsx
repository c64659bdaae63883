/** A chapter: its pages, one at a time, live, with their code below. */

import { DocsContext, Story } from '@storybook/addon-docs/blocks';
import { useContext, useState } from 'react';
import { codeOf } from './book-code.ts';
import { BookLink } from './book-link.tsx';
import { chapters } from './chapters.ts';
import { CodeFiles } from './code-block.tsx';
import './styles.css';

export function ChapterPage() {
  const context = useContext(DocsContext);
  const stories = context.componentStories();
  const title = stories[0]?.title ?? '';
  const place = chapters.findIndex((chapter) => chapter.title === title);
  const [before, chapter, after] = [chapters[place - 1], chapters[place], chapters[place + 1]];
  const [chosen, setChosen] = useState('');
  const shown = stories.find(({ id }) => id === chosen) ?? stories[0];
  return (
    <main className="page chapter-page sb-unstyled">
      <header className="chapter-head">
        <h1>{title}</h1>
        {stories.length > 1 && (
          <nav className="contents" aria-label="Pages of this chapter">
            {stories.map(({ id, name }) => (
              <button
                key={id}
                type="button"
                aria-current={id === shown?.id ? 'page' : undefined}
                onClick={() => setChosen(id)}
              >
                {name}
              </button>
            ))}
          </nav>
        )}
      </header>
      {shown !== undefined && (
        <section key={shown.id} className="chapter-part">
          <Story of={shown.moduleExport} />
          <CodeFiles files={[...codeOf(shown.parameters), ...codeOf({ code: chapter?.code })]} />
        </section>
      )}
      <nav className="turn" aria-label="Chapters">
        {before !== undefined ? (
          <BookLink to={before.id}>← {before.title}</BookLink>
        ) : (
          <BookLink to="everwire--front">← Everwire</BookLink>
        )}
        {after !== undefined && <BookLink to={after.id}>{after.title} →</BookLink>}
      </nav>
    </main>
  );
}
