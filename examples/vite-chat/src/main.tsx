import { WebSocketProvider } from 'everwire';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Chat } from './chat.tsx';
import { schemas } from './events.ts';
import { myName } from './my-name.ts';
import './style.css';

const server: string = import.meta.env['VITE_SERVER'] ?? 'ws://127.0.0.1:8080';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root.');

createRoot(root).render(
  <StrictMode>
    <WebSocketProvider
      url={`${server}/?name=${encodeURIComponent(myName)}`}
      schemas={schemas}
      reconnectAttempts={Number.POSITIVE_INFINITY}
      backoff="decorrelated"
      onError={(error) => console.info(error.message)}
    >
      <Chat />
    </WebSocketProvider>
  </StrictMode>,
);
