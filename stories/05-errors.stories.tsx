/** Chapter 05: one error, as the user, the developer's console and the code see it. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { situations } from './demo/errors/situations.ts';
import { ThreeReadersStory } from './demo/errors/three-readers.tsx';
import { stepsOf } from './demo/steps.ts';

const meta = {
  title: '05 Errors',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

export const ThreeReaders: StoryObj = {
  name: 'One error, three readers',
  parameters: { code: ['05-notice.tsx', '05-errors.tsx'] },
  render: () => <ThreeReadersStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { choose, press, waitForStatus, waitForFigure, expectFigure } = stepsOf({ canvas, userEvent });
    await waitForStatus('connected');

    for (const { label, code, message, userSees } of situations) {
      if (code === null || message === undefined) continue;
      await step(label, async () => {
        await choose(label);
        await waitForFigure('told', `code: '${code}'`);
        await expectFigure('told', message);
        await waitForFigure('console', message);
        if (userSees === null) await expect(canvas.queryByRole('alert')).toBeNull();
        else await waitFor(() => expect(canvas.getByRole('alert')).toHaveTextContent(userSees));
        await choose('Everything works');
        await waitForStatus('connected');
      });
    }

    await step('the user signs in again, and everything works', async () => {
      await choose('The session has ended');
      await waitFor(() => expect(canvas.getByRole('alert')).toHaveTextContent('Your session has ended.'));
      await press('Sign in');
      await waitForStatus('connected');
      await expect(canvas.queryByRole('alert')).toBeNull();
    });

    await choose('The server is down');
    await waitFor(() => expect(canvas.getByRole('alert')).toHaveTextContent('Connection lost.'));
  },
};
