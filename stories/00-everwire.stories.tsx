/** The front page: what Everwire does that a plain hook does not, to be broken by hand. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { FrontPage } from './demo/front/front-page.tsx';

const meta = {
  title: 'Everwire',
  tags: ['!autodocs'],
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

/** It has the name of its title, so that the sidebar shows one entry. */
export const Front: StoryObj = {
  name: 'Everwire',
  tags: ['!test'],
  render: () => <FrontPage begins="by-itself" />,
};
