/** Where a message can be sent now. */
import type { LinkCodec } from '../../protocols/protocol.ts';
import type { Link } from '../../transport/open-socket.ts';
import type { ResolvedConfig } from '../config/config.ts';
import type { Connection } from '../connection.ts';

/** No config: no connection is wanted. No link: nothing can be sent now. */
export interface Route {
  readonly config?: OutgoingConfig | undefined;
  readonly link?: Link | undefined;
  /** What writes the frames of the link. */
  readonly codec?: LinkCodec | undefined;
}

/** What the sending half needs of a config. */
export type OutgoingConfig = Pick<ResolvedConfig, 'protocol' | 'sendQueue' | 'requestTimeout'>;

export function routeOf({
  active,
  holds,
  hasCommands,
  phase,
  attempt,
}: Pick<Connection, 'active' | 'holds' | 'hasCommands' | 'phase' | 'attempt'>): Route {
  // A component sends before the effect of its provider has run.
  for (const [holder, given] of holds.staged()) {
    holds.hold(holder, ...given);
    holds.release(holder);
  }
  // The link may still be open, but it is about to be closed.
  if (hasCommands()) return {};
  const { config, awaited } = active();
  switch (phase()) {
    case 'stopped':
      return { config: awaited };
    case 'paused':
      return {};
    case 'connected': {
      const { link, codec } = attempt() ?? {};
      return { config, link, codec };
    }
    default:
      return { config };
  }
}
