/** The connection that a store gets its events from, and whose session its state belongs to. */
import { Subscription } from 'rxjs';
import { inAct } from '../../transport/act.ts';
import type { IWebSocketEvent, MissedEvents } from '../../types.ts';
import { isSameSession, type SessionKey } from '../config/config.ts';
import type { Connection } from '../connection.ts';
import type { Reporter } from '../reporting/reporter.ts';

/** What the link asks of its store. */
export interface LinkedStore {
  /** Folds the event. */
  fold(event: IWebSocketEvent): void;
  /** Writes what was folded. */
  commit(): void;
  /** Forgets the state of another user's session. */
  reset(): void;
  /** Handles a notice. */
  readonly missed: ((notice: MissedEvents) => void) | undefined;
}

export interface StoreLink {
  /**
   * Gets the events of this connection until the returned function is called. It may be attached several times, and still
   * gets each event once. With another connection, it gets the events of the one that was attached last.
   */
  attach(connection: Connection): () => void;
  /** Runs a task, and reports what it throws to the connection. */
  guard(task: () => void): void;
  /** Reports what the fold of an event threw. */
  report(name: string, thrown: unknown): void;
}

export function createStoreLink(
  names: readonly string[],
  { fold, commit, reset, missed }: LinkedStore,
): StoreLink {
  /** In the order in which they were attached, the same one as often as it was. */
  const attached: { readonly connection: Connection }[] = [];
  let current: Connection | undefined;
  let listening = new Subscription();
  /** Of the last connection: what is pending is written after it was detached. */
  let reporter: Reporter | undefined;
  /** Whose state it is. Undefined: nobody's yet, for example what was read from storage. */
  let owner: SessionKey | undefined;

  const guard = (task: () => void): void => {
    try {
      task();
    } catch (thrown) {
      reporter?.thrown('A subscriber of a store with events', thrown);
    }
  };
  const commitSafely = (): void => guard(commit);

  const own = (): SessionKey | undefined => current?.active().config?.session;

  /** Another provider may bring another user. */
  const follow = (): void => {
    const key = own();
    if (key === undefined || key === owner) return;
    if (owner && !isSameSession(owner, key)) guard(reset);
    owner = key;
  };

  const listen = (connection: Connection): void => {
    const { events, missedDelayed, session, scheduleCommit } = connection;
    // `hello` is the first event of a session.
    listening.add(
      events.named$([...new Set([...names, 'hello'])]).subscribe((event) => {
        follow();
        fold(event);
        scheduleCommit(commitSafely);
      }),
    );
    if (missed)
      listening.add(
        missedDelayed.all$.subscribe((notice) => {
          follow();
          commitSafely();
          missed(notice);
        }),
      );
    listening.add(
      session.onReplaced(() => {
        guard(reset);
        owner = own();
      }),
    );
    // Later, because React attaches in an insertion effect, in which no state may be set. It is still before the next paint.
    queueMicrotask(inAct(follow));
  };

  /** Listens to the connection that was attached last. What is pending is written with the next frame. */
  const update = (): void => {
    const next = attached.at(-1)?.connection;
    if (next === current) return;
    listening.unsubscribe();
    listening = new Subscription();
    current = next;
    if (!next) return;
    reporter = next.reporter;
    listen(next);
  };

  return {
    attach(connection) {
      const isSecond = current !== undefined && current !== connection;
      const attachment = { connection };
      attached.push(attachment);
      update();
      if (isSecond) connection.reporter.fail('invalid-argument/second-service', {});
      return () => {
        const place = attached.indexOf(attachment);
        if (place >= 0) attached.splice(place, 1);
        update();
      };
    },
    guard,
    report: (name, thrown) => reporter?.thrown(`The fold of "${name}"`, thrown),
  };
}
