/** Whether the events of a query reach it: only what is fetched from then on can be kept up to date. */
import { inAct } from '../../transport/act.ts';
import type { Connection } from '../connection.ts';
import type { ConnectedLink } from '../links.ts';

/**
 * `open`: each event from now on comes, or a notice that it is missing. `presumed`: the same, if the server does not greet.
 * `coming`: not yet. `closed`: not by itself.
 */
export type GateState = 'open' | 'presumed' | 'coming' | 'closed';

export interface LiveGate {
  state(): GateState;
  /** Calls the listener when the state may have changed. */
  watch(listener: () => void): () => void;
  /** Calls the listener when it opens, and with each new link while it is open. */
  onOpen(listener: () => void): () => void;
}

/** A server that gives its sessions ids begins one after this time at the latest, or what was fetched is fetched again. */
const GREETING_MS = 250;

/** Links of servers that did not greet. */
const presumed = /* @__PURE__ */ new WeakSet<ConnectedLink>();

/** Open as soon as there is a session. From then on, a lost one causes a notice. */
export function createLinkGate({ links, stateStore }: Connection): LiveGate {
  const state: LiveGate['state'] = () => {
    const { status, connectionId } = stateStore.getState();
    const link = links.current();
    if (connectionId !== null) return 'open';
    if (link) return presumed.has(link) ? 'presumed' : 'coming';
    return status === 'disconnected' ? 'closed' : 'coming';
  };

  const watch: LiveGate['watch'] = (listener) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      const link = links.current();
      if (link && state() === 'coming')
        timer ??= setTimeout(
          inAct(() => {
            timer = undefined;
            presumed.add(link);
            look();
          }),
          GREETING_MS,
        );
      listener();
    };
    const changes = links.changes.all$.subscribe(look);
    const stopListening = stateStore.subscribe(look);
    look();
    return () => {
      clearTimeout(timer);
      changes.unsubscribe();
      stopListening();
    };
  };

  return {
    state,
    watch,
    onOpen(listener) {
      let last = { state: state(), link: links.current() };
      return watch(() => {
        const next = { state: state(), link: links.current() ?? last.link };
        const isNew = next.state !== last.state || next.link !== last.link;
        last = next;
        if (isNew && isOpen(next.state)) listener();
      });
    },
  };
}

export function isOpen(state: GateState): boolean {
  return state === 'open' || state === 'presumed';
}

/** A fetch does not wait longer than this for the gate. Its data is fetched again when it opens. */
const PATIENCE_MS = 2_000;

/** Resolves when the gate is not awaited any more, and after the patience. */
export async function untilSettled(gate: LiveGate, signal: AbortSignal): Promise<void> {
  // A query that suspends fetches before the effects of the first render, which connect.
  if (gate.state() === 'closed') await new Promise((resolve) => setTimeout(resolve, 0));
  if (gate.state() !== 'coming') return;
  await new Promise<void>((resolve) => {
    const stops: (() => void)[] = [];
    const finish = (): void => {
      for (const stop of stops) stop();
      resolve();
    };
    const timer = setTimeout(finish, PATIENCE_MS);
    signal.addEventListener('abort', finish);
    stops.push(
      () => clearTimeout(timer),
      () => signal.removeEventListener('abort', finish),
      gate.watch(() => gate.state() !== 'coming' && finish()),
    );
  });
}
