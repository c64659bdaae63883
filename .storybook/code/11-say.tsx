// Say something, and know at once what became of it.

import { useWsSend, WebSocketProvider } from 'everwire';
import type { ReactNode } from 'react';

export function Connected({ children }: { children: ReactNode }) {
  return (
    <WebSocketProvider
      url="wss://example.com/ws"
      sendQueue={{ limit: 3, ttl: 8_000 }} // messages, ms; default: no queue
    >
      {children}
    </WebSocketProvider>
  );
}

export function useSay() {
  const send = useWsSend();
  return (text: string): string => {
    const result = send('say', { text });
    switch (result) {
      case 'sent': // handed to the socket; whether it arrived, only an answer can tell
        return 'sent';
      case 'queued': // kept until the link is back; dropped, and reported, where that takes too long
        return 'queued';
      case 'refused': // not sent, and it will not be
        return 'refused';
      default:
        return result satisfies never;
    }
  };
}
