/** The title of the chapter, above each of its stories. */

import type { ComponentType } from 'react';
import { exportsOf } from '../../ui/book-code.ts';

export const CHAPTER = '12 Testing your app';

export const { OrderStatus } = exportsOf<{ OrderStatus: ComponentType }>(
  import.meta.glob('../../../.storybook/code/12-order-status.tsx', { eager: true }),
);
