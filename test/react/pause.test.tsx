/** `enabled={false}` pauses: the session is kept for its user, and for nobody else. */
import { createWebSocketService, useConnection, useWsEvent } from 'everwire';
import type { ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { createProbe, modes, numberOf, setUpStage, Wire, type WireProps } from '../support/stage.tsx';

const stage = setUpStage();

/** A connected page that shows the newest event, and its provider's props, which can be changed. */
async function page(first: Partial<WireProps>, Mode = modes[0]?.Mode) {
  if (Mode === undefined) throw new Error('There is no mode.');
  const shown = createProbe(() => numberOf(useWsEvent('tick')));
  const state = createProbe(() => useConnection(({ status, reason }) => ({ status, reason })));
  const missed: string[] = [];
  const tree = (props: Partial<WireProps>): ReactNode => (
    <Mode>
      <Wire to={stage.server} onMissedEvents={({ reason }) => missed.push(reason)} {...props}>
        <shown.Probe />
        <state.Probe />
      </Wire>
    </Mode>
  );
  const mounted = stage.mount(tree(first));
  await stage.pass();
  stage.server.emit('tick', { n: 1 });
  await stage.pass();
  return {
    ...mounted,
    shown,
    state,
    missed,
    change: (props: Partial<WireProps>) => mounted.rerender(tree(props)),
  };
}

const outcomes = (): unknown[] => stage.server.handshakes.map(({ outcome }) => outcome);

const ann = { identity: 'ann', token: 'one' } as const;

describe.each(modes)('enabled={false}, $mode', ({ Mode }) => {
  it('resumes the session when it is enabled again, and nothing is missed', async () => {
    const { change, shown, state, missed } = await page(ann, Mode);
    change({ ...ann, enabled: false });
    expect(state.last).toEqual({ status: 'disconnected', reason: 'idle' });
    await stage.pass(10_000);
    stage.server.emit('tick', { n: 2 });
    change({ ...ann, enabled: false, token: 'two' });
    await stage.pass(10_000);
    expect(shown.last).toBe(1);
    change({ ...ann, token: 'two' });
    await stage.pass();
    expect(outcomes()).toEqual(['new-session', 'resumed']);
    expect(shown.last).toBe(2);
    expect(missed).toEqual([]);
  });

  it('keeps it no longer than pauseGrace', async () => {
    const { change, missed } = await page({ ...ann, pauseGrace: 5_000 }, Mode);
    change({ ...ann, pauseGrace: 5_000, enabled: false });
    await stage.pass(5_000);
    change({ ...ann, pauseGrace: 5_000 });
    await stage.pass();
    expect(outcomes()).toEqual(['new-session', 'new-session']);
    expect(missed).toEqual(['new-session']);
  });

  it.each<[string, Partial<WireProps>]>([
    ['another identity', { identity: 'ben', token: 'two' }],
    ['an empty token', { identity: 'ann', token: '' }],
    ['another identity, with an invalid option', { identity: 'ben', token: 'two', reconnectDelay: -1 }],
    ['another url', { ...ann, url: 'ws://fake.everwire.test/ws?shard=2' }],
  ])('ends at once with %s, and the page shows nothing of the last one', async (_, props) => {
    const { change, shown, state } = await page(ann, Mode);
    change({ ...ann, enabled: false });
    await stage.pass();
    expect(shown.last).toBe(1);
    change({ ...props, enabled: false });
    expect(shown.last).toBeUndefined();
    expect(state.last).toEqual({ status: 'disconnected', reason: 'idle' });
    change(ann);
    await stage.pass();
    expect(outcomes()).toEqual(['new-session', 'new-session']);
    expect(shown.last).toBeUndefined();
  });

  it('keeps nothing once the provider has unmounted', async () => {
    const service = createWebSocketService();
    const { change, unmount } = await page({ ...ann, service }, Mode);
    change({ ...ann, service, enabled: false });
    unmount();
    await stage.pass();
    expect(service.store.getState().connectionId).toBeNull();
    await page({ ...ann, service }, Mode);
    expect(outcomes()).toEqual(['new-session', 'new-session']);
  });
});
