/** rxjs as tutorials show it: `webSocket()` shared, a `filter` in every hook, a `setState` per message. */

import { createContext, useContext, useEffect, useState } from 'react';
import { BehaviorSubject, filter, type Observable, retry, share } from 'rxjs';
import { webSocket } from 'rxjs/webSocket';
import type { Contender, Payload } from '../contender.ts';
import type { Frame } from './frame.ts';
import { useLatestRef } from './use-latest-ref.ts';

interface Link {
  readonly frames$: Observable<Frame>;
  readonly isConnected$: BehaviorSubject<boolean>;
}

const LinkContext = createContext<Link>(createLink(''));

export const contender: Contender = {
  name: 'naive rxjs',
  dialect: 'plain',
  Root({ url, children }) {
    const [link] = useState(() => createLink(url));
    // Keeps the socket open while no component below listens.
    useEffect(() => {
      const subscription = link.frames$.subscribe();
      return () => subscription.unsubscribe();
    }, [link]);
    return <LinkContext value={link}>{children}</LinkContext>;
  },
  useHandler(name, handler) {
    const { frames$ } = useContext(LinkContext);
    const latestHandler = useLatestRef(handler);
    useEffect(() => {
      const subscription = frames$
        .pipe(filter((frame) => frame.event === name))
        .subscribe((frame) => latestHandler.current(frame.data));
      return () => subscription.unsubscribe();
    }, [frames$, name, latestHandler]);
  },
  useLatest(name) {
    const { frames$ } = useContext(LinkContext);
    const [latest, setLatest] = useState<Payload>();
    useEffect(() => {
      const subscription = frames$
        .pipe(filter((frame) => frame.event === name))
        .subscribe((frame) => setLatest(frame.data));
      return () => subscription.unsubscribe();
    }, [frames$, name]);
    return latest;
  },
  useIsConnected() {
    const { isConnected$ } = useContext(LinkContext);
    const [isConnected, setConnected] = useState(isConnected$.value);
    useEffect(() => {
      const subscription = isConnected$.subscribe(setConnected);
      return () => subscription.unsubscribe();
    }, [isConnected$]);
    return isConnected;
  },
};

const retryDelayMs = 1000;

function createLink(url: string): Link {
  const isConnected$ = new BehaviorSubject(false);
  const frames$ = webSocket<Frame>({
    url,
    openObserver: { next: () => isConnected$.next(true) },
    closeObserver: { next: () => isConnected$.next(false) },
  }).pipe(retry({ delay: retryDelayMs }), share());
  return { frames$, isConnected$ };
}
