import { useWsRequest } from 'everwire';
import { useEffect, useState } from 'react';

export function Unread() {
  const request = useWsRequest();
  const [unread, setUnread] = useState<unknown>('Loading');
  useEffect(() => void request('unread').then(setUnread, (error) => setUnread(error.code)), [request]);
  return String(unread);
}
