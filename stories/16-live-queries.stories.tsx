/** Chapter 16: fetched data that events keep up to date. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { waitFor } from 'storybook/test';
import { RaceStory } from './demo/live/race.tsx';
import { stepsOf } from './demo/steps.ts';

const meta = {
  title: '16 Live queries',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

export const ARace: StoryObj = {
  name: 'A fetch, and an event meanwhile',
  parameters: { code: ['16-tanstack-query.tsx'] },
  render: () => <RaceStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, waitForFigure, expectFigure } = stepsOf({ canvas, userEvent });
    const settled = async (): Promise<void> => {
      await waitForFigure('status live', 'live');
      await waitForFigure('status recipe', 'fetched');
    };
    await waitForStatus('connected');
    await settled();

    await step('while nothing is fetched, both have each event at once', async () => {
      await press('Post');
      await waitForFigure('verdict live', 'the same');
      await waitForFigure('verdict recipe', 'the same');
    });

    await step('an event during a fetch: the live query holds it, and the recipe loses it', async () => {
      await press('Fetch, and post meanwhile');
      await waitForFigure('verdict live', '1 missing');
      await settled();
      await expectFigure('verdict live', 'the same');
      await expectFigure('verdict recipe', '1 missing');
    });

    await step('the next fetch brings it back', async () => {
      await press('Fetch');
      await waitForFigure('status recipe', 'fetching');
      await settled();
      await waitFor(() => expectFigure('verdict recipe', 'the same'));
    });

    await step('a session that is lost: the live query says that it is stale, and fetches', async () => {
      await press('Restart, and post');
      await waitForStatus('reconnecting');
      await waitForFigure('status live', 'stale');
      await settled();
      await expectFigure('verdict live', 'the same');
    });
  },
};
