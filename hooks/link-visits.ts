/** Calls a handler once for each link, and what it returned when the link is gone. */
import { Observable } from 'rxjs';
import { catchRejection, isPromiseLike } from '../src/rejection.ts';
import type { Connection } from '../src/service/connection.ts';
import type { ConnectedLink } from '../src/service/links.ts';

export type LinkHandler = (link: ConnectedLink) => unknown;

/** Calls this handler for the link. */
export type LinkVisit = (handler: LinkHandler) => void;

/**
 * Emits a visit for the link that there is, and for each later one. What a visit's handler returned is called when the link
 * is gone, or with the unsubscription.
 */
export function createLinkVisits({ links, reporter }: Connection): Observable<LinkVisit> {
  const guard = (task: () => unknown): unknown => {
    const fail = (thrown: unknown): void => reporter.thrown('A handler of useWsConnected', thrown);
    try {
      const result = task();
      if (isPromiseLike(result)) catchRejection(result, fail);
      return result;
    } catch (thrown) {
      fail(thrown);
      return undefined;
    }
  };

  return new Observable<LinkVisit>((subscriber) => {
    let cleanup: unknown;
    const leave = (): void => {
      const last = cleanup;
      cleanup = undefined;
      if (typeof last === 'function') guard(() => last());
    };
    const visit = (link: ConnectedLink | undefined): void => {
      leave();
      if (link)
        subscriber.next((handler) => {
          const result = guard(() => handler(link));
          // The handler may have ended the link, or unmounted its component.
          if (!subscriber.closed && links.current() === link) cleanup = result;
          else if (typeof result === 'function') guard(() => result());
        });
    };
    const subscription = links.changes.all$.subscribe(visit);
    visit(links.current());
    return () => {
      subscription.unsubscribe();
      leave();
    };
  });
}
