/** Chapter 12: how to test an app with the fake server, in a story and in a test. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor, within } from 'storybook/test';
import { withFakeServer } from '../.storybook/code/12-with-fake-server.tsx';
import { shortDelays } from './demo/short-delays.ts';
import { stepsOf } from './demo/steps.ts';
import { InAStoryPage, server } from './demo/testing/in-a-story.tsx';
import { InATestStory } from './demo/testing/in-a-test.tsx';
import { WholeAppStory } from './demo/testing/whole-app.tsx';

const meta = {
  title: '12 Testing your app',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

export const InAStory: StoryObj = {
  name: 'In a story',
  parameters: { code: ['12-with-fake-server.tsx', '12-order-status.stories.tsx', '12-order-status.tsx'] },
  decorators: [withFakeServer(server, shortDelays)],
  render: () => <InAStoryPage />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus } = stepsOf({ canvas, userEvent });
    server.refuse(false);

    await step('what the component shows is what the server says', async () => {
      await server.connected();
      await press("server.emit('order_changed', { state: 'packed' });");
      await canvas.findByText('packed', { selector: 'strong' });
    });

    await step('and what it shows without a server', async () => {
      await press('server.refuse();');
      await press('server.drop();');
      await canvas.findByText(/Connection lost/);
    });

    await step('an event that was sent meanwhile arrives when the link is back', async () => {
      await press("server.emit('order_changed', { state: 'on its way' });");
      await press('server.refuse(false);');
      await waitForStatus('connected');
      await canvas.findByText('on its way', { selector: 'strong' });
    });
  },
};

export const InATest: StoryObj = {
  name: 'In a test, step by step',
  parameters: { code: ['12-order-status.test.tsx', '12-order-status.tsx'] },
  render: () => <InATestStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press } = stepsOf({ canvas, userEvent });
    const steps = within(await canvas.findByRole('list', { name: 'The test' })).getAllByRole('listitem');

    await step('one step', async () => {
      await press('Next step');
      await waitFor(() => expect(steps[0]).toHaveAttribute('data-state', 'passed'));
      await expect(steps[1]).toHaveAttribute('data-state', 'waiting');
    });

    await step('and all the others', async () => {
      await press('Run the rest');
      for (const one of steps) await waitFor(() => expect(one).toHaveAttribute('data-state', 'passed'));
      await canvas.findByText('Please sign in again.');
      await canvas.findByText('1 test passed.');
    });
  },
};

export const AWholeApp: StoryObj = {
  name: 'A whole app, as it is',
  parameters: { code: ['12-shop.test.tsx', '12-shop.tsx'] },
  render: () => <WholeAppStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForFigure } = stepsOf({ canvas, userEvent });
    await step('the app knows its own address, and reaches the fake', async () => {
      await waitForFigure('shop sockets', '1');
      await press('Delivered');
      await canvas.findByText('delivered', { selector: 'strong' });
    });

    await step('taken away, the page has its own WebSocket again', async () => {
      await press('Uninstall');
      await waitForFigure('global', 'the browser’s own');
      await press('Install');
      await waitForFigure('global', 'the fake’s');
      await waitForFigure('shop sockets', '1');
    });
  },
};
