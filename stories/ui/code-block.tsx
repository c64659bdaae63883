/** Shows code in the colours of the theme, with the name of its file and a button that copies it. */
import { useEffect, useMemo, useState } from 'react';
import { tokensOf } from './highlight.ts';
import './styles.css';

/** How long the button says that it has copied, ms. */
const SAID_FOR_MS = 2_000;

export interface CodeBlockProps {
  readonly title: string;
  readonly code: string;
}

export function CodeBlock({ title, code }: CodeBlockProps) {
  return (
    <figure className="code">
      <figcaption className="code-head">
        <code>{title}</code>
        <CopyButton title={title} code={code} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so without a mouse too. */}
      <section className="code-body" tabIndex={0} aria-label={title}>
        <pre>
          <CodeText code={code.trim()} />
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

function CopyButton({ title, code }: CodeBlockProps) {
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
