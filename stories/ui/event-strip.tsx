/** Shows one cell for each event that the server has sent: arrived, replayed, or missed. */

import { type IWebSocketEvent, useMissedEvents, useWsEventHandler } from 'everwire';
import { useEffect, useId, useSyncExternalStore } from 'react';
import { type Fate, type NumberedEvent, type NumberedStream, SHOWN_EVENTS } from '../demo/numbered-stream.ts';

const marks: Readonly<Record<Fate, string>> = { awaited: '…', arrived: '✓', replayed: '↻', missed: '✕' };

const words: Readonly<Record<Fate, string>> = {
  awaited: 'On its way',
  arrived: 'Arrived',
  replayed: 'Replayed',
  missed: 'Missed',
};

const fates: readonly Fate[] = ['arrived', 'replayed', 'missed', 'awaited'];

/** Also subscribes for the stream: the strip records the events that it shows. */
export function EventStrip({ stream }: { readonly stream: NumberedStream }) {
  const { latest, counts, sent } = useSyncExternalStore(stream.subscribe, stream.read);
  const id = useId();
  useWsEventHandler('tick', (event) => stream.hear(numberIn(event), event.seq));
  useMissedEvents(() => stream.heedNotice());
  return (
    <div className="stack">
      <dl className="fates">
        <div>
          <dt>Sent</dt>
          <dd data-testid="sent">{sent}</dd>
        </div>
        {fates.map((fate) => (
          <div key={fate} data-fate={fate}>
            <dt>
              <span className="fate-mark" aria-hidden="true">
                {marks[fate]}
              </span>
              {words[fate]}
            </dt>
            <dd data-testid={fate}>{counts[fate]}</dd>
          </div>
        ))}
      </dl>
      <div className="stack tight">
        <h3 id={id}>
          The newest {SHOWN_EVENTS} events, and the seq of those with another number in their session
        </h3>
        <ol className="strip" aria-labelledby={id}>
          {latest.map((event) => (
            <Cell key={event.n} event={event} />
          ))}
          {Array.from({ length: SHOWN_EVENTS - latest.length }, (_, index) => index).map((index) => (
            <li key={`free ${index}`} className="cell free" aria-hidden="true" />
          ))}
        </ol>
      </div>
    </div>
  );
}

function Cell({ event: { n, seq, fate } }: { readonly event: NumberedEvent }) {
  return (
    <li className="cell" data-fate={fate}>
      <span className="cell-number">{n}</span>
      <span className="visually-hidden">{words[fate]}</span>
      <span className="cell-mark" aria-hidden="true">
        {marks[fate]}
        {seq !== null && seq !== n && ` ${seq}`}
      </span>
    </li>
  );
}

function numberIn({ data }: IWebSocketEvent): number {
  return (data as { readonly n: number }).n;
}

const TICK_MS = 700;

/** A stream that emits by itself while it is switched on. */
export function useTicking(stream: NumberedStream, ticking: 'on' | 'off'): void {
  useEffect(() => {
    if (ticking === 'off') return;
    const timer = setInterval(() => stream.send(1), TICK_MS);
    return () => clearInterval(timer);
  }, [stream, ticking]);
}
