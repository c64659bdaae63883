/** An app of a Mattermost server without `@mattermost/*`: it compiles, and its events are not typed. */
import { useWsEventHandler, WebSocketProvider } from 'everwire';
import { type MattermostEvents, mattermostProtocol } from 'everwire/mattermost';
import type { ReactNode } from 'react';

export const names: (keyof MattermostEvents)[] = ['posted'];

export function Server({ children }: { children: ReactNode }) {
  return (
    <WebSocketProvider url="/api/v4/websocket" protocol={mattermostProtocol}>
      {children}
    </WebSocketProvider>
  );
}

export function usePosts(show: (data: unknown) => void) {
  useWsEventHandler('posted', ({ data }) => show(data));
}
