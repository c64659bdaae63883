// The stories of docs/testing.md: each has a server of its own.

import type { Meta, StoryObj } from '@storybook/react-vite';
import type { FakeServer } from 'everwire/testing';
import { expect } from 'storybook/test';
import { Chat } from './chat.tsx';
import { withFakeServer } from './with-fake-server.tsx';

export default { component: Chat, ...withFakeServer } satisfies Meta;

export const WithPosts: StoryObj = {
  play: async ({ canvas, loaded }) => {
    const server: FakeServer = loaded['server'];
    await server.connected();
    server.emit('posted', { id: '1', text: 'Good morning' });
    await canvas.findByText('Good morning');
  },
};

export const Reconnecting: StoryObj = {
  parameters: { fakeServer: { latencyMs: 100 } },
  play: async ({ canvas, loaded }) => {
    const server: FakeServer = loaded['server'];
    await server.connected();
    server.drop();
    server.refuse();
    await expect(await canvas.findByText('reconnecting')).toBeVisible();
  },
};
