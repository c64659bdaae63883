/** Which tabs are in which channel of the one session: one tab's leave must not take the channel from another. */
import {
  type ChannelMessage,
  endedBy,
  leaveMessage,
  readChannelMessage,
  refusedNames,
} from '../src/protocols/envelope-channels.ts';
import type { IWebSocketEvent, OutgoingMessage, ReplyResult } from '../src/protocols/protocol.ts';

export interface SharedChannels {
  /** A session has begun, which is in no channel. The same id again: it goes on. */
  onSession(id: string | null): void;
  /** What is to be sent of a tab's message. Null: nothing, because other tabs are in all of the channels that it leaves. */
  passedOn(tab: string, message: OutgoingMessage): OutgoingMessage | null;
  /** The server has answered a message. Returns the leave that is due because a join of the last tab was refused. */
  answered(tab: string, message: OutgoingMessage, result: ReplyResult): Required<ChannelMessage> | null;
  /** The server may have ended a membership, and with it that of all tabs. */
  onEvent(event: IWebSocketEvent): void;
}

/** Of a tab in a channel: with its last join, which the server may not have answered yet. */
interface Member {
  readonly join: OutgoingMessage;
  is: 'asked' | 'joined';
}

/** `taken-over`: the session is older than this relay. What was joined in it is not known, so nothing of it is left. */
export function createSharedChannels(sessionId: string | null, begun: 'new' | 'taken-over'): SharedChannels {
  let id = sessionId;
  let knows: 'all' | 'some' = begun === 'new' ? 'all' : 'some';
  const members = new Map<string, Map<string, Member>>();
  /** Channels that a tab has left, and the session has not, because of another tab. */
  const kept = new Set<string>();

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
      kept.clear();
    },
    passedOn(tab, message) {
      // Joins and leaves are requests. A message of the app may have the same name.
      const said = message.kind === 'request' ? readChannelMessage(message) : undefined;
      if (said === undefined) return message;
      if (said.is === 'join') {
        for (const name of said.names)
          members.set(name, (members.get(name) ?? new Map()).set(tab, { join: message, is: 'asked' }));
        return message;
      }
      const left = said.names.filter((name) => isLeftByAll(tab, name));
      for (const name of said.names) kept.add(name);
      for (const name of left) kept.delete(name);
      return left.length === 0 ? null : { ...message, ...leaveMessage(left) };
    },
    answered(tab, message, result) {
      const said = readChannelMessage(message);
      if (said?.is !== 'join') return null;
      const refused = new Set(refusedNames(said.names, result));
      const left = said.names.filter((name) => {
        const member = members.get(name)?.get(tab);
        // It has been left, or asked for again, since.
        if (member?.join !== message) return false;
        if (refused.has(name)) return isLeftByAll(tab, name) && kept.delete(name);
        member.is = 'joined';
        return false;
      });
      return left.length === 0 ? null : leaveMessage(left);
    },
    onEvent(event) {
      const { channel = '' } = event;
      const tabs = members.get(channel);
      if (tabs === undefined || endedBy(event) === undefined) return;
      kept.delete(channel);
      // A join that is not answered yet comes after it.
      for (const [tab, { is }] of tabs) if (is === 'joined') isLeftByAll(tab, channel);
    },
  };
}
