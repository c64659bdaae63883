/** How is a card of a page headed? Its level follows from where the page stands. */
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
