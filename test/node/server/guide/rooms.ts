import { createHub } from 'everwire/server';

interface App {
  user: { id: string };
  channels: `room:${string}`;
  events: { posted: { text: string } };
  messages: { say: { text: string } };
}

const members = new Map([['room:42', new Set(['ada', 'bob'])]]);

export const hub = createHub<App>({
  authenticate: ({ token }) => (token ? { id: token } : null),
  identify: (user) => user.id,
  channels: { join: (name, session) => members.get(name)?.has(session.user.id) ?? false },
  messages: {
    say: (data, _session, { channel }) => channel && hub.publish({ channel }, 'posted', data),
  },
});

export async function removeMember(room: `room:${string}`, user: string) {
  members.get(room)?.delete(user);
  await hub.leave({ user }, room, { reason: 'removed' });
}
