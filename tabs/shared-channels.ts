/** Which tabs are in which channel of the one session: one tab's leave must not take the channel from another. */
import { leaveMessage, readChannelMessage } from '../src/protocols/envelope-channels.ts';
import type { OutgoingMessage } from '../src/protocols/protocol.ts';

export interface SharedChannels {
  /** A session has begun, which is in no channel. The same id again: it goes on. */
  onSession(id: string | null): void;
  /** What is to be sent of a tab's message. Null: nothing, because other tabs are in all of the channels that it leaves. */
  passedOn(tab: string, message: OutgoingMessage): OutgoingMessage | null;
}

/** `taken-over`: the session is older than this relay. What was joined in it is not known, so nothing of it is left. */
export function createSharedChannels(sessionId: string | null, begun: 'new' | 'taken-over'): SharedChannels {
  let id = sessionId;
  let knows: 'all' | 'some' = begun === 'new' ? 'all' : 'some';
  const members = new Map<string, Set<string>>();

  /** The tab is in the channel no more. Returns whether no tab is. */
  const isLeftByAll = (tab: string, name: string): boolean => {
    const tabs = members.get(name);
    tabs?.delete(tab);
    if (tabs && tabs.size > 0) return false;
    members.delete(name);
    return knows === 'all';
  };

  return {
    onSession(next) {
      if (next !== null && next === id) return;
      id = next;
      knows = 'all';
      members.clear();
    },
    passedOn(tab, message) {
      // Joins and leaves are requests. A message of the app may have the same name.
      const said = message.kind === 'request' ? readChannelMessage(message) : undefined;
      if (said === undefined) return message;
      if (said.is === 'join') {
        for (const name of said.names) members.set(name, (members.get(name) ?? new Set()).add(tab));
        return message;
      }
      const left = said.names.filter((name) => isLeftByAll(tab, name));
      return left.length === 0 ? null : { ...message, ...leaveMessage(left) };
    },
  };
}
