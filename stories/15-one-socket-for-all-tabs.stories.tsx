/** Chapter 15: one socket for all tabs. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { stepsOf } from './demo/steps.ts';
import { WhichTabHasTheSocketStory } from './demo/tabs/which-tab-has-the-socket.tsx';

const meta = {
  title: '15 One socket for all tabs',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

export const WhichTabHasTheSocket: StoryObj = {
  name: 'Which tab has the socket',
  parameters: { code: ['15-share.ts'] },
  render: () => <WhichTabHasTheSocketStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, expectFigure, waitForFigure } = stepsOf({ canvas, userEvent });
    const tabs = () =>
      canvas.getAllByTestId(/^slot/).flatMap((slot) => {
        const name = slot.querySelector('h3')?.textContent ?? '';
        const role = slot.dataset['role'];
        const newest = Number(slot.querySelector('ol')?.lastElementChild?.textContent ?? 0);
        return role === 'empty' ? [] : [{ name, role, newest }];
      });
    const speaking = () => tabs().filter(({ role }) => role === 'speaking');
    const newest = () => Math.max(...tabs().map((tab) => tab.newest));
    /** Every tab that is not frozen gets ten more numbers, over one socket. */
    const goesOn = async (count: number) => {
      const from = newest();
      await waitFor(() => {
        const running = tabs().filter(({ role }) => role !== 'frozen');
        expect(running).toHaveLength(count);
        expect(speaking()).toHaveLength(1);
        for (const tab of running) expect(tab.newest).toBeGreaterThanOrEqual(from + 10);
      });
      await waitForFigure('sockets', /^1$/);
      await expectFigure('lost', /^0$/);
      await expectFigure('duplicated', /^0$/);
    };

    await step('three tabs have one socket, and a fourth gets no other one', async () => {
      await goesOn(3);
      await press('Open a tab');
      await goesOn(4);
    });

    await step('the tab with the socket is killed: another one takes over', async () => {
      const [before] = speaking();
      await press('Kill the tab with the socket');
      await goesOn(3);
      await waitForFigure('takeover', /^\d+ ms$/);
      await expect(tabs().map(({ name }) => name)).not.toContain(before?.name);
    });

    await step('the tab with the socket is frozen: after a silence another one takes over', async () => {
      const [before] = speaking();
      await press('Freeze the tab with the socket');
      await goesOn(2);
      await expect(speaking()[0]?.name).not.toBe(before?.name);

      await press(`Thaw ${before?.name}`);
      await goesOn(3);
      await expect(speaking()[0]?.name).not.toBe(before?.name);
    });

    await step('all are killed, and a new one begins', async () => {
      for (const { name } of tabs()) await press(`Kill ${name}`);
      await waitForFigure('sockets', /^0$/);
      await press('Open a tab');
      await goesOn(1);
    });
  },
};
