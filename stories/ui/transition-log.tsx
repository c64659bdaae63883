/** Shows the log: a list, newest first, that a screen reader announces politely. */
import { useId } from 'react';
import { CardHeading } from './card-heading.tsx';
import { useLabelledBy } from './page-view.ts';
import type { LogEntry } from './use-transition-log.ts';

export function TransitionLog({ entries }: { readonly entries: readonly LogEntry[] }) {
  const headingId = useId();
  return (
    <section className="card log" aria-labelledby={useLabelledBy(headingId)}>
      <CardHeading id={headingId}>What happened</CardHeading>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so without a mouse too. */}
      <div className="log-scroll" role="log" aria-labelledby={headingId} tabIndex={0}>
        <ol className="log-list">
          {entries.map(({ id, atMs, kind, text, detail }) => (
            <li key={id} className="log-entry" data-kind={kind}>
              <span className="log-time">{(atMs / 1_000).toFixed(1)} s</span>
              <span className="log-text">
                {text}
                {detail !== '' && <span className="log-detail"> {detail}</span>}
              </span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
