/** An app of a Mattermost server, with the published types of its data. */
import { useWsEvent, useWsEventHandler, WebSocketProvider } from 'everwire';
import { createMattermostProtocol, type MattermostEvents } from 'everwire/mattermost';

declare module 'everwire' {
  interface Register {
    events: MattermostEvents;
  }
}

declare module 'everwire/mattermost' {
  interface MattermostEvents {
    'custom_com.example.poll_vote': { poll_id: string };
  }
}

export function App() {
  return (
    <WebSocketProvider
      url="/api/v4/websocket"
      protocol={createMattermostProtocol({ postedAck: true })}
      reconnectAttempts={Number.POSITIVE_INFINITY}
      backoff="decorrelated"
    >
      <Page />
    </WebSocketProvider>
  );
}

function Page() {
  const message: string | undefined = useWsEvent('posted')?.data.post.message;
  useWsEventHandler('custom_com.example.poll_vote', ({ data }) => data.poll_id satisfies string);
  // @ts-expect-error no such field
  useWsEvent('posted')?.data.post.text;
  // @ts-expect-error no such event
  useWsEventHandler('psoted', () => undefined);
  return message;
}
