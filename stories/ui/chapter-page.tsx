/** A chapter: its introduction, then each of its pages, live, with its code below. */

import { DocsContext, Story } from '@storybook/addon-docs/blocks';
import { type MouseEvent, useContext } from 'react';
import { type BookCode, codeOf } from './book-code.ts';
import { BookLink } from './book-link.tsx';
import { chapters } from './chapters.ts';
import { CodeBlock } from './code-block.tsx';
import './styles.css';

export function ChapterPage() {
  const context = useContext(DocsContext);
  const stories = context.componentStories();
  const title = stories[0]?.title ?? '';
  const place = chapters.findIndex((chapter) => chapter.title === title);
  const [before, chapter, after] = [chapters[place - 1], chapters[place], chapters[place + 1]];
  return (
    <main className="page chapter-page sb-unstyled">
      <header className="intro">
        <p className="chapter">Everwire</p>
        <h1>{title}</h1>
        {chapter !== undefined && <p className="prose lead">{chapter.lead}</p>}
        {stories.length > 1 && (
          <ol className="contents">
            {stories.map(({ id, name }) => (
              <li key={id}>
                <a href={`#${anchorOf(id)}`} onClick={(event) => scrollTo(event, id)}>
                  {name}
                </a>
              </li>
            ))}
          </ol>
        )}
      </header>
      {codeOf({ code: chapter?.code }).map((file) => (
        <CodeBlock key={file.title} {...file} />
      ))}
      {stories.map((story, index) => (
        <section key={story.id} id={anchorOf(story.id)} className="chapter-part" tabIndex={-1}>
          <Story of={story.moduleExport} />
          {firstShownHere(stories, index).map((file) => (
            <CodeBlock key={file.title} {...file} />
          ))}
        </section>
      ))}
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

type Parameters = Readonly<Record<string, unknown>>;

/** A file that two pages of a chapter share is shown with the first of them. */
function firstShownHere(
  stories: readonly { readonly parameters: Parameters }[],
  index: number,
): readonly BookCode[] {
  const earlier = new Set(
    stories.slice(0, index).flatMap(({ parameters }) => codeOf(parameters).map(({ title }) => title)),
  );
  return codeOf(stories[index]?.parameters ?? {}).filter(({ title }) => !earlier.has(title));
}

function anchorOf(storyId: string): string {
  return `page-${storyId}`;
}

/** Scrolls by script: the address belongs to Storybook, which would read a `#` in it as its own. */
function scrollTo(event: MouseEvent, storyId: string): void {
  event.preventDefault();
  const part = document.getElementById(anchorOf(storyId));
  part?.scrollIntoView();
  part?.focus({ preventScroll: true });
}
