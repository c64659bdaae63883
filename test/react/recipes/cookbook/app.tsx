import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { WebSocketProvider } from 'everwire';
import type { ReactNode } from 'react';
import { chat } from './chat.ts';
import { useSavedPosts } from './saved-posts.ts';
import { useUnread } from './unread.ts';

export const queryClient = new QueryClient();

export function App({ user, children }: { readonly user: string; readonly children: ReactNode }) {
  return (
    <QueryClientProvider client={queryClient}>
      <WebSocketProvider
        service={chat}
        url="wss://example.com/ws"
        identity={user}
        stores={[useUnread, useSavedPosts]}
      >
        {children}
      </WebSocketProvider>
    </QueryClientProvider>
  );
}
