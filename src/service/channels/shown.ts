/** What is shown of a channel. */
import type { ChannelState } from '../../channel-types.ts';
import { type Channel, isMember } from './membership.ts';

export const idle: ChannelState = { status: 'idle', error: null };
export const waiting: ChannelState = { status: 'waiting', error: null };
export const joining: ChannelState = { status: 'joining', error: null };
const joined: ChannelState = { status: 'joined', error: null };

/** Returns `before` if nothing has changed. */
export function shownOf({ server }: Channel, link: 'up' | 'down', before: ChannelState): ChannelState {
  if (server.is === 'refused' || server.is === 'failed')
    return before.error === server.error ? before : { status: 'refused', error: server.error };
  if (link === 'down') return waiting;
  return isMember(server) ? joined : joining;
}
