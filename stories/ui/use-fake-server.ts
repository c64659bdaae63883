/** Gives a story its own fake server, for as long as it is mounted. */

import { createFakeServer, type FakeServer, type FakeServerOptions } from 'everwire/testing';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';

/** `prepare` sets up the server before the first client connects. */
export function useFakeServer(
  options: FakeServerOptions = {},
  prepare: (server: FakeServer) => void = () => {},
): FakeServer {
  const [server] = useState(() => {
    const made = createFakeServer(options);
    prepare(made);
    return made;
  });
  const disposal = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    clearTimeout(disposal.current);
    return () => {
      // StrictMode unmounts and mounts again in one macrotask: a server in use again by then stays.
      disposal.current = setTimeout(() => server.dispose(), 0);
    };
  }, [server]);
  return server;
}

/** Reads a part of the server's view. It must be a primitive, or an object that is new only when it changed. */
export function useServerState<Part>(server: FakeServer, select: (server: FakeServer) => Part): Part {
  return useSyncExternalStore(server.onChange, () => select(server));
}
