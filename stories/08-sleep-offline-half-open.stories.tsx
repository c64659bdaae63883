/** Chapter 08: links that die without a close frame, and signals of the page that start an attempt. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { BackForwardStory } from './demo/sleep/back-forward.tsx';
import { HalfOpenStory } from './demo/sleep/half-open.tsx';
import { PageSignalsStory } from './demo/sleep/page-signals.tsx';
import { stepsOf } from './demo/steps.ts';

const meta = {
  title: '08 Sleep, offline, half-open',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

export const HalfOpen: StoryObj = {
  name: 'A dead link',
  parameters: { code: ['08-heartbeat.tsx'] },
  render: () => <HalfOpenStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, expectStatus, waitForFigure, expectFigure } = stepsOf({
      canvas,
      userEvent,
    });
    const figure = (name: string) => Number(canvas.getByTestId(name).textContent);
    await waitForStatus('connected');

    await step('the first ping is answered, and shows the latency', async () => {
      await waitForFigure('latency', /^\d+ ms$/);
      await expectFigure('last close', '–');
    });

    await step('frozen: it still looks connected, and nothing arrives', async () => {
      await press('Freeze');
      await press('Send three');
      await expectStatus('connected');
      await expect(figure('heard')).toBe(0);
    });

    await step('the heartbeat finds it, and replaces it at once; nothing is lost', async () => {
      await waitForFigure('last close', '4000');
      await waitForStatus('connected');
      await waitFor(() => expect(figure('heard')).toBe(3));
      await expectFigure('found after', /^\d+\.\d s$/);
      await expect(canvas.getByText(/no answer to a ping/)).toBeVisible();
    });
  },
};

export const PageSignals: StoryObj = {
  name: 'The page comes back',
  parameters: { code: ['08-own-signals.tsx'] },
  render: () => <PageSignalsStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, expectStatus, expectFigure } = stepsOf({ canvas, userEvent });
    const lit = () => canvas.getByRole('table').querySelector('[aria-current]')?.textContent;
    const secondsLeft = () => Number.parseFloat(canvas.getByTestId('next').textContent ?? '');
    await waitForStatus('connected');
    await waitFor(() => expect(lit()).toMatch(/^connected/));

    await step('waiting, and then given up: a signal is one attempt, and that is refused', async () => {
      await press('Refuse');
      await press('Close the link');
      await waitFor(() => expect(lit()).toMatch(/^waiting/));
      await expect(secondsLeft()).toBeGreaterThan(30);
      await press('online');
      await waitFor(() => expect(lit()).toMatch(/^given up/));
      await expectStatus('disconnected');
    });

    await step('given up: a signal starts over', async () => {
      await press('Refuse');
      await press('focus');
      await waitFor(() => expect(lit()).toMatch(/^waiting/));
      await expect(secondsLeft()).toBeLessThan(8);
      await waitForStatus('connected');
    });

    await step('connected: a signal asks for a sign of life', async () => {
      const before = Number(canvas.getByTestId('pings').textContent);
      await press('offline');
      await waitFor(() => expect(Number(canvas.getByTestId('pings').textContent)).toBeGreaterThan(before));
      await expectStatus('connected');
    });

    await step('disconnected by you: no signal brings it back', async () => {
      await press('Disconnect');
      await waitFor(() => expect(lit()).toMatch(/^disconnected by you/));
      for (const name of ['online', 'focus', 'visible']) await press(name);
      await expect(lit()).toMatch(/^disconnected by you/);
      await expectFigure('next', '–');
    });

    await step('waiting: a signal cuts a long wait short', async () => {
      await press('Connect');
      await waitForStatus('connected');
      await press('Close the link');
      await waitFor(() => expect(secondsLeft()).toBeGreaterThan(30));
      await press('visible');
      await waitFor(() => expect(secondsLeft()).toBeLessThan(3));
      await waitForStatus('connected');
    });
  },
};

export const BackForwardCache: StoryObj = {
  name: 'The back/forward cache',
  parameters: { code: ['08-back-forward.tsx'] },
  render: () => <BackForwardStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, expectStatus, waitForFigure, expectFigure } = stepsOf({
      canvas,
      userEvent,
    });
    const figure = (name: string) => Number(canvas.getByTestId(name).textContent);
    await waitForStatus('connected');
    await waitForFigure('link 1', 'new session');
    await press('Send five');
    await waitFor(() => expect(figure('arrived')).toBe(5));

    await step('put away: no socket is left', async () => {
      await press('Leave the page');
      await waitForFigure('sockets', /^0$/);
      await expectStatus('reconnecting');
      await press('Send five');
      await press('Send five');
      await expect(figure('awaited')).toBe(10);
    });

    await step('shown again: back at once, with everything that was sent meanwhile', async () => {
      await press('Come back');
      await waitForStatus('connected');
      await waitFor(() => expect(figure('replayed')).toBe(10));
      await expectFigure('link 2', 'resumed');
      await expect(figure('notices')).toBe(0);
      await expectFigure('sockets', /^1$/);
    });
  },
};
