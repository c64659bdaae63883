import { WebSocketProvider } from 'everwire';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Page } from './page.jsx';
import { server } from './server.js';

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket}>
      <Page />
    </WebSocketProvider>
  </StrictMode>,
);
