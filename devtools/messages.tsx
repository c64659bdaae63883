'use client';
/** Shows the messages: the names of the events, the filters, the list, and the payload of the selected row. */
import { type ReactNode, useCallback, useReducer, useState } from 'react';
import { ChannelList } from './channel-list.tsx';
import { ChannelNote, type Side, SideSwitch } from './channel-parts.tsx';
import { grouped } from './format.ts';
import { MessageList } from './message-list.tsx';
import { NameList } from './names.tsx';
import { PayloadView } from './payload-view.tsx';
import { cleanCut } from './plain-data.ts';
import type { Recording } from './recording.ts';
import { matchRows, ROW_GROUPS, type RowGroup } from './row-filter.ts';
import type { HeldRow, Row } from './row-ring.ts';

export interface MessagesProps {
  readonly recording: Recording;
  readonly side: Side;
  readonly onSide: (side: Side) => void;
  /** Epoch ms. */
  readonly now: number;
  readonly selected: HeldRow | null;
  readonly onSelect: (row: Row | null) => void;
  /** A name or a channel was chosen: its rows are to be shown. */
  readonly onShow: () => void;
  readonly clean: (text: string) => string;
  readonly onCopy: (text: string) => void;
}

const MAX_NAME_LENGTH = 60;

export function Messages({
  recording,
  side,
  onSide,
  now,
  selected,
  onSelect,
  onShow,
  clean,
  onCopy,
}: MessagesProps): ReactNode {
  const { rows, names, channels } = recording;
  const [text, setText] = useState('');
  const [groups, setGroups] = useState<ReadonlySet<RowGroup>>(() => new Set(ROW_GROUPS));
  const [only, setOnly] = useState<string | null>(null);
  const [channel, setChannel] = useState<string | null>(null);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const matches = matchRows(rows, { text, groups, only, channel, muted: names.muted });
  const { first, end } = rows.range;
  const toggle = (group: RowGroup): void => {
    const next = new Set(groups);
    if (!next.delete(group)) next.add(group);
    setGroups(next);
  };
  const showOnly = useCallback(
    (name: string | null): void => {
      setOnly(name);
      if (name !== null) onShow();
    },
    [onShow],
  );
  const showChannel = useCallback(
    (name: string | null): void => {
      setChannel(name);
      if (name !== null) onShow();
    },
    [onShow],
  );
  const mute = useCallback(
    (name: string): void => {
      recording.toggleMuted(name);
      redraw();
    },
    [recording],
  );
  return (
    <>
      <div className="side">
        {channels.use === 'used' && <SideSwitch side={side} channels={channels} onSide={onSide} />}
        {side === 'channels' ? (
          <ChannelList channels={channels} now={now} only={channel} onOnly={showChannel} clean={clean} />
        ) : (
          <NameList
            names={names}
            now={now}
            text={text}
            only={only}
            onOnly={showOnly}
            onMute={mute}
            clean={clean}
          />
        )}
      </div>
      <section className="messages" aria-label="Messages">
        <div className="filters">
          <input
            type="search"
            aria-label="Filter by name"
            placeholder="Filter by name"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          {ROW_GROUPS.map((group) => (
            <button key={group} type="button" aria-pressed={groups.has(group)} onClick={() => toggle(group)}>
              {GROUP_WORDS[group]}
            </button>
          ))}
          {only !== null && (
            <button type="button" className="only" title="Show all events" onClick={() => setOnly(null)}>
              Only {cleanCut(only, MAX_NAME_LENGTH, clean)} ✕
            </button>
          )}
          {channel !== null && (
            <button
              type="button"
              className="only"
              title="Show the rows of all channels"
              onClick={() => setChannel(null)}
            >
              Channel {cleanCut(channel, MAX_NAME_LENGTH, clean)} ✕
            </button>
          )}
          <span className="quiet number">{countWords(matches.count, end - first, recording)}</span>
        </div>
        {channel !== null && <ChannelNote channels={channels} name={channel} now={now} clean={clean} />}
        <MessageList
          rows={rows}
          matches={matches}
          selected={selected?.number ?? null}
          onSelect={onSelect}
          clean={clean}
        />
        {selected !== null && (
          <PayloadView held={selected} clean={clean} onCopy={onCopy} onClose={() => onSelect(null)} />
        )}
      </section>
    </>
  );
}

const GROUP_WORDS: Readonly<Record<RowGroup, string>> = {
  events: 'Events',
  sent: 'Sent',
  notices: 'Notices',
  errors: 'Errors',
};

function countWords(matching: number, all: number, { unkept }: Recording): string {
  const rows = matching === all ? `${grouped(all)} rows` : `${grouped(matching)} of ${grouped(all)} rows`;
  return unkept === 0 ? rows : `${rows}, ${grouped(unkept)} not kept while paused`;
}
