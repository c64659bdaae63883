'use client';
/** Shows the messages: the filters, the list, and the payload of the selected row. */
import { type ReactNode, useState } from 'react';
import { grouped } from './format.ts';
import { MessageList } from './message-list.tsx';
import { PayloadView } from './payload-view.tsx';
import type { Recorder } from './recorder.ts';
import { matchRows, ROW_GROUPS, type RowGroup } from './row-filter.ts';
import type { HeldRow, Row } from './row-ring.ts';

export interface MessagesProps {
  readonly recorder: Recorder;
  readonly selected: HeldRow | null;
  readonly onSelect: (row: Row | null) => void;
  readonly clean: (text: string) => string;
  readonly onCopy: (text: string) => void;
}

export function Messages({ recorder, selected, onSelect, clean, onCopy }: MessagesProps): ReactNode {
  const [text, setText] = useState('');
  const [groups, setGroups] = useState<ReadonlySet<RowGroup>>(() => new Set(ROW_GROUPS));
  const matches = matchRows(recorder.rows, { text, groups });
  const { first, end } = recorder.rows.range;
  const toggle = (group: RowGroup): void => {
    const next = new Set(groups);
    if (!next.delete(group)) next.add(group);
    setGroups(next);
  };
  return (
    <section className="messages" aria-label="Messages">
      <div className="filters">
        <input
          type="search"
          aria-label="Filter by name"
          placeholder="Filter"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {ROW_GROUPS.map((group) => (
          <button key={group} type="button" aria-pressed={groups.has(group)} onClick={() => toggle(group)}>
            {GROUP_WORDS[group]}
          </button>
        ))}
        <span className="quiet number">{countWords(matches.count, end - first, recorder)}</span>
      </div>
      <MessageList
        rows={recorder.rows}
        matches={matches}
        selected={selected?.number ?? null}
        onSelect={onSelect}
        clean={clean}
      />
      {selected !== null && (
        <PayloadView held={selected} clean={clean} onCopy={onCopy} onClose={() => onSelect(null)} />
      )}
    </section>
  );
}

const GROUP_WORDS: Readonly<Record<RowGroup, string>> = {
  events: 'Events',
  sent: 'Sent',
  notices: 'Notices',
  errors: 'Errors',
};

function countWords(matching: number, all: number, { unkept }: Recorder): string {
  const rows = matching === all ? `${grouped(all)} rows` : `${grouped(matching)} of ${grouped(all)} rows`;
  return unkept === 0 ? rows : `${rows}, ${grouped(unkept)} not kept while paused`;
}
