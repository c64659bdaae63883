/** Chapter 06: what is replayed after a break, and when a page is notified of missed events. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { NothingMissingStory } from './demo/resume/nothing-missing.tsx';
import { ServerKindsStory } from './demo/resume/server-kinds.tsx';
import { ToldOnceStory } from './demo/resume/told-once.tsx';
import { stepsOf } from './demo/steps.ts';

const meta = {
  title: '06 Resume and gaps',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

type Canvas = Parameters<NonNullable<StoryObj['play']>>[0]['canvas'];

/** The figures on the page. */
function figuresOf(canvas: Canvas) {
  const figure = (name: string) => () => Number(canvas.getByTestId(name).textContent);
  return {
    sent: figure('sent'),
    arrived: figure('arrived'),
    replayed: figure('replayed'),
    missed: figure('missed'),
    notices: figure('notices'),
  };
}

export const NothingMissing: StoryObj = {
  name: 'Replayed, with no notice',
  parameters: { code: ['06-nothing-to-do.tsx'] },
  render: () => <NothingMissingStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, waitForFigure } = stepsOf({ canvas, userEvent });
    const { sent, arrived, replayed, missed, notices } = figuresOf(canvas);
    const ticking = canvas.getByRole('checkbox', { name: 'Send all the time' });
    await userEvent.click(ticking);
    await waitForStatus('connected');
    const session = () => canvas.getByTestId('link 1').nextElementSibling?.textContent;
    await waitFor(() => expect(session()).toMatch(/…$/));

    await step('they arrive', async () => {
      await press('Send five');
      await waitFor(() => expect(arrived()).toBe(sent()));
    });

    await step('lost on the way: the gap is seen, and the session resumed at once', async () => {
      const before = arrived();
      await press('Lose three of five');
      await waitFor(() => expect(replayed()).toBe(4));
      await expect(arrived()).toBe(before + 1);
      await waitForFigure('link 2', 'resumed');
      await expect(canvas.getByText(/… from \d+$/)).toBeVisible();
    });

    await step('sent while the link was down: replayed when it is back', async () => {
      await press('Drop, and send five');
      await waitForStatus('reconnecting');
      await waitFor(() => expect(replayed()).toBe(9));
      await waitForFigure('link 3', 'resumed');
    });

    await step('one session all along, nothing missed, no notice', async () => {
      await expect(missed()).toBe(0);
      await expect(notices()).toBe(0);
      await expect(canvas.getByTestId('link 3').nextElementSibling).toHaveTextContent(String(session()));
    });

    await userEvent.click(ticking);
  },
};

export const ToldOnce: StoryObj = {
  name: 'Lost, with one notice',
  parameters: { code: ['06-told-once.tsx'] },
  render: () => <ToldOnceStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, waitForFigure } = stepsOf({ canvas, userEvent });
    const { sent, arrived, replayed, missed, notices } = figuresOf(canvas);
    await waitForStatus('connected');
    await press('Send five');
    await waitFor(() => expect(arrived()).toBe(5));

    await step('fewer than the server keeps: replayed, without a notice', async () => {
      await press('Drop, and send 8');
      await waitFor(() => expect(replayed()).toBe(8));
      await expect(notices()).toBe(0);
    });

    await step('more than it keeps: a new session, and one notice', async () => {
      await press('Drop, and send 20');
      await waitFor(() => expect(missed()).toBe(20));
      await expect(notices()).toBe(1);
      await canvas.findByText('new-session', { selector: '.notice-reason' });
      await waitForFigure('link 3', 'new session');
    });

    await step('a number that was never used: the server can’t fill it either', async () => {
      await press('Skip a number');
      await waitFor(() => expect(notices()).toBe(2));
      await waitForStatus('connected');
    });

    await step('a restart: the server has forgotten us, and that is one notice too', async () => {
      await press('Restart');
      await waitForStatus('reconnecting');
      await waitFor(() => expect(notices()).toBe(3));
      await press('Send five');
      await waitFor(() => expect(arrived()).toBe(10));
      await expect(sent()).toBe(arrived() + replayed() + missed());
      await expect(notices()).toBe(3);
    });
  },
};

export const WhatAServerCanTell: StoryObj = {
  name: 'What a server can tell',
  parameters: { code: ['06-server.ts'] },
  render: () => <ServerKindsStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press } = stepsOf({ canvas, userEvent });
    const { sent, arrived, replayed, missed, notices } = figuresOf(canvas);
    const isConnected = () =>
      waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent(/^connected$/));
    const choose = async (name: string) => {
      await userEvent.click(await canvas.findByRole('radio', { name }));
      await isConnected();
      await press('Send five');
      await waitFor(() => expect(arrived()).toBe(5));
    };
    const reason = () => canvas.getAllByText(/./, { selector: '.notice-reason' })[0]?.textContent;

    await step('numbers and an id: everything is replayed', async () => {
      await choose('Numbers and session ids');
      await press('Lose three of five');
      await waitFor(() => expect(replayed()).toBe(4));
      await press('Drop, and send five');
      await waitFor(() => expect(replayed()).toBe(9));
      await expect(notices()).toBe(0);
      await expect(sent()).toBe(15);
    });

    await step(
      'no numbers: a loss on the way is not seen, and after each loss of the link one is told',
      async () => {
        await choose('Neither');
        await press('Lose three of five');
        await waitFor(() => expect(missed()).toBe(3));
        await expect(notices()).toBe(0);
        await press('Drop, and send five');
        await waitFor(() => expect(notices()).toBe(1));
        await expect(reason()).toBe('unknown');
        await expect(missed()).toBe(8);
      },
    );

    await step('numbers without an id: the gap is told, with its size', async () => {
      await choose('Numbers only');
      await press('Lose three of five');
      await waitFor(() => expect(notices()).toBe(1));
      await expect(reason()).toBe('gap');
      await canvas.findByText('expected 6, received 9, 3 missed');
      await press('Drop, and send five');
      await waitFor(() => expect(notices()).toBe(2));
      await expect(reason()).toBe('unknown');
      await waitFor(() => expect(missed()).toBe(8));
    });
  },
};
