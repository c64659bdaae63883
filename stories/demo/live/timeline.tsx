/** Draws the fetches of a live query and the events beside them: when each was sent, and when it was on the page. */

import { useEffect, useState, useSyncExternalStore } from 'react';
import type { NoteDesk, RecordedEvent, RecordedFetch } from './note-desk.ts';

const WIDTH = 640;
const LEFT = 74;
const RIGHT = 14;
const LANES = { sent: 28, fetch: 70, page: 118 } as const;
const HEIGHT = 146;
/** The length of the picture. */
const SPAN_MS = 8_000;
const TICK_MS = 100;
/** The picture stands still so long after the last thing that happened. */
const REST_MS = 1_500;

export function Timeline({ desk }: { readonly desk: NoteDesk }) {
  const { fetches, events } = useSyncExternalStore(desk.subscribe, desk.read);
  const now = useNow(latestOf(fetches, events));
  const begin = now - SPAN_MS;
  const x = (at: number): number => LEFT + (Math.max(at - begin, 0) / SPAN_MS) * (WIDTH - LEFT - RIGHT);
  const held = events.filter(({ shown }) => shown === undefined).length;
  const running = fetches.filter(({ to }) => to === undefined).length;
  return (
    <figure className="live-timeline">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${running} fetches are running, and ${held} events are held. ${events.length - held} events are on the page.`}
      >
        {Object.entries(LANES).map(([name, y]) => (
          <g key={name}>
            <line className="live-lane" x1={LEFT} x2={WIDTH - RIGHT} y1={y} y2={y} />
            <text className="live-label" x={LEFT - 10} y={y + 4} textAnchor="end">
              {labels[name as keyof typeof LANES]}
            </text>
          </g>
        ))}
        {fetches
          .filter(({ to = now }) => to > begin)
          .map(({ id, from, read, to = now }) => (
            <g key={id}>
              <rect
                className="live-fetch"
                x={x(from)}
                y={LANES.fetch - 9}
                width={Math.max(x(to) - x(from), 2)}
                height={18}
                rx={5}
              />
              {read !== undefined && read > begin && (
                <line
                  className="live-read"
                  x1={x(read)}
                  x2={x(read)}
                  y1={LANES.fetch - 9}
                  y2={LANES.fetch + 9}
                />
              )}
            </g>
          ))}
        {events
          .filter(({ sent }) => sent > begin)
          .map(({ id, sent, shown }) => (
            <g key={id} className="live-event" data-held={shown === undefined ? 'yes' : 'no'}>
              <circle cx={x(sent)} cy={LANES.sent} r={6} />
              {shown !== undefined && (
                <>
                  <line x1={x(sent)} y1={LANES.sent + 6} x2={x(shown)} y2={LANES.page - 6} />
                  <circle cx={x(shown)} cy={LANES.page} r={6} />
                </>
              )}
            </g>
          ))}
      </svg>
      <figcaption className="hint">
        A bar is a fetch, with a line where the database was read. A ring is an event that is held.
      </figcaption>
    </figure>
  );
}

const labels = { sent: 'event', fetch: 'fetch', page: 'shown' } as const;

function latestOf(fetches: readonly RecordedFetch[], events: readonly RecordedEvent[]): number {
  const times = [
    ...fetches.map(({ to }) => to ?? Number.POSITIVE_INFINITY),
    ...events.map(({ sent, shown }) => shown ?? sent),
  ];
  return Math.max(0, ...times);
}

/** The time, which stands still soon after `latest`. */
function useNow(latest: number): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const tick = (): void => {
      setNow(performance.now());
      if (performance.now() - latest > REST_MS) clearInterval(timer);
    };
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, [latest]);
  return now;
}
