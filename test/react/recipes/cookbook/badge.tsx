import { useUnread } from './unread.ts';

export function Badge({ room }: { readonly room: string }) {
  const count = useUnread(({ rooms }) => rooms[room] ?? 0);
  const markRead = useUnread((state) => state.markRead);
  return (
    <button type="button" onClick={() => markRead(room)}>
      {room} ({count})
    </button>
  );
}
