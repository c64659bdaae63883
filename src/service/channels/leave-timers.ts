/** Waits before channels are left: one timer for all that are unmounted together, so that one message leaves them. */
import { inAct } from '../../transport/act.ts';

/** Until then, a channel that was unmounted may be mounted again without a message. */
const LEAVE_AFTER_MS = 1_000;

export interface LeaveTimers {
  start(name: string): void;
  stop(name: string): void;
  stopAll(): void;
}

interface Group {
  readonly names: Set<string>;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Calls `onDue` for each name a second after its start. */
export function createLeaveTimers(onDue: (name: string) => void): LeaveTimers {
  const groups = new Map<string, Group>();
  /** For what is unmounted in the same run of code, such as a commit of React. */
  let open: Group | undefined;

  const begin = (): Group => {
    const names = new Set<string>();
    const end = (): void => {
      for (const name of names) {
        groups.delete(name);
        onDue(name);
      }
    };
    queueMicrotask(() => {
      open = undefined;
    });
    return { names, timer: setTimeout(inAct(end), LEAVE_AFTER_MS) };
  };

  const stop = (name: string): void => {
    const group = groups.get(name);
    groups.delete(name);
    group?.names.delete(name);
    if (group?.names.size !== 0) return;
    clearTimeout(group.timer);
    if (open === group) open = undefined;
  };

  return {
    start(name) {
      stop(name);
      open ??= begin();
      open.names.add(name);
      groups.set(name, open);
    },
    stop,
    stopAll() {
      for (const name of [...groups.keys()]) stop(name);
    },
  };
}
