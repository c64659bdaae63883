import { useConnectionStatus, useWsEvents, WebSocketProvider } from 'everwire';
import { createFakeServer } from 'everwire/testing';
import Head from 'next/head';
import { useEffect, useState } from 'react';

export default function Home() {
  const [server] = useState(() => createFakeServer());
  useEffect(() => {
    void server.connected().then(() => server.emit('posted', 'Hello'));
  }, [server]);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket}>
      <Head>
        <link rel="icon" href="data:," />
      </Head>
      <Page />
    </WebSocketProvider>
  );
}

function Page() {
  const status = useConnectionStatus();
  const posts = useWsEvents('posted');
  return (
    <p role="status" data-status={status}>
      {posts.map(({ data }) => String(data)).join()}
    </p>
  );
}

/** On the server, so that everwire is resolved there too. */
export async function getServerSideProps() {
  const { websocketService } = await import('everwire/core');
  return { props: { status: websocketService.store.getState().status } };
}
