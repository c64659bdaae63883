/** The key of an event in a channel belongs to no other channel and name. */

import { expect, it } from 'vitest';
import { channelKey } from '../../../src/stream/channel-key.ts';

it('no two pairs of channel and name have the same key', () => {
  const parts = ['a', 'b', 'a in b', ' in ', 'b (1)', '(1)', 'a in b (1)', '1'];
  const keys = parts.flatMap((channel) => parts.map((name) => channelKey(channel, name)));
  expect(new Set(keys).size).toBe(keys.length);
});
