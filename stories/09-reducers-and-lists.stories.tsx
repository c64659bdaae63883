/** Chapter 09: state that is folded from events, and lists of them. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor, within } from 'storybook/test';
import { LateMountStory } from './demo/lists/late-mount.tsx';
import { LIMIT, ListStory } from './demo/lists/list.tsx';
import { BURST, OrderBookStory } from './demo/lists/order-book.tsx';
import { SnapshotStory } from './demo/lists/snapshot.tsx';
import { LEVELS } from './demo/market.ts';
import { stepsOf } from './demo/steps.ts';

const meta = {
  title: '09 Reducers and lists',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

export const AnOrderBook: StoryObj = {
  name: 'A fold: an order book',
  parameters: { code: ['09-order-book.tsx'] },
  render: () => <OrderBookStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, expectFigure } = stepsOf({ canvas, userEvent });
    const number = (name: string) => Number(canvas.getByTestId(name).textContent?.replaceAll(',', ''));
    await waitForStatus('connected');
    await userEvent.click(canvas.getByRole('checkbox', { name: 'Trading goes on' }));

    await step('every change is folded in, and few of them are rendered', async () => {
      const renders = number('renders book');
      await press('5,000 at once');
      await waitFor(() => expect(number('folded')).toBe(number('sent')));
      await expect(number('sent')).toBeGreaterThanOrEqual(BURST);
      await expect(number('renders book') - renders).toBeLessThanOrEqual(5);
    });

    await step('what is shown is what the server has', async () => {
      await expect(canvas.getAllByRole('row')).toHaveLength(LEVELS * 2 + 1);
      await expectFigure('verdict', 'the same');
    });

    await step('also after a link that was lost meanwhile', async () => {
      await press('Drop, and send 50');
      await waitFor(() => expect(number('folded')).toBe(number('sent')));
      await expectFigure('verdict', 'the same');
    });

    await userEvent.click(canvas.getByRole('checkbox', { name: 'Trading goes on' }));
  },
};

export const AList: StoryObj = {
  name: 'A list, with a limit',
  parameters: { code: ['09-trades.tsx'] },
  render: () => <ListStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus } = stepsOf({ canvas, userEvent });
    const list = () => within(canvas.getByRole('region', { name: 'The trades' })).queryAllByRole('listitem');
    const newest = () => list().at(-1)?.textContent;
    const trading = canvas.getByRole('checkbox', { name: 'Trading goes on' });
    await waitForStatus('connected');
    await userEvent.click(trading);

    await step('it grows', async () => {
      const before = list().length;
      await press('One trade');
      await waitFor(() => expect(list()).toHaveLength(before + 1));
    });

    await step('up to the limit: the oldest goes', async () => {
      await press('1,000 trades');
      await waitFor(() => expect(list()).toHaveLength(LIMIT));
    });

    await step('another limit is used at once, on what is there', async () => {
      await userEvent.selectOptions(canvas.getByRole('combobox', { name: 'limit' }), '4');
      await waitFor(() => expect(list()).toHaveLength(4));
      await userEvent.selectOptions(canvas.getByRole('combobox', { name: 'limit' }), String(LIMIT));
    });

    await step('a new session counts from the start again: a seq comes twice, an id does not', async () => {
      const before = newest();
      await press('Restart');
      await canvas.findByText(/Events may have been missed/);
      await waitForStatus('connected');
      await press('One trade');
      await waitFor(() => expect(newest()).not.toBe(before));
    });

    await userEvent.click(trading);
  },
};

export const ALateMount: StoryObj = {
  name: 'What a late mount sees',
  parameters: { code: ['09-late-mount.tsx'] },
  render: () => <LateMountStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus } = stepsOf({ canvas, userEvent });
    const facts = () => [...canvas.getByTestId('late').querySelectorAll('dd')].map((dd) => dd.textContent);
    await waitForStatus('connected');
    await press('Five trades');

    await step('the newest event is there at once; a list and a fold begin with the mount', async () => {
      await press('Mount it');
      await waitFor(() => expect(facts()[0]).toMatch(/^\d+\.\d\d$/));
      await expect(facts().slice(1)).toEqual(['0', '0']);
    });

    await step('from then on each has every event', async () => {
      await press('Five trades');
      await waitFor(() => expect(facts()[1]).toBe('5'));
      await expect(Number(facts()[2])).toBeGreaterThanOrEqual(5);
    });

    await step('mounted again, it begins again', async () => {
      await press('Unmount it');
      await press('Five trades');
      await press('Mount it');
      await waitFor(() => expect(facts().slice(1)).toEqual(['0', '0']));
      await expect(facts()[0]).toMatch(/^\d+\.\d\d$/);
    });

    await step('and each hook knows other trades', async () => {
      await press('Five trades');
      await canvas.findByRole('img', { name: /^useWsEvent knows 1 of \d+ trades$/ });
      await canvas.findByRole('img', { name: /^useWsEvents knows 5 of \d+ trades$/ });
    });
  },
};

export const AfterABreak: StoryObj = {
  name: 'Start again after a break',
  parameters: { code: ['09-snapshot.tsx'] },
  render: () => <SnapshotStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, waitForFigure } = stepsOf({ canvas, userEvent });
    const number = (name: string) => Number(canvas.getByTestId(name).textContent);
    const verdict = () => canvas.getByTestId('verdict');
    await waitForStatus('connected');

    await step('events alone keep the table right while nothing is missed', async () => {
      await press('Score ten');
      await waitFor(() => expect(number('heard')).toBe(10));
      await expect(verdict()).toHaveTextContent('the same');
    });

    await step(
      'the server restarts, and scores go on: events are held while the table is fetched',
      async () => {
        await press('Restart, and score on');
        await waitForFigure('resync', 'fetching');
        await press('Score ten');
        await expect(number('heard')).toBe(10);
        await expect(verdict()).toHaveTextContent('not yet');
      },
    );

    await step('then they are delivered, on top of the snapshot, and nothing is wrong', async () => {
      await waitForFigure('resync', 'done');
      await waitFor(() => expect(number('heard')).toBe(20));
      await expect(verdict()).toHaveTextContent('the same');
      await expect(number('notices')).toBe(1);
    });

    await step('a snapshot that can’t be had holds nothing back, and is reported', async () => {
      await userEvent.click(canvas.getByRole('checkbox', { name: 'Fetching fails' }));
      await press('Restart, and score on');
      await waitForFigure('resync', 'failed');
      await waitFor(() => expect(canvas.getAllByText('resync-failed')[0]).toBeVisible());
      await userEvent.click(canvas.getByRole('checkbox', { name: 'Fetching fails' }));
    });

    await step('and the next break makes it good', async () => {
      await press('Restart, and score on');
      await waitForFigure('resync', 'done');
      await waitFor(() => expect(verdict()).toHaveTextContent('the same'));
    });
  },
};
