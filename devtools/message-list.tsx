'use client';
/** Which messages came and went? A list that draws only the rows in view, and stays at its end unless scrolled up. */
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
import type { Recorder, Row } from './recorder.ts';
import { type Matches, type RowLook, viewOf } from './rows.ts';

export interface MessageListProps {
  readonly recorder: Recorder;
  readonly matches: Matches;
  readonly selected: number | null;
  readonly onSelect: (row: Row | null) => void;
  readonly clean: (text: string) => string;
}

/** px; styles.ts says the same. */
const ROW_HEIGHT = 24;
/** Rows above and below what is in view. */
const OVERSCAN = 8;
/** Whatever the height is. */
const MAX_ROWS = 100;
/** Where nothing is laid out. */
const FALLBACK_HEIGHT = 320;

/** What stays where it is when rows come and go: the end, or the row at the top. */
type Anchor = 'end' | { readonly number: number; readonly offset: number };

export function MessageList({ recorder, matches, selected, onSelect, clean }: MessageListProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const [anchor, setAnchor] = useState<Anchor>('end');
  const [height, setHeight] = useState(FALLBACK_HEIGHT);
  const id = useId();
  const { count } = matches;
  const endTop = Math.max(0, count * ROW_HEIGHT - height);
  const top =
    anchor === 'end'
      ? endTop
      : Math.min(endTop, indexOf(matches, anchor.number) * ROW_HEIGHT + anchor.offset);
  const from = Math.max(0, Math.floor(top / ROW_HEIGHT) - OVERSCAN);
  const shown = Math.min(count - from, Math.ceil(height / ROW_HEIGHT) + 2 * OVERSCAN, MAX_ROWS);

  useEffect(() => {
    if (box.current === null || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(([entry]) =>
      setHeight(Math.ceil(entry?.contentRect.height ?? FALLBACK_HEIGHT)),
    );
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    if (element !== null && Math.abs(element.scrollTop - top) >= 1) element.scrollTop = top;
  });

  const heedScroll = (): void => {
    const { scrollTop = 0 } = box.current ?? {};
    // What we have scrolled to ourselves is where the anchor is already.
    if (Math.abs(scrollTop - top) < 2) return;
    if (scrollTop >= endTop - 2) return setAnchor('end');
    const index = Math.floor(scrollTop / ROW_HEIGHT);
    setAnchor({ number: matches.at(index), offset: scrollTop % ROW_HEIGHT });
  };
  const show = (index: number): void => {
    const row = recorder.row(matches.at(index));
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
  const heedKey = (event: KeyboardEvent): void => {
    const index = selected === null ? count : indexOf(matches, selected);
    const page = Math.max(1, Math.floor(height / ROW_HEIGHT) - 1);
    const targets: Readonly<Record<string, number>> = {
      ArrowUp: index - 1,
      ArrowDown: index + 1,
      PageUp: index - page,
      PageDown: index + page,
      Home: 0,
      End: count - 1,
      Enter: Math.min(index, count - 1),
    };
    const target = targets[event.key];
    if (target === undefined || count === 0) return;
    event.preventDefault();
    show(Math.min(Math.max(target, 0), count - 1));
  };

  const rows: ReactNode[] = [];
  for (let index = from; index < from + shown; index += 1) {
    const number = matches.at(index);
    rows.push(
      <Line
        // The same elements again and again, however many rows go by.
        key={index % MAX_ROWS}
        id={`${id}${number}`}
        recorder={recorder}
        number={number}
        index={index}
        isSelected={number === selected}
        onSelect={onSelect}
        clean={clean}
      />,
    );
  }
  return (
    <div
      ref={box}
      className="list"
      role="listbox"
      aria-label="Messages"
      aria-activedescendant={selected === null ? undefined : `${id}${selected}`}
      tabIndex={0}
      onScroll={heedScroll}
      onKeyDown={heedKey}
    >
      <div role="presentation" style={{ height: count * ROW_HEIGHT }}>
        {rows}
      </div>
    </div>
  );
}

interface LineProps {
  readonly id: string;
  readonly recorder: Recorder;
  readonly number: number;
  readonly index: number;
  readonly isSelected: boolean;
  readonly onSelect: (row: Row | null) => void;
  readonly clean: (text: string) => string;
}

/** What a number stands for never changes, so a row is drawn once for each. */
const Line = memo(function Line({ id, recorder, number, index, isSelected, onSelect, clean }: LineProps) {
  const row = recorder.row(number);
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
      // Not a click: in a fast stream the row has gone before the button is up again.
      onPointerDown={(event) => {
        if (event.button === 0) onSelect(isSelected ? null : row);
      }}
    >
      <span className="time">{clockTime(row.at)}</span>
      <span className="sign" aria-hidden="true">
        {signs[look]}
      </span>
      <span className="hidden">{lookWords}</span>
      <span className="name">{name}</span>
      <span className="tag">{tag}</span>
      <span className="glance">{glance}</span>
    </div>
  );
});

const signs: Readonly<Record<RowLook, string>> = {
  in: '↓',
  out: '↑',
  duplicate: '⇊',
  refused: '⊘',
  notice: '▲',
  life: '●',
  error: '✕',
};

/** Where the row is, or would be. */
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
