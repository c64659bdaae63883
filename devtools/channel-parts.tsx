'use client';
/** Shows what the panel has of channels beside their list: the buttons that lead to it, and the one whose rows are shown. */
import type { ReactNode } from 'react';
import { channelWords } from './channel-words.ts';
import type { ShownChannels } from './channels.ts';
import { compact } from './format.ts';

/** What is beside the messages. */
export type Side = 'names' | 'channels';

interface SideSwitchProps {
  readonly side: Side;
  readonly channels: ShownChannels;
  readonly onSide: (side: Side) => void;
}

/** A narrow panel has it among its views. */
export function SideSwitch({ side, channels, onSide }: SideSwitchProps): ReactNode {
  return (
    // biome-ignore lint/a11y/useSemanticElements: two buttons are no fieldset.
    <div className="side-switch" role="group" aria-label="Beside the messages">
      <button type="button" aria-pressed={side === 'names'} onClick={() => onSide('names')}>
        Names
      </button>
      <button type="button" aria-pressed={side === 'channels'} onClick={() => onSide('channels')}>
        <ChannelsLabel channels={channels} />
      </button>
    </div>
  );
}

/** How many channels there are, and how many of them are refused. */
export function ChannelsLabel({ channels }: Pick<SideSwitchProps, 'channels'>): ReactNode {
  const { rows, counts } = channels.table();
  return (
    <>
      Channels <span className="quiet">{compact(rows.length)}</span>
      {counts.refused > 0 && (
        <>
          {' '}
          <span className="problem">
            ✕ {compact(counts.refused)} <span className="hidden">refused</span>
          </span>
        </>
      )}
    </>
  );
}

interface ChannelNoteProps {
  readonly channels: ShownChannels;
  readonly name: string;
  /** Epoch ms. */
  readonly now: number;
  readonly clean: (text: string) => string;
}

/** What is known of the channel whose rows are shown. */
export function ChannelNote({ channels, name, now, clean }: ChannelNoteProps): ReactNode {
  const facts = channels.table().rows.find((one) => one.name === name);
  if (facts === undefined) return null;
  return (
    <p className="channel-note" data-stage={facts.stage}>
      <span className="dot" aria-hidden="true" />
      <span>{clean(channelWords(facts, channels.figures(name, now)))}</span>
    </p>
  );
}
