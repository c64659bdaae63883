import { createWebSocketService, useWsChannel, useWsEvent } from 'everwire';

interface Post {
  readonly id: number;
  readonly text: string;
}

export const chat = createWebSocketService<{
  channels: {
    lobby: { opened: null };
    [room: `room:${string}`]: { posted: Post };
  };
}>();

export function useLastPost(id: string): string | undefined {
  useWsChannel(`room:${id}`, { service: chat });
  return useWsEvent('posted', { channel: `room:${id}`, service: chat })?.data.text;
}
