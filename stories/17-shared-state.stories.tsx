/** Chapter 17: state that components share, folded from events. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor, within } from 'storybook/test';
import { TextStory } from './demo/shared/text.tsx';
import { RecentStory } from './demo/shared/typing.tsx';
import { BURST, READERS, UnreadStory } from './demo/shared/unread.tsx';
import { stepsOf } from './demo/steps.ts';

const meta = {
  title: '17 Shared state',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

export const OneStore: StoryObj = {
  name: 'One store, many readers',
  parameters: { code: ['17-unread.ts'] },
  render: () => <UnreadStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, waitForFigure } = stepsOf({ canvas, userEvent });
    const number = (name: string) => Number(canvas.getByTestId(name).textContent?.replaceAll(',', ''));
    const unread = () => canvas.getAllByTestId('unread').map(({ textContent }) => Number(textContent));
    const all = (value: number) => Array.from({ length: READERS }, () => value);
    await waitForStatus('connected');
    // Another user: the store may hold the posts of an earlier visit.
    await press('Another user');
    await waitForStatus('connected');
    await waitForFigure('folded', /^0$/);

    await step('5,000 posts are folded in once, and written a few times', async () => {
      const writes = number('writes');
      await press('5,000 at once');
      await waitFor(() => expect(number('folded')).toBe(BURST));
      await expect(number('writes') - writes).toBeLessThanOrEqual(5);
      await waitFor(() => expect(unread()).toEqual(all(BURST)));
    });

    await step('an action of the store is seen by all', async () => {
      await press('Mark read');
      await waitFor(() => expect(unread()).toEqual(all(0)));
    });

    await step('a lost link changes nothing', async () => {
      await press('Drop, and send 50');
      await waitFor(() => expect(unread()).toEqual(all(50)));
      await expect(number('folded')).toBe(BURST + 50);
    });

    await step('another user begins anew', async () => {
      await press('Another user');
      await waitForFigure('folded', /^0$/);
      await expect(unread()).toEqual(all(0));
    });
  },
};

export const Recent: StoryObj = {
  name: 'What is recent',
  parameters: { code: ['17-typing.tsx'] },
  render: () => <RecentStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus } = stepsOf({ canvas, userEvent });
    const typing = () =>
      within(canvas.getByTestId('typing'))
        .queryAllByRole('listitem')
        .map(({ textContent }) => textContent);
    const shows = (...users: readonly string[]) => waitFor(() => expect(typing()).toEqual(users));
    await waitForStatus('connected');

    await step('two users type, and a post ends it', async () => {
      await press('Mira');
      await press('Aiko');
      await shows('Mira', 'Aiko');
      await press('Mira posts');
      await shows('Aiko');
    });

    await step('the other one expires', async () => {
      await shows();
    });
  },
};

export const AText: StoryObj = {
  name: 'A text in pieces',
  parameters: { code: ['17-text.tsx'] },
  render: () => <TextStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, waitForFigure, expectFigure } = stepsOf({ canvas, userEvent });
    const shown = () => Number(canvas.getByTestId('shown').textContent?.replaceAll(',', ''));
    await waitForStatus('connected');

    await step('it arrives, through a lost link', async () => {
      await press('Ask');
      await waitFor(() => expect(shown()).toBeGreaterThan(0));
      await press('Drop');
      await waitForStatus('connected');
    });

    await step('after a reload it is there from the start', async () => {
      await press('Reload');
      await waitForStatus('connected');
      await waitFor(() => expect(shown()).toBeGreaterThan(0));
    });

    await step('and is complete in the end', async () => {
      await waitForFigure('state', 'done');
      await waitForFigure('verdict', 'the same');
      await expectFigure('gap', 'no');
    });
  },
};
