/** The key under which an event of a channel is dispatched and kept, as another name of it. */

/** With the channel's length, so that no two pairs of channel and name have the same key. It is shown in errors. */
export function channelKey(channel: string, name: string): string {
  return `${name} in ${channel} (${channel.length})`;
}

/** The keys of these names in a channel. No channel (undefined): the names themselves. None yet (`''`): nothing. */
export function keysOf(names: readonly string[], channel: string | undefined): readonly string[] {
  if (channel === undefined) return names;
  return channel === '' ? [] : names.map((name) => channelKey(channel, name));
}
