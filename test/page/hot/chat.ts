/// <reference types="vite/client" />
import { createWebSocketService } from 'everwire';

export const chat = createWebSocketService();
chat.connect({ url: 'wss://example.com/ws' });

if (import.meta.hot) {
  // After an edit Vite runs this file again, which creates another service: the one before has to close its link.
  import.meta.hot.data.chat?.dispose();
  import.meta.hot.data.chat = chat;
}
