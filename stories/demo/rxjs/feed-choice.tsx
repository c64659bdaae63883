/** The checkbox that starts and stops the feed of prices. */

import type { Feed } from './quote-desk.ts';

export interface FeedChoiceProps {
  readonly feed: Feed;
  readonly onChange: (feed: Feed) => void;
}

export function FeedChoice({ feed, onChange }: FeedChoiceProps) {
  return (
    <label className="choice">
      <input
        type="checkbox"
        checked={feed === 'on'}
        onChange={(event) => onChange(event.target.checked ? 'on' : 'off')}
      />
      Prices arrive
    </label>
  );
}
