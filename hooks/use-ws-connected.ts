'use client';
/** Calls a handler once for each link. */
import { useMemo } from 'react';
import { useStreamHandler } from '../providers/use-stream-handler.ts';
import type { Register } from '../src/index.ts';
import type { ConnectedLink } from '../src/service/links.ts';
import { createLinkVisits, type LinkVisit } from './link-visits.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';

/**
 * Calls `handler` once for each link, for what a server has to be told on each: as soon as it is known whether the session
 * was resumed, and at once in a component that mounts while connected. If it returns a function, that is called when the
 * link is gone, or when the component unmounts. Always calls the latest closure, and never renders. What it throws or rejects
 * with goes to `errors$`.
 *
 * A link that asks for its session is known with its first message. On any other it is known at once: nothing was resumed.
 */
export function useWsConnected<Types extends object = Register>(
  handler: (link: ConnectedLink) => unknown,
  options: UseServiceOptions<Types> = {},
): void {
  const connection = useConnectionOf(options);
  const visits$ = useMemo(() => createLinkVisits(connection), [connection]);
  useStreamHandler(visits$, (visit: LinkVisit) => visit(handler));
}
