'use client';
/** Lists the names of the events: how many, how many a second, how large. A name can be shown alone, or muted. */
import { memo, type ReactNode } from 'react';
import { compact, grouped } from './format.ts';
import type { NameFigures, Names } from './name-counts.ts';
import { cleanCut } from './plain-data.ts';

export interface NameListProps {
  readonly names: Names;
  /** Epoch ms. */
  readonly now: number;
  /** Only names that contain this text. */
  readonly text: string;
  readonly only: string | null;
  readonly onOnly: (name: string | null) => void;
  readonly onMute: (name: string) => void;
  readonly clean: (text: string) => string;
}

/** The filter finds the others. */
const MAX_SHOWN = 100;
const MAX_NAME_LENGTH = 120;

export function NameList({ names, now, text, only, onOnly, onMute, clean }: NameListProps): ReactNode {
  const wanted = text.trim().toLowerCase();
  const found = names.figures(now).filter(({ name }) => name.toLowerCase().includes(wanted));
  const hiddenCount = found.length - MAX_SHOWN;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling part must be reachable by keys.
    <section className="names" aria-label="Event names" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Event</th>
            <th scope="col">Count</th>
            <th scope="col" title="In the last second">
              per s
            </th>
            <th scope="col" title="Characters of the data as JSON, on average">
              Size
            </th>
            <th scope="col">
              <span className="hidden">Mute</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {found.slice(0, MAX_SHOWN).map(({ name, count, perSecond, meanLength }) => (
            <NameLine
              key={name}
              name={name}
              label={cleanCut(name, MAX_NAME_LENGTH, clean)}
              count={count}
              perSecond={perSecond}
              meanLength={meanLength}
              isOnly={name === only}
              isMuted={names.muted.has(name)}
              onOnly={onOnly}
              onMute={onMute}
            />
          ))}
        </tbody>
      </table>
      {found.length === 0 && <p className="quiet">{wanted === '' ? 'No events so far.' : 'No such name.'}</p>}
      {hiddenCount > 0 && <p className="quiet">{grouped(hiddenCount)} more: filter by name.</p>}
      {names.others > 0 && (
        <p className="quiet">{grouped(names.others)} events of further names are counted together.</p>
      )}
    </section>
  );
}

interface NameLineProps extends NameFigures {
  readonly label: string;
  readonly isOnly: boolean;
  readonly isMuted: boolean;
  readonly onOnly: (name: string | null) => void;
  readonly onMute: (name: string) => void;
}

/** Drawn again only if one of its figures has changed. */
const NameLine = memo(function NameLine({
  name,
  label,
  count,
  perSecond,
  meanLength,
  isOnly,
  isMuted,
  onOnly,
  onMute,
}: NameLineProps) {
  return (
    <tr data-muted={isMuted}>
      <th scope="row">
        <button
          type="button"
          className="name-only"
          aria-pressed={isOnly}
          title={isOnly ? 'Show all events' : `Show only ${label}`}
          onClick={() => onOnly(isOnly ? null : name)}
        >
          {label}
        </button>
      </th>
      <td className="number" title={grouped(count)}>
        {compact(count)}
      </td>
      <td className="number">{compact(perSecond)}</td>
      <td className="number">{meanLength === null ? '–' : compact(meanLength)}</td>
      <td>
        <button
          type="button"
          className="mute"
          aria-pressed={isMuted}
          aria-label={`Mute ${label}`}
          title={isMuted ? 'Show its rows again' : 'Hide its rows, and keep no new ones; it is still counted'}
          onClick={() => onMute(name)}
        >
          {isMuted ? 'Muted' : 'Mute'}
        </button>
      </td>
    </tr>
  );
});
