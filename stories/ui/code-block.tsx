/** Shows code in the colours of the theme, one file at a time, with a button that copies it. */
import { useEffect, useMemo, useState } from 'react';
import type { BookCode } from './book-code.ts';
import { tokensOf } from './highlight.ts';
import './styles.css';

/** How long the button says that it has copied, ms. */
const SAID_FOR_MS = 2_000;

export interface CodeFilesProps {
  readonly files: readonly BookCode[];
}

/** One file. */
export function CodeBlock(file: BookCode) {
  return <CodeFiles files={[file]} />;
}

/** Nothing without files. */
export function CodeFiles({ files }: CodeFilesProps) {
  const [chosen, setChosen] = useState('');
  const shown = files.find(({ title }) => title === chosen) ?? files[0];
  if (shown === undefined) return null;
  return (
    <figure className="code">
      <figcaption className="code-head">
        <div className="code-names">
          {files.length === 1 ? (
            <code>{shown.title}</code>
          ) : (
            files.map(({ title }) => (
              <button
                key={title}
                type="button"
                className="code-name"
                aria-pressed={title === shown.title}
                onClick={() => setChosen(title)}
              >
                <code>{title}</code>
              </button>
            ))
          )}
        </div>
        <CopyButton key={shown.title} {...shown} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so without a mouse too. */}
      <section className="code-body" tabIndex={0} aria-label={shown.title}>
        <pre>
          <CodeText code={shown.code.trim()} />
        </pre>
      </section>
    </figure>
  );
}

/** The code alone, to stand in a `<pre>`. */
export function CodeText({ code }: { readonly code: string }) {
  const tokens = useMemo(() => tokensOf(code), [code]);
  return (
    <code className="code-text">
      {tokens.map(({ kind, text, at }) =>
        kind === 'plain' ? (
          text
        ) : (
          <span key={at} data-token={kind}>
            {text}
          </span>
        ),
      )}
    </code>
  );
}

function CopyButton({ title, code }: BookCode) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = (): void => {
    // A page that is not served securely has no clipboard.
    const copying = navigator.clipboard?.writeText(code.trim()) ?? Promise.reject(new Error('no clipboard'));
    copying.then(
      () => setState('copied'),
      () => setState('failed'),
    );
  };
  return (
    <button type="button" className="button small" aria-label={`Copy ${title}`} onClick={copy}>
      {labels[state]}
    </button>
  );
}

const labels = { idle: 'Copy', copied: 'Copied', failed: 'Not allowed' } as const;
