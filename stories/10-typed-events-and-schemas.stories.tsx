/** Chapter 10: events with declared types, and schemas that check what comes in. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor, within } from 'storybook/test';
import { parcelPayloads } from './demo/parcels.ts';
import { AsyncStory } from './demo/schemas/async-schema.tsx';
import { DeclaredOnceStory } from './demo/schemas/declared-once.tsx';
import { libraries, SchemasStory } from './demo/schemas/schema-libraries.tsx';
import { stepsOf } from './demo/steps.ts';

const meta = {
  title: '10 Typed events and schemas',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

export const DeclaredOnce: StoryObj = {
  name: 'Declared once',
  parameters: { code: ['register/register.ts', '10-zod.ts', '10-shipments.tsx'] },
  render: () => <DeclaredOnceStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus } = stepsOf({ canvas, userEvent });
    await waitForStatus('connected');

    await step('the compiler finds each mistake', async () => {
      await expect(canvas.getAllByTestId('mistake')).toHaveLength(5);
    });

    await step('and what it let through runs', async () => {
      await press('A good one');
      await waitFor(() => expect(canvas.getByText(/on a Saturday in 2026/)).toBeVisible());
    });
  },
};

export const WhatCameIn: StoryObj = {
  name: 'What really came in',
  parameters: { code: ['10-zod.ts', '10-valibot.ts', '10-arktype.ts', '10-shipments.tsx'] },
  render: () => <SchemasStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, choose, waitForStatus } = stepsOf({ canvas, userEvent });
    const number = (name: string) => Number(canvas.getByTestId(name).textContent);
    const problems = () =>
      within(canvas.getByRole('region', { name: 'Reported' })).queryAllByRole('listitem');
    await waitForStatus('connected');

    for (const { label } of libraries) {
      await step(`${label}: a good one is delivered, as the schema returned it`, async () => {
        await choose(label);
        const handled = number('handled');
        await press('A good one');
        await waitFor(() => expect(number('handled')).toBe(handled + 1));
        await waitFor(() => expect(canvas.getAllByText(/on a Saturday in 2026/).at(-1)).toBeVisible());
      });

      await step(`${label}: a bad one is reported, with its issues, and reaches no hook`, async () => {
        const handled = number('handled');
        const seq = number('seq');
        for (const { label: kind, verdict } of parcelPayloads) {
          if (verdict === 'valid') continue;
          const reported = number('reported');
          await press(kind);
          await waitFor(() => expect(number('reported')).toBe(reported + 1));
        }
        await expect(number('handled')).toBe(handled);
        await expect(number('notices')).toBe(0);
        await expect(problems()[0]).toHaveTextContent('shipped');
        // Their sequence numbers count: they leave no gap.
        await press('A good one');
        await waitFor(() => expect(number('seq')).toBe(seq + parcelPayloads.length));
      });
    }

    await step('the issues say where, and what', async () => {
      await press('Parcels as text');
      await waitFor(() => expect(problems()[0]).toHaveTextContent(/parcels/));
    });

    await choose('zod');
    await press('A good one');
  },
};

export const AnAsyncSchema: StoryObj = {
  name: 'A slow schema',
  parameters: { code: ['10-async.ts'] },
  render: () => <AsyncStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus } = stepsOf({ canvas, userEvent });
    const arrived = () => canvas.getAllByTestId('arrived').map((item) => item.textContent);
    await waitForStatus('connected');

    await step('the first takes longest, and none overtakes it', async () => {
      await press('Four join');
      await waitFor(() => expect(canvas.queryAllByTestId('arrived')).toHaveLength(4));
      await expect(arrived()).toEqual(['user 1', 'user 2', 'user 3', 'user 4']);
    });

    await step('an event of another name waits in the same line', async () => {
      await press('One joins, and a bell rings');
      await waitFor(() => expect(canvas.queryAllByTestId('arrived')).toHaveLength(6));
      await expect(arrived().slice(4)).toEqual(['user 5', 'the bell']);
    });
  },
};
