/** The title of the chapter, and what its stories share. */

import type { IWebSocketConfig } from 'everwire';
import type { ComponentType } from 'react';
import { exportsOf } from '../../ui/book-code.ts';

export const CHAPTER = '10 Typed events and schemas';

export type Schemas = NonNullable<IWebSocketConfig['schemas']>;

export const { schemas: zodSchemas } = exportsOf<{ schemas: Schemas }>(
  import.meta.glob('../../../.storybook/code/10-zod.ts', { eager: true }),
);

export const { Shipments } = exportsOf<{ Shipments: ComponentType }>(
  import.meta.glob('../../../.storybook/code/10-shipments.tsx', { eager: true }),
);
