/** The least that React needs on top of the floor's link: a context, an effect, a `setState`. */

import { createContext, useContext, useEffect, useState } from 'react';
import type { Contender, Payload } from '../contender.ts';
import { createFloorLink, type FloorLink } from './floor-link.ts';
import { useLatestRef } from './use-latest-ref.ts';

const LinkContext = createContext<FloorLink>(createFloorLink());

/** Makes a floor with this name. `listenToLatest` decides when a newest event is rendered. */
export function createFloor(name: string, listenToLatest: ListenToLatest): Contender {
  return {
    name,
    dialect: 'plain',
    Root({ url, children }) {
      const [link] = useState(createFloorLink);
      useEffect(() => link.open(url), [link, url]);
      return <LinkContext value={link}>{children}</LinkContext>;
    },
    useHandler(event, handler) {
      const link = useContext(LinkContext);
      const latestHandler = useLatestRef(handler);
      useEffect(
        () => link.listen(event, (data) => latestHandler.current(data)),
        [link, event, latestHandler],
      );
    },
    useLatest(event) {
      const link = useContext(LinkContext);
      const [latest, setLatest] = useState<Payload>();
      useEffect(() => listenToLatest(link, event, setLatest), [link, event, listenToLatest]);
      return latest;
    },
    useIsConnected() {
      const link = useContext(LinkContext);
      const [isConnected, setConnected] = useState(false);
      useEffect(() => link.listenToStatus(setConnected), [link]);
      return isConnected;
    },
  };
}

/** Calls `setLatest` with newest events of that name, until the returned function is called. */
export type ListenToLatest = (
  link: FloorLink,
  name: string,
  setLatest: (data: Payload) => void,
) => () => void;
