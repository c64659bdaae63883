/** Chapter 05: what a page knows about an error, and how the connection goes on. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { BadFramesStory, badFrames } from './demo/errors/bad-frames.tsx';
import { configs, InvalidConfigStory } from './demo/errors/invalid-config.tsx';
import { GivenUpStory, RefusedStory } from './demo/errors/refused.tsx';
import { UnauthorizedStory } from './demo/errors/unauthorized.tsx';
import { stepsOf } from './demo/steps.ts';

const meta = {
  title: '05 Errors',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

export const Refused: StoryObj = {
  parameters: { code: ['05-in-the-way.tsx'] },
  render: () => <RefusedStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, expectStatus } = stepsOf({ canvas, userEvent });

    await step('the attempt fails, and the page says so', async () => {
      await waitForStatus('reconnecting');
      await canvas.findByText('connection-failed', { selector: '.error-title code' });
      await canvas.findByText(/could not be opened/, { selector: '.error-message' });
    });

    await step('the server is back, and so are we', async () => {
      await press('Refuse');
      await press('Try now');
      await waitForStatus('connected');
      await canvas.findByText('Nothing is in the way.');
    });

    await step('gone again', async () => {
      await press('Refuse');
      await press('Drop');
      await canvas.findByText(/could not be opened/, { selector: '.error-message' });
      await expectStatus('reconnecting');
    });
  },
};

export const GivenUp: StoryObj = {
  name: 'Given up',
  parameters: { code: ['05-giving-up.tsx'] },
  render: () => <GivenUpStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, expectStatus } = stepsOf({ canvas, userEvent });

    await step('three attempts, and it gives up', async () => {
      await waitForStatus('disconnected');
      await canvas.findByText(/Gave up after 3 failed attempts in a row/, { selector: '.error-message' });
      await canvas.findByText('reason: attempts-exhausted');
    });

    await step('the button tries again', async () => {
      await press('Refuse');
      await press('Try again');
      await waitForStatus('connected');
      await canvas.findByText('Nothing is in the way.');
    });

    await step('and it can be given up again', async () => {
      await press('Refuse');
      await press('Drop');
      await canvas.findByText('reason: attempts-exhausted');
      await expectStatus('disconnected');
    });
  },
};

export const Unauthorized: StoryObj = {
  parameters: { code: ['07-signed-out.tsx'] },
  render: () => <UnauthorizedStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, expectStatus } = stepsOf({ canvas, userEvent });
    const asked = canvas.getByRole('list', { name: 'The token function was asked' });

    await step('the token is refused, and a fresh one too', async () => {
      await canvas.findByText('reason: unauthorized');
      await canvas.findByText(/The server refused the token, and a fresh one too/, {
        selector: '.error-message',
      });
      await expectStatus('disconnected');
      await expect(asked).toHaveTextContent(/initial.*unauthorized/);
    });

    await step('after signing in, it connects', async () => {
      await press('Sign in');
      await waitForStatus('connected');
      await canvas.findByText('Nothing is in the way.');
    });

    await step('a session that ends later is renewed without the user', async () => {
      await press('Close');
      await waitFor(() => expect(asked.lastElementChild).toHaveTextContent('unauthorized'));
      await waitForStatus('connected');
    });

    await step('unless there is no fresh token to be had', async () => {
      await press('Sign out, in another tab');
      await canvas.findByText('reason: unauthorized');
    });
  },
};

export const BadFrames: StoryObj = {
  name: 'Bad frames',
  parameters: { code: ['05-errors.tsx'] },
  render: () => <BadFramesStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, expectStatus, waitForFigure, expectFigure } = stepsOf({
      canvas,
      userEvent,
    });
    const errors = canvas.getByTestId('bad');
    await waitForStatus('connected');

    await step('each kind is reported, with its reason, and changes nothing else', async () => {
      let before = 0;
      const seen = new Set<string>();
      for (const { kind, reported, told } of badFrames) {
        await press(kind);
        // A valid frame after each bad one: ten bad ones in a row would replace the link.
        await press('A good event');
        if (reported !== null && !(told === 'once' && seen.has(reported))) before += 1;
        seen.add(String(reported));
        const expected = String(before);
        await waitFor(() => expect(errors, kind).toHaveTextContent(new RegExp(`^${expected}$`)));
        if (reported !== null) await canvas.findAllByText(reported, { exact: false });
      }
      await waitForFigure('good', new RegExp(`^${badFrames.length}$`));
      await expectStatus('connected');
      await expectFigure('closes', '–');
    });

    await step('ten in a row, and the link is replaced', async () => {
      await press('Ten in a row');
      await waitForFigure('closes', '4002');
      await waitForStatus('connected');
    });
  },
};

export const InvalidConfig: StoryObj = {
  name: 'Invalid config',
  parameters: { code: ['05-in-the-way.tsx'] },
  render: () => <InvalidConfigStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { choose, waitForStatus } = stepsOf({ canvas, userEvent });
    await waitForStatus('connected');
    for (const { label, sentence, outcome } of configs) {
      await step(label, async () => {
        await choose(label);
        if (sentence !== null) await canvas.findByText(sentence, { selector: '.error-message' });
        await waitForStatus(outcome);
      });
    }
    await step('and a config that can work connects again', async () => {
      await choose('A config that works');
      await waitForStatus('connected');
      await canvas.findByText('Nothing is in the way.');
    });
    await choose('A misspelt option');
    await canvas.findByText(/There is no option/, { selector: '.error-message' });
  },
};
