/** Shows the newest notes that the user was sent. */

import { type IWebSocketEvent, useWsEvents } from 'everwire';
import type { ReactNode } from 'react';

export function Notes({ owner }: { readonly owner: string }) {
  const notes = useWsEvents('note', { limit: SHOWN_NOTES });
  return (
    <InboxFrame title={`Notes for ${owner}`}>
      {notes.length === 0 ? (
        <p className="inbox-empty">None so far.</p>
      ) : (
        <ul>
          {notes.map((event) => (
            <li key={textIn(event)} className="inbox-note">
              {textIn(event)}
            </li>
          ))}
        </ul>
      )}
    </InboxFrame>
  );
}

const SHOWN_NOTES = 4;

function textIn({ data }: IWebSocketEvent): string {
  return (data as { readonly text: string }).text;
}

export function InboxFrame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="inbox">
      <h3>{title}</h3>
      {children}
    </div>
  );
}
