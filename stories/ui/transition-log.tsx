/** How is the log shown? A list, newest first, that a screen reader is told of politely. */
import type { LogEntry } from './use-transition-log.ts';

export function TransitionLog({ entries }: { readonly entries: readonly LogEntry[] }) {
  return (
    <section className="card log" aria-labelledby="log-heading">
      <h2 id="log-heading">What happened</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so without a mouse too. */}
      <div className="log-scroll" role="log" aria-labelledby="log-heading" tabIndex={0}>
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
