/** Chapter 07: when the token is asked for, what happens when it is refused, and whose session it is. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor, within } from 'storybook/test';
import { stepsOf } from './demo/steps.ts';
import { AnotherUserStory } from './demo/tokens/another-user.tsx';
import { RefreshedStory } from './demo/tokens/refreshed.tsx';
import { SignedOutStory } from './demo/tokens/signed-out.tsx';

const meta = {
  title: '07 Tokens',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

export const Refreshed: StoryObj = {
  name: 'Expired, and refreshed',
  parameters: { code: ['07-token.tsx'] },
  render: () => <RefreshedStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, waitForFigure, expectFigure } = stepsOf({ canvas, userEvent });
    const asked = canvas.getByRole('table', { name: 'The token function was asked' });
    const reasons = () =>
      within(asked)
        .queryAllByTestId('reason')
        .map((cell) => cell.textContent)
        .reverse();
    const session = () => canvas.getByTestId('session').textContent;
    await waitForStatus('connected');
    await waitFor(() => expect(session()).toMatch(/…$/));
    const before = session();
    await expect(reasons()).toEqual(['initial']);

    await step('the server closes with 4401, and a fresh token is asked for at once', async () => {
      await press('Expire');
      await waitFor(() => expect(reasons()).toEqual(['initial', 'unauthorized']));
      await expectFigure('in flight', /^1$/);
    });

    await step('whatever is asked for meanwhile, one refresh is in flight', async () => {
      await press('Reconnect');
      await press('Reconnect');
      await waitForStatus('connected');
      await expectFigure('in use', 'token-2');
      await expectFigure('most', /^1$/);
      await expect(reasons()).toEqual(['initial', 'unauthorized']);
      await expect(session()).toBe(before);
    });

    await step(
      'expired while the link was down: a browser can’t say so, and after two refusals it is tried',
      async () => {
        await press('Expire and drop');
        await waitFor(() =>
          expect(reasons()).toEqual(['initial', 'unauthorized', 'reconnect', 'reconnect', 'unauthorized']),
        );
        await waitForFigure('in use', 'token-3');
        await waitForStatus('connected');
        await expect(session()).toBe(before);
      },
    );
  },
};

export const SignedOut: StoryObj = {
  name: 'Refused, and signed out',
  parameters: { code: ['07-signed-out.tsx'] },
  render: () => <SignedOutStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, expectStatus, waitForFigure, expectFigure } = stepsOf({
      canvas,
      userEvent,
    });
    const asked = canvas.getByRole('list', { name: 'The token function was asked' });
    const reasons = () =>
      within(asked)
        .queryAllByRole('listitem')
        .map((one) => one.textContent);
    await waitForStatus('connected');
    await waitFor(() => expect(reasons()).toEqual(['initial']));

    await step('signed in: the notes arrive', async () => {
      await press('Send a note');
      await canvas.findByText('Note 1');
    });

    await step('signed out elsewhere: one fresh token is tried, and then nothing more', async () => {
      await press('Sign out elsewhere');
      await canvas.findByText('You have been signed out.');
      await expectStatus('disconnected');
      await expectFigure('reason', 'unauthorized');
      await expect(reasons()).toEqual(['initial', 'unauthorized']);
      await expect(canvas.queryByText('Note 1')).toBeNull();
    });

    await step('signing in goes on', async () => {
      await press('Sign in again');
      await waitForStatus('connected');
      await expect(reasons().at(-1)).toBe('reconnect');
      await waitFor(() => expect(canvas.queryByText('You have been signed out.')).toBeNull());
      await waitForFigure('session', /…$/);
      await press('Send a note');
      await canvas.findByText('Note 2');
    });

    await step('and out again', async () => {
      await press('Sign out elsewhere');
      await canvas.findByText('You have been signed out.');
    });
  },
};

export const AnotherUser: StoryObj = {
  name: 'Another user',
  parameters: { code: ['07-another-user.tsx'] },
  render: () => <AnotherUserStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, choose, waitForStatus, waitForFigure, expectFigure } = stepsOf({ canvas, userEvent });
    const sockets = () => canvas.getByTestId('sockets').textContent;
    const isIn = (link: string) => waitForFigure(link, /^new session$/);
    await waitForStatus('connected');
    await isIn('link 1');

    await step('Sam reads a note', async () => {
      await press('For Sam');
      await canvas.findByText('Sam, this is note 1.');
    });

    await step('a new token for Sam: the link stays, and the next attempt takes it', async () => {
      await press('Renew the token');
      await expect(sockets()).toBe('1');
      await press('Drop');
      await waitForFigure('link 2', 'resumed');
      await expect(canvas.getByText('sam-2')).toBeVisible();
      await expect(canvas.getByText('Sam, this is note 1.')).toBeVisible();
    });

    await step('Mira signs in: another session, and nothing of Sam’s is left on the page', async () => {
      await choose('Mira');
      await isIn('link 3');
      await waitForStatus('connected');
      await expect(canvas.queryByText('Sam, this is note 1.')).toBeNull();
      await expectFigure('asked 3', 'new session');
    });

    await step('she gets her own, and none of his', async () => {
      await press('For Sam');
      await press('For Mira');
      await canvas.findByText('Mira, this is note 3.');
      await expect(canvas.queryByText(/Sam, this is/)).toBeNull();
    });

    await step('nobody: nothing is connected, nothing is shown', async () => {
      await choose('Nobody');
      await waitForStatus('disconnected');
      await expect(canvas.queryByText(/this is note/)).toBeNull();
      await expect(sockets()).toBe('3');
    });

    await choose('Mira');
    await isIn('link 4');
    await press('For Mira');
    await canvas.findByText('Mira, this is note 4.');
  },
};
