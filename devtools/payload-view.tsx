'use client';
/** Shows the content of one row: as JSON, without secrets, and cut to a length that can be read. */
import { type ReactNode, useMemo } from 'react';
import { clockTime, grouped } from './format.ts';
import { toPlain } from './plain-data.ts';
import type { HeldRow, Row } from './row-ring.ts';
import { contentOf, viewOf } from './rows.ts';

export interface PayloadViewProps {
  readonly held: HeldRow;
  readonly clean: (text: string) => string;
  readonly onCopy: (text: string) => void;
  readonly onClose: () => void;
}

/** Characters. */
const MAX_SHOWN = 20_000;
const MAX_COPIED = 5_000_000;

export function PayloadView({ held, clean, onCopy, onClose }: PayloadViewProps): ReactNode {
  const row = held.read();
  const text = useMemo(() => jsonOf(row, clean, MAX_SHOWN), [row, clean]);
  const { name, lookWords, tag } = viewOf(row, clean);
  const isCut = text.length > MAX_SHOWN;
  return (
    <section className="payload" aria-label={`Payload of ${name}`}>
      <div className="payload-head">
        <p>
          <strong>{name}</strong>{' '}
          <span className="quiet">
            {lookWords}
            {tag === '' ? '' : ` ${tag}`}, {clockTime(row.at)}, {isCut ? 'more than ' : ''}
            {grouped(text.length)} characters
          </span>
        </p>
        <button type="button" onClick={() => onCopy(jsonOf(row, clean, MAX_COPIED))}>
          Copy all
        </button>
        <button type="button" className="icon" aria-label="Close the payload" onClick={onClose}>
          ✕
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
      <pre tabIndex={0}>{text}</pre>
    </section>
  );
}

function jsonOf(row: Row, clean: (text: string) => string, maxLength: number): string {
  return JSON.stringify(toPlain(contentOf(row), { clean, maxLength, getters: 'read' }), null, 2);
}
