'use client';
/** Lists the messages. It draws only the rows in view, and follows the newest one until it is scrolled up. */
import {
  type KeyboardEvent,
  memo,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { clockTime } from './format.ts';
import { indexFor } from './list-keys.ts';
import type { Matches } from './row-filter.ts';
import type { Row, Rows } from './row-ring.ts';
import { type RowLook, viewOf } from './rows.ts';
import { useHeight } from './use-height.ts';

export interface MessageListProps {
  readonly rows: Rows;
  readonly matches: Matches;
  readonly selected: number | null;
  readonly onSelect: (row: Row | null) => void;
  readonly clean: (text: string) => string;
}

/** px; the same as in styles.ts. */
const ROW_HEIGHT = 24;
/** Rows above and below what is in view. */
const OVERSCAN = 8;
/** At any height. */
const MAX_ROWS = 100;

/** The place that stays in view when rows come and go: the end, or the row at the top. */
type Anchor = 'end' | { readonly number: number; readonly offset: number };

export function MessageList({ rows, matches, selected, onSelect, clean }: MessageListProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const [anchor, setAnchor] = useState<Anchor>('end');
  const height = useHeight(box);
  const id = useId();
  const { count } = matches;
  const endTop = Math.max(0, count * ROW_HEIGHT - height);
  const top =
    anchor === 'end'
      ? endTop
      : Math.min(endTop, indexOf(matches, anchor.number) * ROW_HEIGHT + anchor.offset);
  const from = Math.max(0, Math.floor(top / ROW_HEIGHT) - OVERSCAN);
  const shown = Math.min(count - from, Math.ceil(height / ROW_HEIGHT) + 2 * OVERSCAN, MAX_ROWS);

  useLayoutEffect(() => {
    const element = box.current;
    if (element !== null && Math.abs(element.scrollTop - top) >= 1) element.scrollTop = top;
  });

  const handleScroll = (): void => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = box.current ?? {};
    // Our own scrolling ends where the anchor already is.
    if (Math.abs(scrollTop - top) < 2) return;
    // The end as it is laid out, if it is: of a list that has just grown, the height is not measured yet.
    const end = clientHeight > 0 ? scrollHeight - clientHeight : endTop;
    if (scrollTop >= end - 2) return setAnchor('end');
    const index = Math.floor(scrollTop / ROW_HEIGHT);
    setAnchor({ number: matches.at(index), offset: scrollTop % ROW_HEIGHT });
  };
  const show = (index: number): void => {
    const row = rows.row(matches.at(index));
    if (row !== undefined) onSelect(row);
  };
  const reveal = (): void => {
    const index = selected === null ? -1 : indexOf(matches, selected);
    if (index < 0 || matches.at(index) !== selected) return;
    const rowTop = index * ROW_HEIGHT;
    const newTop = rowTop < top ? rowTop : Math.max(top, rowTop + ROW_HEIGHT - height);
    if (newTop !== top)
      setAnchor({ number: matches.at(Math.floor(newTop / ROW_HEIGHT)), offset: newTop % ROW_HEIGHT });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: when another row is chosen, or its payload takes room; not when rows come.
  useEffect(reveal, [selected, height]);
  const handleKey = (event: KeyboardEvent): void => {
    const index = selected === null ? count : indexOf(matches, selected);
    // Enter stays where it is, or begins at the end.
    const key = event.key === 'Enter' && index >= count ? 'End' : event.key;
    const target = key === 'Enter' ? index : indexFor(key, index, Math.floor(height / ROW_HEIGHT), count);
    if (target === undefined || count === 0) return;
    event.preventDefault();
    show(target);
  };

  const lines: ReactNode[] = [];
  for (let index = from; index < from + shown; index += 1) {
    const number = matches.at(index);
    lines.push(
      <Line
        // Reuses the same elements, however many rows go by.
        key={index % MAX_ROWS}
        id={`${id}${number}`}
        rows={rows}
        number={number}
        index={index}
        isSelected={number === selected}
        onSelect={onSelect}
        clean={clean}
      />,
    );
  }
  return (
    <div className="list-frame">
      <div
        ref={box}
        className="list"
        role="listbox"
        aria-label="Messages"
        aria-activedescendant={selected === null ? undefined : `${id}${selected}`}
        tabIndex={0}
        onScroll={handleScroll}
        onKeyDown={handleKey}
      >
        <div role="presentation" style={{ height: count * ROW_HEIGHT }}>
          {lines}
        </div>
      </div>
      {anchor !== 'end' && (
        <button
          type="button"
          className="newest"
          title="Go to the newest row, and follow again"
          onClick={() => setAnchor('end')}
        >
          Newest ↓
        </button>
      )}
    </div>
  );
}

interface LineProps {
  readonly id: string;
  readonly rows: Rows;
  readonly number: number;
  readonly index: number;
  readonly isSelected: boolean;
  readonly onSelect: (row: Row | null) => void;
  readonly clean: (text: string) => string;
}

/** The row of a number never changes, so each row is drawn once. */
const Line = memo(function Line({ id, rows, number, index, isSelected, onSelect, clean }: LineProps) {
  const row = rows.row(number);
  if (row === undefined) return null;
  const { look, lookWords, name, tag, glance } = viewOf(row, clean);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the listbox has the focus, and names the active option.
    <div
      id={id}
      className="row"
      role="option"
      aria-selected={isSelected}
      aria-posinset={index + 1}
      aria-setsize={-1}
      data-look={look}
      style={{ transform: `translateY(${index * ROW_HEIGHT}px)` }}
      // Not a click: in a fast stream the row is gone before the button is released.
      onPointerDown={(event) => {
        if (event.button === 0) onSelect(isSelected ? null : row);
      }}
    >
      <span className="time">{clockTime(row.at)}</span>
      <span className="sign" aria-hidden="true">
        {SIGNS[look]}
      </span>
      <span className="hidden">{lookWords}</span>
      <span className="name">{name}</span>
      <span className="tag">{tag}</span>
      <span className="glance">{glance}</span>
    </div>
  );
});

const SIGNS: Readonly<Record<RowLook, string>> = {
  in: '↓',
  out: '↑',
  duplicate: '⇊',
  refused: '⊘',
  notice: '▲',
  life: '●',
  error: '✕',
};

/** The index of the row, or the index that it would have. */
function indexOf(matches: Matches, number: number): number {
  let low = 0;
  let high = matches.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (matches.at(middle) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
