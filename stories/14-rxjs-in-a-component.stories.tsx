/** Chapter 14: RxJS pipelines over the events of a name, with useWsStream. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor, within } from 'storybook/test';
import { FetchAgainStory } from './demo/rxjs/fetch-again.tsx';
import { FoldAndCombineStory } from './demo/rxjs/fold-and-combine.tsx';
import { SilenceAndStatusStory } from './demo/rxjs/silence-and-status.tsx';
import { SliceStory } from './demo/rxjs/slice.tsx';
import { ThrottleAndBufferStory } from './demo/rxjs/throttle-and-buffer.tsx';
import { TypingStory } from './demo/rxjs/typing.tsx';
import { stepsOf } from './demo/steps.ts';

const meta = {
  title: '14 RxJS in a component',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

export const ThrottleAndBuffer: StoryObj = {
  name: 'Throttle and buffer',
  parameters: { code: ['14-throttle.tsx', '14-bars.tsx'] },
  render: () => <ThrottleAndBufferStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus } = stepsOf({ canvas, userEvent });
    const text = (name: string) => canvas.getByTestId(name).textContent ?? '';
    const counts = () => canvas.queryAllByTestId('bar count').map((count) => Number(count.textContent));
    const total = () => counts().reduce((sum, count) => sum + count, 0);
    const feed = canvas.getByRole('checkbox', { name: 'Prices arrive' });
    await waitForStatus('connected');

    await step('prices arrive, and each second of them becomes a bar', async () => {
      await waitFor(() => expect(counts().length).toBeGreaterThan(0));
      await userEvent.click(feed);
      await waitFor(() => expect(text('calm')).toBe(text('newest')));
    });

    await step('300 prices at once: few renders, and the last price is shown', async () => {
      const renders = Number(text('renders calm'));
      await press('300 at once');
      await waitFor(() => expect(text('calm')).toBe(text('newest')));
      await expect(Number(text('renders calm')) - renders).toBeLessThanOrEqual(3);
    });

    await step('the bar of that second has all prices of the symbol', async () => {
      await waitFor(() => expect(Math.max(...counts())).toBeGreaterThanOrEqual(100));
    });

    await step('another symbol begins with no bars, and gets its own prices only', async () => {
      await userEvent.selectOptions(canvas.getByRole('combobox', { name: 'symbol' }), 'BRAVO');
      await waitFor(() => expect(counts()).toHaveLength(0));
      await press('300 at once');
      await waitFor(() => expect(total()).toBe(100));
      await userEvent.selectOptions(canvas.getByRole('combobox', { name: 'symbol' }), 'ALFA');
    });

    await userEvent.click(feed);
  },
};

export const FoldAndCombine: StoryObj = {
  name: 'Fold, and combine two names',
  parameters: { code: ['14-average.tsx', '14-spread.tsx'] },
  render: () => <FoldAndCombineStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, expectFigure } = stepsOf({ canvas, userEvent });
    const isSame = (name: string) =>
      waitFor(() => {
        const shown = canvas.getByTestId(name).textContent;
        expect(shown).toMatch(/^\d+\.\d\d$/);
        expect(shown).toBe(canvas.getByTestId(`true ${name}`).textContent);
      });
    await waitForStatus('connected');

    await step('the average is that of the last ten prices', async () => {
      await press('Five prices');
      await isSame('average');
      await press('Five prices');
      await press('Five prices');
      await isSame('average');
    });

    await step('also after a link that was lost meanwhile', async () => {
      await press('Drop, and send 20');
      await waitForStatus('reconnecting');
      await waitForStatus('connected');
      await isSame('average');
    });

    await step('the spread needs a bid and an ask, and follows both', async () => {
      await press('Bid');
      await expectFigure('spread', '–');
      await press('Ask');
      await isSame('spread');
      await press('Bid');
      await isSame('spread');
    });
  },
};

export const FetchAgain: StoryObj = {
  name: 'Fetch again with switchMap',
  parameters: { code: ['14-scores.tsx'] },
  render: () => <FetchAgainStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, waitForFigure, expectFigure } = stepsOf({ canvas, userEvent });
    const failing = canvas.getByRole('checkbox', { name: 'Fetching fails' });
    await waitForStatus('connected');

    await step('the table is fetched on mount', async () => {
      await waitForFigure('verdict', 'the same');
      await expectFigure('started', /^1$/);
    });

    await step('three changes in a row: the fetches of the first two are aborted', async () => {
      await press('Three in a row');
      await waitForFigure('started', /^4$/);
      await waitForFigure('verdict', 'the same');
      await expectFigure('aborted', /^2$/);
    });

    await step('a failed fetch keeps the last table', async () => {
      await userEvent.click(failing);
      await press('One change');
      await waitForFigure('failed', /^1$/);
      await expectFigure('verdict', 'not yet');
      await userEvent.click(failing);
    });

    await step('and the next change fetches again', async () => {
      await press('One change');
      await waitForFigure('verdict', 'the same');
    });
  },
};

export const SilenceAndStatus: StoryObj = {
  name: 'Silence, and the status',
  parameters: { code: ['14-silence.tsx', '14-rate.tsx'] },
  render: () => <SilenceAndStatusStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, waitForFigure, expectFigure } = stepsOf({ canvas, userEvent });
    const feed = canvas.getByRole('checkbox', { name: 'Prices arrive' });
    await waitForStatus('connected');

    await step('prices arrive, and are counted', async () => {
      await waitForFigure('rate', /^[1-9]\d* per second$/);
      await expectFigure('signal', 'Prices are arriving');
    });

    await step('without prices for 5 s, the page says so; the connection is fine', async () => {
      await userEvent.click(feed);
      await waitForFigure('signal', 'No price for 5 s');
      await expectFigure('rate', '0 per second');
    });

    await step('one price takes it back', async () => {
      await press('One price');
      await waitForFigure('signal', 'Prices are arriving');
    });

    await step('without a connection, it is not 0', async () => {
      await press('Drop');
      await waitForFigure('rate', 'no connection');
      await waitForStatus('connected');
      await waitForFigure('rate', /per second$/);
    });

    await userEvent.click(feed);
  },
};

export const TypingIndicators: StoryObj = {
  name: 'Typing indicators that expire',
  parameters: { code: ['14-typing.tsx'] },
  render: () => <TypingStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, expectFigure } = stepsOf({ canvas, userEvent });
    const typing = () =>
      within(canvas.getByTestId('typing'))
        .queryAllByRole('listitem')
        .map((user) => user.textContent);
    const shows = (...users: readonly string[]) => waitFor(() => expect(typing()).toEqual(users));
    await waitForStatus('connected');

    await step('two users type', async () => {
      await press('Aiko');
      await press('Jonas');
      await shows('Aiko', 'Jonas');
    });

    await step('one goes on and stays, the other one expires after 3 s', async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      await press('Aiko');
      await shows('Aiko');
    });

    await step('then that one expires, too', async () => {
      await shows();
      await expectFigure('received', /^3$/);
    });
  },
};

export const TheSlice: StoryObj = {
  name: 'The slice, for your own RxJS',
  parameters: { code: ['14-slice.tsx'] },
  render: () => <SliceStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, waitForFigure, expectFigure } = stepsOf({ canvas, userEvent });
    const number = (name: string) => Number(canvas.getByTestId(name).textContent);
    await waitForStatus('connected');

    await step('both show the last of 100 prices', async () => {
      await press('100 prices');
      await waitForFigure('sent', /^100$/);
      const newest = canvas.getByTestId('newest').textContent ?? '';
      await waitForFigure('every', newest);
      await waitForFigure('frame', newest);
    });

    await step('one rendered more often than the other', async () => {
      await expect(number('renders every')).toBeGreaterThan(number('renders frame'));
      await expectFigure('sent', /^100$/);
    });
  },
};
