/** The steps that the play functions share: press a button, wait for a status, read a figure of the page. */

import type { StoryObj } from '@storybook/react-vite';
import type { ConnectionState } from 'everwire';
import { expect, waitFor } from 'storybook/test';

type PlayContext = Parameters<NonNullable<StoryObj['play']>>[0];

type Status = ConnectionState['status'];

export interface Steps {
  /** Presses the button of that name. */
  press(name: string): Promise<void>;
  /** Chooses the radio button of that name. */
  choose(name: string): Promise<void>;
  waitForStatus(status: Status): Promise<void>;
  /** The status is this one, now. */
  expectStatus(status: Status): Promise<void>;
  /** Waits until the figure contains the text. `name`: its `data-testid`. */
  waitForFigure(name: string, text: string | RegExp): Promise<void>;
  /** The figure contains the text, now. */
  expectFigure(name: string, text: string | RegExp): Promise<void>;
}

export function stepsOf({ canvas, userEvent }: Pick<PlayContext, 'canvas' | 'userEvent'>): Steps {
  const expectFigure = (name: string, text: string | RegExp): Promise<void> =>
    expect(canvas.getByTestId(name)).toHaveTextContent(text);
  // Exactly, because 'disconnected' contains 'connected'.
  const expectStatus = (status: Status): Promise<void> =>
    expect(canvas.getByRole('status')).toHaveTextContent(new RegExp(`^${status}$`));
  return {
    press: (name) => userEvent.click(canvas.getByRole('button', { name })),
    choose: (name) => userEvent.click(canvas.getByRole('radio', { name })),
    waitForStatus: (status) => waitFor(() => expectStatus(status)),
    expectStatus,
    waitForFigure: (name, text) => waitFor(() => expectFigure(name, text)),
    expectFigure,
  };
}
