/** The heading of a card. Its level follows from where the page is shown. */
import type { ReactNode } from 'react';
import { usePageView } from './page-view.ts';

export function CardHeading({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  const Heading = usePageView() === 'alone' ? 'h2' : 'h3';
  return (
    <Heading id={id} className="card-heading">
      {children}
    </Heading>
  );
}
