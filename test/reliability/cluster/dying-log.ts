/** A log whose process is killed at a chosen step of its work: no signal from outside comes at that moment. */
import type { EventLog } from 'everwire/server';

/**
 * Where the process dies. `append`: the event is stored, and nobody has been told. `replay`: a part of what a client
 * missed has been sent to it. `hello`: the record of a new session is saved, and its client has not heard of it.
 * `join`: a membership is saved, and its client has no answer. `left`: the end of one is, and its client has not been told.
 */
export type Step = 'append' | 'replay' | 'hello' | 'join' | 'left';

export interface DyingLog extends EventLog {
  /** The process is killed when it has come to this step so many times. */
  dieAt(step: Step, times: number): void;
}

export function dyingLog(log: EventLog): DyingLog {
  let planned: { readonly step: Step; times: number } | undefined;
  const known = new Set<string>();
  const joined = new Set<string>();

  const reach = (step: Step): void => {
    if (planned?.step !== step) return;
    planned.times -= 1;
    if (planned.times <= 0) process.kill(process.pid, 'SIGKILL');
  };

  return {
    ...log,
    dieAt(step, times) {
      planned = { step, times };
    },
    async append(entry) {
      const position = await log.append(entry);
      if (entry.kind === 'event') reach('append');
      return position;
    },
    async read(after, limit) {
      const page = await log.read(after, limit);
      const hasEvents = page !== 'trimmed' && page.some(({ kind }) => kind === 'event');
      // The page is sent before the next turn of the event loop.
      if (hasEvents) setImmediate(() => reach('replay'));
      return page;
    },
    async saveSession(record, ttlMs) {
      const outcome = await log.saveSession(record, ttlMs);
      const memberships = Object.values(record.channels);
      if (memberships.some(({ until }) => until !== undefined)) reach('left');
      else if (memberships.length > 0 && !joined.has(record.id)) {
        joined.add(record.id);
        reach('join');
      }
      if (known.has(record.id)) return outcome;
      known.add(record.id);
      reach('hello');
      return outcome;
    },
    async loadSession(id) {
      known.add(id);
      const record = await log.loadSession(id);
      if (Object.keys(record?.channels ?? {}).length > 0) joined.add(id);
      return record;
    },
  };
}
