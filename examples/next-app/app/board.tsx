'use client';
// The departures board, reduced from the events, and a field to announce something.
import {
  type EventOf,
  useConnection,
  useConnectionStatus,
  useWsEvent,
  useWsReducer,
  useWsSend,
} from 'everwire';
import { type FormEvent, useEffect, useState } from 'react';
import type { Departure } from './events';

const SHOWN = 6;

export function Board() {
  const departures = useDepartures();
  const announced = useWsEvent('announced');
  return (
    <>
      <header>
        <h1>Departures</h1>
        <Connection />
      </header>
      <p className="announced" aria-live="polite">
        {announced?.data.text ?? 'No announcements.'}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">To</th>
            <th scope="col">Platform</th>
          </tr>
        </thead>
        <tbody>
          {departures.map(({ id, time, place, platform }) => (
            <tr key={id}>
              <td>{new Date(time).toLocaleTimeString([], { timeStyle: 'short' })}</td>
              <td>{place}</td>
              <td>{platform}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Announce />
    </>
  );
}

/** Asks for the board in each new session. After a lost link the session goes on, and nothing is missing. */
function useDepartures(): readonly Departure[] {
  const send = useWsSend();
  const sessionId = useConnection((state) => state.connectionId);
  useEffect(() => {
    if (sessionId !== null) send('watch');
  }, [sessionId, send]);
  return useWsReducer(['board', 'departure'], withNext, []);
}

function withNext(shown: readonly Departure[], event: EventOf<'board' | 'departure'>): readonly Departure[] {
  switch (event.event) {
    case 'board':
      return event.data.slice(-SHOWN);
    case 'departure':
      return [...shown, event.data].slice(-SHOWN);
    default:
      return event satisfies never;
  }
}

function Connection() {
  const status = useConnectionStatus({ grace: 500 });
  const nextRetryAt = useConnection((state) => state.nextRetryAt);
  const seconds = useSecondsUntil(nextRetryAt);
  return (
    <p className="status" data-status={status} role="status">
      {status}
      {seconds > 0 && `, again in ${seconds} s`}
    </p>
  );
}

function Announce() {
  const send = useWsSend();
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '' && send('announce', { text }) === 'sent') setText('');
  };
  return (
    <form onSubmit={submit}>
      <input
        aria-label="Announcement"
        placeholder="Announce something"
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit">Announce</button>
    </form>
  );
}

/** Counts down the whole seconds until `at`; 0 without one. */
function useSecondsUntil(at: number | null): number {
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (at === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [at]);
  return at === null || now === 0 ? 0 : Math.max(0, Math.ceil((at - now) / 1000));
}
