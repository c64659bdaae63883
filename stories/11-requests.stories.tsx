/** Chapter 11: requests and their outcomes, and messages that are sent, queued or refused. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor, within } from 'storybook/test';
import { EveryOutcomeStory } from './demo/requests/every-outcome.tsx';
import { SendStory } from './demo/requests/sent-queued-refused.tsx';
import { stepsOf } from './demo/steps.ts';

const meta = {
  title: '11 Requests',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

export const EveryOutcome: StoryObj = {
  name: 'Every outcome',
  parameters: { code: ['11-add.tsx'] },
  render: () => <EveryOutcomeStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, choose, waitForStatus } = stepsOf({ canvas, userEvent });
    const newest = () => within(canvas.getByRole('table', { name: 'The requests' })).getAllByRole('row')[1];
    const became = (words: string | RegExp) => waitFor(() => expect(newest()).toHaveTextContent(words));
    await waitForStatus('connected');

    await step('an answer', async () => {
      await press('Ask');
      await became(/21 \+ 22 = 43/);
    });

    await step('three at once, answered in any order: each gets its own', async () => {
      await press('Ask three times');
      await became(/24 \+ 22 = 46/);
      await canvas.findByText('22 + 22 = 44');
      await canvas.findByText('23 + 22 = 45');
    });

    await step('the server says no, in its own words', async () => {
      await choose('says no');
      await press('Ask');
      await became(/request-failed.*only whole numbers/);
    });

    await step('no answer in time', async () => {
      await choose('is silent');
      await press('Ask');
      await became('request-timeout');
    });

    await step('aborted, because nobody wants to know any more', async () => {
      await press('Ask, and abort');
      await became('request-aborted');
    });

    await step('the link is lost meanwhile: settled at once, and asked no second time', async () => {
      await choose('answers');
      await press('Ask, and drop the link');
      await became('connection-lost');
    });

    await step('no link for the moment: it waits for one, as long as for a reply', async () => {
      await press('Ask');
      await became(/request-timeout|= \d+$/);
    });

    await step('back again: the ids go on', async () => {
      await waitForStatus('connected');
      await press('Ask');
      await became(/= \d+$/);
      const ids = [...canvas.getAllByTestId('id')].map((cell) => Number(cell.textContent));
      const known = ids.filter((id) => !Number.isNaN(id));
      await expect(new Set(known).size).toBe(known.length);
      await expect(known).toEqual([...known].sort((one, other) => other - one));
    });

    await step('no connection is wanted: nothing is sent', async () => {
      await press('Disconnect, and ask');
      await became('not-connected');
      await waitForStatus('connected');
    });
  },
};

export const SentQueuedRefused: StoryObj = {
  name: 'Sent, queued, refused',
  parameters: { code: ['11-say.tsx'] },
  render: () => <SendStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, choose, waitForStatus, waitForFigure } = stepsOf({ canvas, userEvent });
    const rows = () => within(canvas.getByRole('table', { name: 'What was said' })).getAllByRole('row');
    const row = (n: number) =>
      rows().find((one) => one.querySelector('td')?.textContent === `Message ${n}`) ?? null;
    await waitForStatus('connected');

    await step('connected: sent, and it arrives', async () => {
      await press('Say something');
      await waitFor(() => expect(row(1)).toHaveTextContent(/sent.*arrived/));
    });

    await step('no link and no queue: refused, at once', async () => {
      await press('Cut the link');
      await waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent('reconnecting'));
      await press('Say something');
      await expect(row(2)).toHaveTextContent('refused');
    });

    await step('with a queue: kept, in order, until the link is back', async () => {
      await choose('A queue');
      await press('Say something');
      await press('Say something');
      await expect(row(3)).toHaveTextContent('queued');
      await press('Let it back');
      await waitFor(() => expect(row(3)).toHaveTextContent(/queued.*arrived/));
      await waitFor(() => expect(row(4)).toHaveTextContent(/queued.*arrived/));
      await expect(row(2)).not.toHaveTextContent('arrived');
    });

    await step('the queue has an end: the oldest is dropped, and that is reported', async () => {
      await press('Cut the link');
      await waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent('reconnecting'));
      for (let n = 0; n < 4; n += 1) await press('Say something');
      await waitForFigure('dropped', '1');
      await press('Let it back');
      await waitFor(() => expect(row(8)).toHaveTextContent('arrived'));
      await expect(row(5)).not.toHaveTextContent('arrived');
    });

    await choose('No queue');
  },
};
