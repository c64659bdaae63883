// A story of that part, with a server of its own. What the server does is in `play`.

import type { Meta, StoryObj } from '@storybook/react-vite';
import { createFakeServer } from 'everwire/testing';
import { OrderStatus } from './12-order-status.tsx';
import { withFakeServer } from './12-with-fake-server.tsx';

const server = createFakeServer();

const meta = { component: OrderStatus, decorators: [withFakeServer(server)] } satisfies Meta;
export default meta;

export const OnItsWay: StoryObj = {
  play: async ({ canvas }) => {
    await server.connected();
    server.emit('order_changed', { state: 'on its way' });
    await canvas.findByText('on its way');
  },
};

export const LinkLost: StoryObj = {
  play: async ({ canvas }) => {
    await server.connected();
    server.refuse();
    server.drop();
    await canvas.findByText(/Connection lost/);
    server.refuse(false);
  },
};
