// The layout of every page, rendered on the server. The provider is a client component: it opens no socket here.
import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { Providers } from './providers';
import './style.css';

export const metadata: Metadata = {
  title: 'Departures',
  description: 'Everwire with the App Router: one WebSocket, opened by the browser and never by the server.',
};

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
