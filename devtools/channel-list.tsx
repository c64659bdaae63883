'use client';
/** Lists the channels: the state of each, who holds it, and its events. It draws only the rows in view. */
import { type KeyboardEvent, memo, type ReactNode, useId, useMemo, useRef, useState } from 'react';
import { stateWords, summaryWords } from './channel-words.ts';
import type { ChannelFacts, ChannelFigures, ShownChannels } from './channels.ts';
import { compact, grouped } from './format.ts';
import { indexFor } from './list-keys.ts';
import { cleanCut } from './plain-data.ts';
import { useHeight } from './use-height.ts';

export interface ChannelListProps {
  readonly channels: ShownChannels;
  /** Epoch ms. */
  readonly now: number;
  /** The channel whose rows are shown alone. */
  readonly only: string | null;
  readonly onOnly: (name: string | null) => void;
  readonly clean: (text: string) => string;
}

/** px; the same as in styles.ts. */
const ROW_HEIGHT = 44;
/** Rows above and below what is in view. */
const OVERSCAN = 4;
/** At any height. */
const MAX_ROWS = 60;
const MAX_LENGTH = 160;

export function ChannelList({ channels, now, only, onOnly, clean }: ChannelListProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const [text, setText] = useState('');
  const [shows, setShows] = useState<'all' | 'refused'>('all');
  const [scrollTop, setScrollTop] = useState(0);
  /** The channel that the keys have moved to. */
  const [active, setActive] = useState<string | null>(null);
  const { rows, counts } = channels.table();
  // With no refusal left, there is no button to show the others again.
  const shown = counts.refused === 0 ? 'all' : shows;
  const found = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    if (wanted === '' && shown === 'all') return rows;
    return rows.filter(
      ({ name, stage }) =>
        (shown === 'all' || stage === 'refused') && (wanted === '' || name.toLowerCase().includes(wanted)),
    );
  }, [rows, text, shown]);

  const height = useHeight(box);
  const top = Math.max(0, Math.min(scrollTop, found.length * ROW_HEIGHT - height));
  const from = Math.max(0, Math.floor(top / ROW_HEIGHT) - OVERSCAN);
  const lines = found.slice(from, from + Math.min(Math.ceil(height / ROW_HEIGHT) + 2 * OVERSCAN, MAX_ROWS));
  const activeIndex = active === null ? -1 : found.findIndex(({ name }) => name === active);

  const handleKey = (event: KeyboardEvent): void => {
    const chooses = event.key === 'Enter' || event.key === ' ';
    const isChosen = chooses && activeIndex >= 0;
    const page = Math.floor(height / ROW_HEIGHT);
    const key = chooses ? 'Home' : event.key;
    const index = isChosen ? activeIndex : indexFor(key, activeIndex, page, found.length);
    const name = index === undefined ? undefined : found[index]?.name;
    if (index === undefined || name === undefined) return;
    event.preventDefault();
    if (isChosen) return onOnly(name === only ? null : name);
    setActive(name);
    const { current: element } = box;
    if (element === null) return;
    const rowTop = index * ROW_HEIGHT;
    element.scrollTop =
      rowTop < element.scrollTop ? rowTop : Math.max(element.scrollTop, rowTop + ROW_HEIGHT - height);
  };

  return (
    <section className="channels" aria-label="Channels">
      <div className="filters">
        <input
          type="search"
          aria-label="Find a channel"
          placeholder="Find a channel"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {counts.refused > 0 && (
          <button
            type="button"
            className="refusals"
            title={shown === 'refused' ? 'Show all channels' : 'Show only the refused channels'}
            aria-pressed={shown === 'refused'}
            onClick={() => setShows(shown === 'refused' ? 'all' : 'refused')}
          >
            {grouped(counts.refused)} refused
          </button>
        )}
      </div>
      <p className="channel-head quiet">
        <span>{rows.length === 0 ? 'No channels now.' : summaryWords(counts)}</span>
        <span className="figure">Count</span>
        <span className="figure" title="In the last second">
          per s
        </span>
      </p>
      <div
        ref={box}
        className="list"
        role="listbox"
        aria-label="Channels, to show the messages of one"
        aria-activedescendant={
          activeIndex >= from && activeIndex < from + lines.length ? `${id}${activeIndex}` : undefined
        }
        tabIndex={0}
        onScroll={() => setScrollTop(box.current?.scrollTop ?? 0)}
        onKeyDown={handleKey}
      >
        <div role="presentation" style={{ height: found.length * ROW_HEIGHT }}>
          {lines.map((facts, offset) => {
            const { count, perSecond, position } = channels.figures(facts.name, now);
            return (
              <Line
                key={facts.name}
                id={`${id}${from + offset}`}
                index={from + offset}
                all={found.length}
                facts={facts}
                count={count}
                perSecond={perSecond}
                position={position}
                look={facts.name === active ? 'active' : 'plain'}
                isOnly={facts.name === only}
                onOnly={onOnly}
                clean={clean}
              />
            );
          })}
        </div>
        {rows.length > 0 && found.length === 0 && <p className="quiet">No such channel.</p>}
      </div>
      {channels.others > 0 && (
        <p className="quiet">{grouped(channels.others)} events of further channels are counted together.</p>
      )}
    </section>
  );
}

interface LineProps extends ChannelFigures {
  readonly id: string;
  readonly index: number;
  readonly all: number;
  readonly facts: ChannelFacts;
  readonly look: 'active' | 'plain';
  readonly isOnly: boolean;
  readonly onOnly: (name: string | null) => void;
  readonly clean: (text: string) => string;
}

/** Drawn again only if something of it has changed. */
const Line = memo(function Line({
  id,
  index,
  all,
  facts,
  count,
  perSecond,
  position,
  look,
  isOnly,
  onOnly,
  clean,
}: LineProps) {
  const name = cleanCut(facts.name, MAX_LENGTH, clean);
  const words = cleanCut(stateWords(facts), MAX_LENGTH, clean);
  const place = position === null ? '' : ` · at ${cleanCut(position, MAX_LENGTH, clean)}`;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the listbox has the focus, and names the active option.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox handles the keys.
    <div
      id={id}
      className="channel"
      role="option"
      aria-selected={isOnly}
      aria-posinset={index + 1}
      aria-setsize={all}
      data-stage={facts.stage}
      data-look={look}
      title={`${name}: ${words}${place}`}
      style={{ transform: `translateY(${index * ROW_HEIGHT}px)` }}
      onClick={() => onOnly(isOnly ? null : facts.name)}
    >
      <span className="dot" aria-hidden="true" />
      <span className="channel-name">{name}</span>
      <span className="figure number" title={grouped(count)}>
        {compact(count)}
      </span>
      <span className="figure number">{compact(perSecond)}</span>
      <span className="channel-state">
        {words}
        {place}
      </span>
    </div>
  );
});
