/** What is passed on of the joins and leaves of several tabs. */
import { describe, expect, it } from 'vitest';
import { createSharedChannels } from '../../../tabs/shared-channels.ts';

const join = (...names: string[]) => ({
  kind: 'request' as const,
  event: 'join',
  data: { channels: names.map((name) => ({ name })) },
  id: 1,
});
const leave = (...channels: string[]) => ({
  kind: 'request' as const,
  event: 'leave',
  data: { channels },
  id: 2,
});

describe('the channels of tabs that share a session', () => {
  it('are left with the last tab that leaves', () => {
    const channels = createSharedChannels(null, 'new');
    channels.onSession('s1');
    expect(channels.passedOn('a', join('x', 'y'))).toEqual(join('x', 'y'));
    expect(channels.passedOn('b', join('y'))).toEqual(join('y'));
    expect(channels.passedOn('a', leave('x', 'y'))).toEqual(leave('x'));
    expect(channels.passedOn('b', leave('y'))).toEqual(leave('y'));
  });

  it('are not left while another tab is in all of them', () => {
    const channels = createSharedChannels(null, 'new');
    for (const tab of ['a', 'b']) channels.passedOn(tab, join('x'));
    expect(channels.passedOn('a', leave('x'))).toBeNull();
  });

  it('are not left in a session that is older than the relay: a tab may have joined them before', () => {
    const channels = createSharedChannels('s1', 'taken-over');
    channels.onSession('s1');
    channels.passedOn('a', join('x'));
    expect(channels.passedOn('a', leave('x'))).toBeNull();
    channels.onSession('s2');
    channels.passedOn('a', join('x'));
    expect(channels.passedOn('a', leave('x'))).toEqual(leave('x'));
  });

  it.each([
    { kind: 'send', event: 'say', data: { channels: ['x'] }, id: 3 },
    { kind: 'send', event: 'leave', data: { channels: ['x'] }, id: 3 },
    { kind: 'request', event: 'leave', data: { table: 7 }, id: 3 },
    { kind: 'request', event: 'leave', data: null, id: 3 },
    { kind: 'request', event: 'leave', data: { channels: [] }, id: 3 },
    { kind: 'request', event: 'join', data: { channels: [{ table: 7 }] }, id: 3 },
  ] as const)('leave a message of the app as it is: %j', (message) => {
    expect(createSharedChannels('s1', 'taken-over').passedOn('a', message)).toBe(message);
  });
});
