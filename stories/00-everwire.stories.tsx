/** The front page: what Everwire does that a plain hook does not, to be broken by hand. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor, within } from 'storybook/test';
import { FrontPage } from './demo/front/front-page.tsx';
import { stepsOf } from './demo/steps.ts';

const meta = {
  title: 'Everwire',
  tags: ['!autodocs'],
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

/** It has the name of its title, so that the sidebar shows one entry. */
export const Front: StoryObj = {
  name: 'Everwire',
  tags: ['!test'],
  // On demand: what checks a page weighs more than the page.
  globals: { a11y: { manual: true } },
  render: () => <FrontPage begins="by-itself" />,
};

/** Not in the sidebar: the reader does this by hand. */
export const Broken: StoryObj = {
  name: 'Broken in three ways',
  tags: ['!dev'],
  render: () => <FrontPage begins="when-pressed" />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForFigure } = stepsOf({ canvas, userEvent });
    const picture = canvas.getByRole('region', { name: 'One server, two browsers' });
    const isCalm = () => waitFor(() => expect(picture).toHaveAttribute('data-phase', 'calm'));
    await canvas.findByText('3', { selector: '[aria-label="A plain hook"] li' });

    for (const [index, accident] of ['Pull the plug', 'Freeze', 'Kill the server'].entries()) {
      await step(accident, async () => {
        await isCalm();
        await press(accident);
        // The hole is seen at the first event after it.
        await waitForFigure('plain missing', new RegExp(`^${(index + 1) * 8}$`));
        await waitForFigure('everwire missing', /^0$/);
      });
    }

    await step('a button that is pressed while something is broken is not forgotten', async () => {
      await isCalm();
      await press('Pull the plug');
      await waitFor(() => expect(picture).toHaveAttribute('data-accident', 'unplugged'));
      await userEvent.click(canvas.getByRole('button', { name: 'Kill the server' }));
      await waitForFigure('plain missing', /^32$/);
      await waitFor(() => expect(picture).toHaveAttribute('data-accident', 'killed'));
      await waitForFigure('plain missing', /^40$/);
    });

    await step('what came back is where it belongs', async () => {
      await waitForFigure('everwire missing', /^0$/);
      const everwire = within(canvas.getByRole('region', { name: 'Everwire' }));
      const numbers = everwire
        .getAllByRole('listitem')
        .flatMap(({ textContent }) => Number(textContent) || []);
      await expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
      const plain = within(canvas.getByRole('region', { name: 'A plain hook' }));
      await expect(plain.getAllByText(/is missing$/).length).toBeGreaterThan(0);
    });
  },
};
