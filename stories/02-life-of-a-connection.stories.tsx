/** Chapter 02: the statuses of a connection, and what leads from one to the next. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { EveryStatusStory } from './demo/life/every-status.tsx';
import { NothingLostStory } from './demo/life/nothing-lost.tsx';
import { stepsOf } from './demo/steps.ts';

const meta = {
  title: '02 The life of a connection',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

export const EveryStatus: StoryObj = {
  name: 'Every status',
  parameters: { code: ['02-banner.tsx'] },
  render: () => <EveryStatusStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus } = stepsOf({ canvas, userEvent });
    const factOf = (name: string) => canvas.getByText(name, { selector: 'dt' }).nextElementSibling;
    await waitForStatus('connected');
    await waitFor(() => expect(factOf('Connection id')).not.toHaveTextContent(/^–$/));

    await step('disconnected: because we asked for it', async () => {
      await press('Disconnect');
      await waitForStatus('disconnected');
      await expect(factOf('Reason')).toHaveTextContent('client');
      await expect(factOf('Connection id')).toHaveTextContent('–');
    });

    await step('connecting: the server does not answer', async () => {
      await press('Stall');
      await press('Connect');
      await waitForStatus('connecting');
      await expect(canvas.getByRole('img')).toHaveAccessibleName(
        'The connection went from disconnected to connecting.',
      );
    });

    await step('connected: it answers the next attempt', async () => {
      await press('Stall');
      await press('Reconnect');
      await waitForStatus('connected');
    });

    await step('reconnecting: with the attempt, the countdown and the last close', async () => {
      await press('Drop');
      await waitForStatus('reconnecting');
      await expect(factOf('Failures in a row')).toHaveTextContent('1');
      await expect(factOf('Next attempt in')).toHaveTextContent(/^[012]\.\d s$/);
      await expect(factOf('Last close')).toHaveTextContent('1006, not clean');
      await waitForStatus('connected');
      await expect(factOf('Next attempt in')).toHaveTextContent('–');
    });
  },
};

export const NothingLost: StoryObj = {
  name: 'No silent loss',
  parameters: { code: ['02-nothing-lost.tsx'] },
  render: () => <NothingLostStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, waitForFigure, expectFigure } = stepsOf({ canvas, userEvent });
    const heard = () => Number(canvas.getByTestId('heard').textContent);
    const sent = () => Number(canvas.getByTestId('sent').textContent);
    const ticking = canvas.getByRole('checkbox', { name: 'Send one each second' });
    await userEvent.click(ticking);
    await waitForStatus('connected');

    await step('every event that is sent arrives', async () => {
      await press('Send three');
      await waitFor(() => expect(heard()).toBe(sent()));
    });

    await step('what was sent while the link was down is replayed, without a notice', async () => {
      await press('Drop');
      await press('Send three');
      await waitForStatus('reconnecting');
      await waitForStatus('connected');
      await waitFor(() => expect(heard()).toBe(sent()));
      await expectFigure('notices', /^0$/);
    });

    await step('what gets lost on the way is requested again, without a notice', async () => {
      await press('Lose');
      await press('Send three');
      await waitFor(() => expect(heard()).toBe(sent()));
      await canvas.findByText(/close 4001/);
      await waitForStatus('connected');
      await expectFigure('notices', /^0$/);
    });

    await step('an event that comes twice is given once', async () => {
      await press('Duplicate');
      await press('Send three');
      await waitFor(() => expect(heard()).toBe(sent()));
      await expectFigure('twice', /^0$/);
    });

    await step('a server that has forgotten the session causes exactly one notice', async () => {
      await press('Restart');
      await waitForStatus('reconnecting');
      await waitForStatus('connected');
      await waitForFigure('notices', /^1$/);
      await expectFigure('reason', 'new-session');
    });

    await userEvent.click(ticking);
  },
};
