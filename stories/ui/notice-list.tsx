/** Lists the missed-events notices that the page received, newest first. */

import { type MissedEvents, useMissedEvents } from 'everwire';
import { useId, useState } from 'react';
import { useLabelledBy } from './page-view.ts';
import { shortId } from './short-id.ts';

interface Told {
  readonly id: number;
  readonly notice: MissedEvents;
}

export function NoticeList() {
  const headingId = useId();
  const labelledBy = useLabelledBy(headingId);
  const [told, setTold] = useState<readonly Told[]>([]);
  useMissedEvents((notice) => setTold((before) => [{ id: before.length + 1, notice }, ...before]));
  return (
    <div className="stack tight">
      <h3 id={headingId}>
        Calls of <code>useMissedEvents</code>: <span data-testid="notices">{told.length}</span>
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so without a mouse too. */}
      <section className="notices" aria-labelledby={labelledBy} tabIndex={0}>
        {told.length === 0 ? (
          <p className="notice empty">Nothing so far.</p>
        ) : (
          <ol>
            {told.map(({ id, notice }) => (
              <li key={id} className="notice">
                <code className="notice-reason">{notice.reason}</code>
                <span>{inWords(notice)}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}

function inWords({ expected, received, count, previousConnectionId, connectionId }: MissedEvents): string {
  const many = count === null ? 'count not known' : `${count} missed`;
  const numbers = `expected ${expected ?? '–'}, received ${received ?? '–'}, ${many}`;
  if (connectionId === null || previousConnectionId === null) return numbers;
  return `${numbers}; session ${shortId(previousConnectionId)} → ${shortId(connectionId)}`;
}
