/** Which tabs are in which channel of the one session: one tab's leave must not take the channel from another. */
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
      const { event, data } = message;
      if (event === 'join')
        for (const name of namesIn(data)) members.set(name, (members.get(name) ?? new Set()).add(tab));
      if (event !== 'leave') return message;
      const left = namesIn(data).filter((name) => isLeftByAll(tab, name));
      return left.length === 0 ? null : { ...message, data: { channels: left } };
    },
  };
}

/** As the envelope has them: a join has objects with a name, a leave has names. */
function namesIn(data: unknown): readonly string[] {
  const { channels } = Object(data) as { readonly channels?: unknown };
  if (!Array.isArray(channels)) return [];
  return channels.flatMap((one: unknown) => {
    const name: unknown = typeof one === 'string' ? one : (Object(one) as { readonly name?: unknown }).name;
    return typeof name === 'string' ? [name] : [];
  });
}
