/** Chapter 18: channels, which a page joins and leaves. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { RoomsStory } from './demo/channels/rooms.tsx';
import { stepsOf } from './demo/steps.ts';

const meta = {
  title: '18 Channels',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

export const Rooms: StoryObj = {
  name: 'What the page is looking at',
  parameters: { code: ['18-room.tsx'] },
  render: () => <RoomsStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, waitForFigure, expectFigure } = stepsOf({ canvas, userEvent });
    const panels = (room: string) => canvas.queryAllByTestId(`panel ${room}`);
    await waitForStatus('connected');

    await step('two rooms are joined with one message', async () => {
      await waitForFigure('server design', /^joined/);
      await waitForFigure('server support', /^joined/);
      await expectFigure('messages', /^1$/);
    });

    await step('a second panel of a room says nothing, and gets every note too', async () => {
      await press('Open design');
      await press('design');
      for (const panel of panels('design')) await waitFor(() => expect(panel).toHaveTextContent(/Note \d/));
      await expectFigure('messages', /^1$/);
    });

    await step('a room is left a second after its last panel is gone', async () => {
      await press('Close support');
      await waitForFigure('server support', /^not/);
      await expectFigure('messages', /^2$/);
    });

    await step('after a restart one message joins again, and the note of the meantime arrives', async () => {
      const before = panels('design')[0]?.textContent;
      await press('Restart, and a note');
      await waitForStatus('reconnecting');
      await waitForStatus('connected');
      await waitFor(() => expect(panels('design')[0]).not.toHaveTextContent(before ?? ''));
      await expectFigure('messages', /^3$/);
    });

    await step('a membership that the server ends is shown, and can be asked for again', async () => {
      await press('Open random');
      await waitForFigure('server random', /^joined/);
      await press('End random');
      await waitFor(() => expect(panels('random')[0]).toHaveTextContent('refused'));
      await press('Ask again');
      await waitFor(() => expect(panels('random')[0]).toHaveTextContent('joined'));
    });
  },
};
