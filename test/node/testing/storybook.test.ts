// @vitest-environment jsdom
/** The stories of docs/testing.md work, and each has a server of its own. */

import { composeStories, setProjectAnnotations } from '@storybook/react-vite';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as stories from '../../react/testing/guide/chat.stories.tsx';

setProjectAnnotations([]);

describe('withFakeServer', () => {
  it.each(Object.entries(composeStories(stories)))('%s', async (_name, story) => {
    const canvasElement = document.createElement('div');
    document.body.append(canvasElement);
    onTestFinished(() => canvasElement.remove());
    await story.run({ canvasElement });
    expect(canvasElement.querySelectorAll('[role=status]')).toHaveLength(1);
  });
});
