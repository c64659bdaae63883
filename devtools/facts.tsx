'use client';
/** Shows the connection: the last close, the counters, and the latest events of its life. */
import type { ReactNode } from 'react';
import { clockTime, grouped } from './format.ts';
import type { Recording, ShownState } from './recording.ts';
import { type SharingFacts, sharingFigures } from './sharing.ts';
import { durationWords } from './timeline.ts';
import { consequenceOf, meaningOf } from './words-for-close.ts';

export interface FactsProps {
  readonly state: ShownState;
  readonly recording: Recording;
  /** Null: it is not shared. */
  readonly sharing: SharingFacts | null;
  readonly now: number;
  readonly secondsLeft: number | null;
  readonly clean: (text: string) => string;
}

const SHOWN_MOMENTS = 30;

export function Facts({ state, recording, sharing, now, secondsLeft, clean }: FactsProps): ReactNode {
  const { counters, connectedAt, lastSeq } = recording;
  const latency = recording.latency.figures();
  const figures: readonly (readonly [name: string, value: string])[] = [
    ...(sharing === null ? [] : sharingFigures(sharing)),
    ['Received', grouped(counters.received)],
    ['Last seq', lastSeq < 0 ? '–' : String(lastSeq)],
    ['Duplicates dropped', grouped(counters.duplicates)],
    ['Missed notices', noticesText(counters.notices, counters.missedEvents)],
    ['Resumes', grouped(counters.resumes)],
    ['Reconnections', grouped(counters.reconnections)],
    ['Sent', grouped(counters.sent)],
    ['Queued', grouped(counters.queued)],
    ['Refused', grouped(counters.refused)],
    ['Replies', grouped(counters.replies)],
    ['Errors', grouped(counters.errors)],
    ['Connected for', connectedAt === null ? '–' : durationWords(now - connectedAt)],
    ['Latency', latency === null ? '–' : ms(latency.last)],
    ['Min / mean latency', latency === null ? '–' : `${ms(latency.least)} / ${ms(latency.mean)}`],
  ];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling part must be reachable by keys.
    <section className="facts" aria-label="Connection" tabIndex={0}>
      <LastClose state={state} closedAt={recording.closedAt} secondsLeft={secondsLeft} clean={clean} />
      {state.error !== null && (
        <div>
          <h3>Current error</h3>
          <p>
            <code>{state.error.code}</code> {clean(state.error.message)}
          </p>
        </div>
      )}
      <dl className="figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="number">{value}</dd>
          </div>
        ))}
      </dl>
      <h3>What happened</h3>
      <ol className="moments" aria-label="What happened, newest first">
        {recording.moments
          .slice(-SHOWN_MOMENTS)
          .reverse()
          .map(({ at, type, name, words }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two may happen in the same millisecond.
            <li key={`${at} ${index}`} data-type={type}>
              <time>{clockTime(at).slice(0, 8)}</time> <strong>{name}</strong> {clean(words)}
            </li>
          ))}
      </ol>
    </section>
  );
}

type LastCloseProps = Pick<FactsProps, 'state' | 'secondsLeft' | 'clean'> & {
  readonly closedAt: number | null;
};

function LastClose({ state, closedAt, secondsLeft, clean }: LastCloseProps): ReactNode {
  const { lastClose } = state;
  return (
    <div>
      <h3>Last close</h3>
      {lastClose === null ? (
        <p>None so far.</p>
      ) : (
        <p>
          <code>{lastClose.code}</code> {meaningOf(lastClose.code)}.
          {lastClose.reason !== '' && <> Its reason: “{clean(lastClose.reason)}”.</>}
          {closedAt !== null && <> At {clockTime(closedAt).slice(0, 8)}.</>}
        </p>
      )}
      {(lastClose !== null || state.status === 'disconnected') && <p>{consequenceOf(state, secondsLeft)}</p>}
    </div>
  );
}

function noticesText(notices: number, events: number): string {
  return events === 0
    ? grouped(notices)
    : `${grouped(notices)} (${grouped(events)} events, as far as is known)`;
}

function ms(durationMs: number): string {
  return `${Math.round(durationMs)} ms`;
}
