/** Who gets this event? An index from name to subscribers, so that one event costs only its own. */
import { Observable, type Subscriber } from 'rxjs';
import type { IWebSocketEvent } from '../types.ts';

type EventSubscriber = Subscriber<IWebSocketEvent>;

export interface EventRouter {
  readonly all$: Observable<IWebSocketEvent>;
  named$(names: readonly string[]): Observable<IWebSocketEvent>;
  /** Hands the event to everyone who was subscribed when it came; whoever subscribes meanwhile starts with the next. */
  deliver(event: IWebSocketEvent): void;
  complete(): void;
}

export function createEventRouter(): EventRouter {
  // Lists are replaced, never changed: an event in flight goes on with the list that it started with.
  let everyone: readonly EventSubscriber[] = [];
  const byName = new Map<string, readonly EventSubscriber[]>();
  let isComplete = false;

  const add = (name: string, subscriber: EventSubscriber): void => {
    byName.set(name, [...(byName.get(name) ?? []), subscriber]);
  };
  const remove = (name: string, subscriber: EventSubscriber): void => {
    const rest = byName.get(name)?.filter((other) => other !== subscriber) ?? [];
    if (rest.length === 0) byName.delete(name);
    else byName.set(name, rest);
  };

  return {
    all$: new Observable((subscriber) => {
      if (isComplete) return subscriber.complete();
      everyone = [...everyone, subscriber];
      return () => {
        everyone = everyone.filter((other) => other !== subscriber);
      };
    }),
    named$: (names) => {
      const unique = [...new Set(names)];
      return new Observable((subscriber) => {
        if (isComplete) return subscriber.complete();
        for (const name of unique) add(name, subscriber);
        return () => {
          for (const name of unique) remove(name, subscriber);
        };
      });
    },
    deliver(event) {
      const named = byName.get(event.event);
      for (const subscriber of everyone) subscriber.next(event);
      if (named !== undefined) for (const subscriber of named) subscriber.next(event);
    },
    complete() {
      isComplete = true;
      const subscribers = new Set([...everyone, ...[...byName.values()].flat()]);
      for (const subscriber of subscribers) subscriber.complete();
    },
  };
}
