/** What came, over which link, and whether anything is missing. */
import { useMissedEvents, useWebSocketService, useWsEventHandler } from 'everwire';
import { useEffect, useRef, useState } from 'react';

/** `pid`: null while it is down. */
export interface ServerState {
  readonly name: string;
  readonly pid: number | null;
}

export interface Tick {
  readonly n: number;
  /** It was sent while this page had no link, and came afterwards. */
  readonly isLate: boolean;
  readonly link: Link;
}

/** A link, and who is at its other end. The answer comes after the first events. */
interface Link {
  server: string | null;
}

/** The page went from one process to another. */
export interface Move {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  /** Without a link. */
  readonly downMs: number;
  readonly lateEvents: number;
}

export interface Ticks {
  readonly ticks: readonly Tick[];
  readonly servers: readonly ServerState[];
  readonly server: string | null;
  readonly moves: readonly Move[];
  readonly received: number;
  readonly missing: number;
  readonly repeated: number;
  readonly notices: number;
}

const SHOWN_TICKS = 24;
const SHOWN_MOVES = 5;

interface Outage {
  readonly from: string;
  readonly startedAt: number;
  downMs: number | null;
  lateEvents: number;
}

const nothing: Ticks = {
  ticks: [],
  servers: [],
  server: null,
  moves: [],
  received: 0,
  missing: 0,
  repeated: 0,
  notices: 0,
};

export function useTicks(): Ticks {
  const service = useWebSocketService();
  const [state, setState] = useState(nothing);
  const link = useRef<Link>({ server: null });
  const outage = useRef<Outage | null>(null);

  // Not in an effect on the status: events that are replayed come before the next render.
  useEffect(() => {
    const onConnected = async (): Promise<void> => {
      const current: Link = { server: null };
      link.current = current;
      const ended = outage.current;
      if (ended !== null) ended.downMs = performance.now() - ended.startedAt;
      const { name } = (await service.request('who')) as { readonly name: string };
      current.server = name;
      outage.current = null;
      setState((known) => ({
        ...known,
        server: name,
        moves: ended === null ? known.moves : [moveTo(name, ended), ...known.moves].slice(0, SHOWN_MOVES),
      }));
    };
    const onLost = (): void => {
      const from = link.current.server ?? '?';
      outage.current = { from, startedAt: performance.now(), downMs: null, lateEvents: 0 };
      setState((known) => ({ ...known, server: null }));
    };
    return service.store.subscribe(({ status }, before) => {
      const isConnected = status === 'connected';
      if (isConnected === (before.status === 'connected')) return;
      // A link that is lost before the answer is followed by another, which asks again.
      if (isConnected) void onConnected().catch(() => undefined);
      else onLost();
    });
  }, [service]);

  useWsEventHandler('tick', ({ data }) => {
    const { n, servers } = data as { readonly n: number; readonly servers: readonly ServerState[] };
    // Until the new process has said who it is, what comes was waiting for this page.
    const isLate = outage.current !== null;
    if (outage.current !== null) outage.current.lateEvents += 1;
    const tick: Tick = { n, isLate, link: link.current };
    setState((known) => {
      const last = known.ticks.at(-1)?.n;
      const step = last === undefined ? 1 : n - last;
      return {
        ...known,
        servers,
        ticks: [...known.ticks, tick].slice(-SHOWN_TICKS),
        received: known.received + 1,
        missing: known.missing + Math.max(step - 1, 0),
        repeated: known.repeated + (step < 1 ? 1 : 0),
      };
    });
  });

  useMissedEvents(() => setState((known) => ({ ...known, notices: known.notices + 1 })));

  return state;
}

function moveTo(to: string, { from, startedAt, downMs, lateEvents }: Outage): Move {
  return { id: startedAt, from, to, downMs: Math.round(downMs ?? 0), lateEvents };
}
