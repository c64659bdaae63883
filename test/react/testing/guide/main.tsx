/** The page that the tests of docs/testing.md open with Playwright. */

import { createRoot } from 'react-dom/client';
import { App } from './chat.tsx';

declare global {
  interface Window {
    readonly socketUrl?: string;
  }
}

const root = document.body.appendChild(document.createElement('div'));

createRoot(root).render(<App url={window.socketUrl ?? 'wss://example.com/ws'} />);
