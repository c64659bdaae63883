/** A client's session, as the handlers of the app get it. */
import type { Delivery } from './delivery.ts';
import type { HubSession, LeaveOptions, Position } from './types.ts';

export interface HubSessionParts {
  readonly publishTo: (session: string, event: string, data: unknown) => Promise<Position>;
  readonly leave: (session: string, channel: string, options: LeaveOptions | undefined) => Promise<void>;
}

/** `reader`: who has joined which channels. Most sessions send nothing, so it is made for the first message. */
export function createHubSession(
  user: unknown,
  reader: Pick<Delivery, 'id' | 'channels'>,
  { publishTo, leave }: HubSessionParts,
): HubSession {
  const { id } = reader;
  return {
    id,
    user,
    get channels() {
      return [...reader.channels.keys()];
    },
    publish: (event: string, data?: unknown) => publishTo(id, event, data),
    leave: (channel, options) => leave(id, channel, options),
  };
}
