/** Helpers to read the panel. It lives in a shadow root beside the page, which queries do not enter by themselves. */
import { fireEvent, within } from '@testing-library/react';
import { WebSocketDevtools, type WebSocketDevtoolsProps } from 'everwire/devtools';
import type { FakeServer } from 'everwire/testing';
import type { ReactNode } from 'react';
import { onTestFinished } from 'vitest';
import { type Stage, Wire, type WireProps } from '../../support/stage.tsx';

/** Every element that the devtools have added to the page. */
export function hosts(): readonly Element[] {
  return [...document.querySelectorAll('[data-everwire-devtools]')];
}

/** The element that is shown: the panel or the button. */
export function drawn(): HTMLElement {
  const root = hosts()[0]?.shadowRoot?.querySelector('.root');
  if (!(root instanceof HTMLElement)) throw new Error('There are no devtools on the page.');
  return root;
}

export function look() {
  const screen = within(drawn());
  const list = () => within(screen.getByRole('listbox', { name: 'Messages' }));
  return {
    ...screen,
    rows: () => list().queryAllByRole('option'),
    /** The text of the rows, without their times. */
    texts: () =>
      list()
        .queryAllByRole('option')
        .map((row) => (row.textContent ?? '').replace(/^[\d:.]+/, '')),
    press: (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name })),
    choose(row: Element | undefined) {
      if (row === undefined) throw new Error('There is no such row.');
      // The environment of the test may have no PointerEvent.
      fireEvent(row, new MouseEvent('pointerdown', { bubbles: true, button: 0 }));
    },
    filter: (text: string) =>
      fireEvent.change(screen.getByRole('searchbox', { name: 'Filter by name' }), {
        target: { value: text },
      }),
    figure(name: string) {
      const term = screen.getByText(name, { selector: 'dt' });
      return term.nextElementSibling?.textContent;
    },
    moments: () =>
      // In a narrow window it is behind a button.
      within(screen.getByRole('list', { name: /^What happened/, hidden: true }))
        .queryAllByRole('listitem', { hidden: true })
        .map((item) => item.querySelector('strong')?.textContent)
        .reverse(),
    payload: () =>
      screen.getByRole('region', { name: /^Payload of/ }).querySelector('pre')?.textContent ?? '',
  };
}

export interface PageProps extends WireProps {
  readonly devtools?: WebSocketDevtoolsProps;
}

/** A provider with the devtools below it, open by default. */
export function DevtoolsPage({ devtools, children, ...wire }: PageProps): ReactNode {
  return (
    <Wire {...wire}>
      {children}
      <WebSocketDevtools initiallyOpen {...devtools} />
    </Wire>
  );
}

/** Lets the panel draw. React renders in a task of its own, which no fake clock advances. */
export async function draw(stage: Stage, ms = 300): Promise<void> {
  await stage.pass(ms);
  await new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(null);
  });
}

/**
 * Waits for the first moment of a second. A panel in which nothing changes draws little less than once a second, so the rate of
 * events that came late in a second might be over between two drawings.
 */
export function toNextSecond(stage: Stage): Promise<void> {
  return draw(stage, 1_000 - (Date.now() % 1_000));
}

export function emitTicks(server: FakeServer, from: number, to: number): void {
  for (let n = from; n <= to; n += 1) server.emit('tick', { n });
}

/** Opens a copied report in the panel. */
export async function paste(stage: Stage, json: string): Promise<void> {
  look().press('Open JSON');
  await draw(stage);
  fireEvent.change(look().getByRole('textbox'), { target: { value: json } });
  look().press('Open');
  await draw(stage);
}

/** Records what is written to the clipboard from now on. */
export function watchClipboard(kind: 'open' | 'none'): string[] {
  const written: string[] = [];
  const writeText = (text: string): Promise<void> => {
    written.push(text);
    return Promise.resolve();
  };
  Object.defineProperty(navigator, 'clipboard', {
    configurable: true,
    value: kind === 'open' ? { writeText } : undefined,
  });
  onTestFinished(() => void Reflect.deleteProperty(navigator, 'clipboard'));
  return written;
}
