/**
 * Channels of the example protocols, for `useWsChannel`: the option `channels` of the provider.
 *
 * ```tsx
 * <WebSocketProvider url={url} protocol={phoenixProtocol} channels={phoenixChannels}>
 * const room = useWsChannel('room:1');
 * useWsEvent('room:1 msg', { channel: 'room:1' });
 * ```
 */
import type { ChannelsConfig } from 'everwire/core';

/** A channel is a topic. Its messages are `room.request('msg')` of the name `room:1 msg`. */
export const phoenixChannels: ChannelsConfig = {
  join: (topic) => ({ event: `${topic} join` }),
  leave: (topic) => ({ event: `${topic} phx_leave` }),
  answered: true,
  // The channel has crashed at the server, or was closed there.
  left: ({ event }) => / phx_(error|close)$/.test(event),
};

/** A channel is a destination, and so is the name of its events. */
export const stompChannels: ChannelsConfig = {
  join: (destination) => ({ event: 'subscribe', data: { destination } }),
  leave: (destination) => ({ event: 'unsubscribe', data: { destination } }),
  of: ({ event }) => event,
};

/** A channel is a subscription, and its name is that of its events. `queryOf` returns what it subscribes to. */
export function graphqlChannels(
  queryOf: (name: string) => { readonly query: string; readonly variables?: object },
): ChannelsConfig {
  return {
    join: (as) => ({ event: 'subscribe', data: { as, ...queryOf(as) } }),
    leave: (as) => ({ event: 'unsubscribe', data: { as } }),
    of: ({ event }) => event,
  };
}

/**
 * A channel is a room. The server joins it when it hears `join`, and acknowledges that; its events say which `room` they are of.
 * A recovered session has its rooms, so that nothing is sent again.
 */
export const socketIoRooms: ChannelsConfig = {
  join: (room) => ({ event: 'join', data: room }),
  leave: (room) => ({ event: 'leave', data: room }),
  answered: true,
  of: (event) => event.data?.['room'],
};
