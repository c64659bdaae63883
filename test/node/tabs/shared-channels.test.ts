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

  const joined = (...names: string[]) => ({
    status: 'ok' as const,
    data: { channels: names.map((name) => ({ name, status: 'joined' })) },
  });
  const refused = (...names: string[]) => ({
    status: 'ok' as const,
    data: { channels: names.map((name) => ({ name, status: 'refused', error: { id: 'refused' } })) },
  });

  it('do not count a tab that was refused', () => {
    const channels = createSharedChannels(null, 'new');
    const asked = join('x');
    channels.passedOn('a', asked);
    expect(channels.answered('a', asked, refused('x'))).toBeNull();
    channels.passedOn('b', join('x'));
    expect(channels.passedOn('b', leave('x'))).toEqual(leave('x'));
  });

  it('are left when the tab is refused for which another tab did not leave', () => {
    const channels = createSharedChannels(null, 'new');
    const [first, second] = [join('x'), join('x')];
    channels.passedOn('a', first);
    expect(channels.answered('a', first, joined('x'))).toBeNull();
    channels.passedOn('b', second);
    expect(channels.passedOn('a', leave('x'))).toBeNull();
    expect(channels.answered('b', second, refused('x'))).toMatchObject({
      event: 'leave',
      data: { channels: ['x'] },
    });
  });

  it('count a tab that asks again, also after a late refusal', () => {
    const channels = createSharedChannels(null, 'new');
    const [early, again] = [join('x'), join('x')];
    channels.passedOn('a', early);
    channels.passedOn('a', again);
    channels.answered('a', early, refused('x'));
    channels.passedOn('b', join('x'));
    expect(channels.passedOn('b', leave('x'))).toBeNull();
  });

  it('have no member after the server has ended the membership, except who has asked since', () => {
    const channels = createSharedChannels(null, 'new');
    const first = join('x');
    channels.passedOn('a', first);
    channels.answered('a', first, joined('x'));
    channels.passedOn('b', join('x'));
    channels.onEvent({ event: 'left', data: {}, seq: 3, channel: 'x' });
    expect(channels.passedOn('b', leave('x'))).toEqual(leave('x'));
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
