/** What a tab and a relay decide, one rule after the other, where an exploration of all orders finds no loss if it is broken. */
import { describe, expect, it } from 'vitest';
import type { Item, RelayMessage, TabMessage, Term } from '../../../tabs/messages.ts';
import {
  createRelay,
  type Relay,
  type RelayEffect,
  type RelayInput,
  stepRelay,
} from '../../../tabs/relay.ts';
import { append, defaultLimits, emptyRing, type Ring } from '../../../tabs/ring.ts';
import { createTab, stepTab, type Tab, type TabEffect, type TabInput } from '../../../tabs/tab.ts';

const frame = (seq: number, session?: string): Item => ({
  ...{ type: 'frame', frame: String(seq), first: seq, last: seq },
  ...(session !== undefined && { session: { connectionId: session, event: null } }),
});

/** A ring of the session `s` that has the newest three of six events. */
const ring: Ring = [0, 1, 2, 3, 4, 5].reduce(
  (before, seq) => append(before, [frame(seq, seq === 0 ? 's' : undefined)], { frames: 3, bytes: 1_000 }),
  emptyRing,
);

const term: Term = [2, 'a'];

function onRelay(relay: Relay, ...inputs: readonly RelayInput[]): readonly [Relay, readonly RelayEffect[]] {
  return inputs.reduce<readonly [Relay, readonly RelayEffect[]]>(
    ([before], input) => stepRelay(before, input, defaultLimits),
    [relay, []],
  );
}

const said = (message: TabMessage): RelayInput => ({ type: 'message', message });

const attached = (tab: string, page: 'visible' | 'hidden', nextSeq?: number): RelayInput =>
  said({
    ...{ type: 'attach', tab, attach: 1, page },
    resume: nextSeq === undefined ? null : { connectionId: 's', nextSeq },
  });

const openingsOf = (effects: readonly RelayEffect[]): unknown[] =>
  effects.flatMap((effect) =>
    effect.type === 'post' && effect.message.type === 'opened' ? [effect.message.opening] : [],
  );

/** A relay that runs in the tab `a`, with its socket up. */
const running = (page: 'visible' | 'hidden' = 'visible'): Relay =>
  onRelay(
    createRelay(term, 'a', ring),
    ...([{ type: 'start' }, attached('a', page, 6), { type: 'collected' }, { type: 'up' }] as const),
  )[0];

describe('a relay', () => {
  it('gives a tab what it lacks, from its position on', () => {
    const [, effects] = onRelay(running(), attached('b', 'visible', 4));
    expect(openingsOf(effects)).toEqual([{ how: 'resumed', items: [frame(4), frame(5)] }]);
  });

  it('tells a tab that lacks more than the ring has, and no other one', () => {
    const [, effects] = onRelay(running(), attached('b', 'visible', 2));
    expect(openingsOf(effects)).toMatchObject([{ how: 'lost', greeting: { connectionId: 's', seq: 5 } }]);
    expect(
      effects.flatMap((one) => (one.type === 'post' && 'to' in one.message ? [one.message.to] : [])),
    ).toEqual(['b']);
  });

  it('waits for the positions of the tabs, and goes on where its own session is', () => {
    const collecting = createRelay(term, 'a', ring);
    const [asked, effects] = onRelay(collecting, { type: 'start' });
    expect(effects.map(({ type }) => type)).toEqual(['post', 'collect']);
    const [, connecting] = onRelay(asked, attached('a', 'visible', 6), { type: 'collected' });
    expect(connecting).toEqual([{ type: 'connect', resume: { connectionId: 's', nextSeq: 6 } }]);
  });

  it('goes back to where a tab is that lacks more than it has itself', () => {
    const [, effects] = onRelay(
      createRelay(term, 'a', ring),
      ...([{ type: 'start' }, attached('a', 'visible', 6), attached('b', 'visible', 1)] as const),
      { type: 'collected' },
    );
    expect(effects).toEqual([{ type: 'connect', resume: { connectionId: 's', nextSeq: 1 } }]);
  });

  it('whose frames are of a session that it does not know goes on where the tabs are, in theirs', () => {
    const returned = append(emptyRing, [frame(4), frame(5)], defaultLimits);
    const [connecting, effects] = onRelay(
      createRelay(term, 'a', returned),
      ...([{ type: 'start' }, attached('a', 'visible', 6), attached('b', 'visible', 5)] as const),
      { type: 'collected' },
    );
    expect(effects).toEqual([{ type: 'connect', resume: { connectionId: 's', nextSeq: 5 } }]);
    const [, opened] = onRelay(connecting, { type: 'up' });
    expect(openingsOf(opened)).toMatchObject([{ how: 'resumed' }, { how: 'resumed' }]);
  });

  it('that is hidden for five seconds yields to the visible tab that came last, and not before', () => {
    const ticks = (count: number): RelayInput[] => Array.from({ length: count }, () => ({ type: 'tick' }));
    const [hidden, before] = onRelay(
      running('hidden'),
      attached('b', 'visible'),
      attached('c', 'visible'),
      ...ticks(4),
    );
    expect(before).toEqual([{ type: 'post', message: { type: 'beat', term } }]);
    expect(onRelay(running('hidden'), ...ticks(9))[1]).toEqual([
      { type: 'post', message: { type: 'beat', term } },
    ]);
    expect(onRelay(hidden, { type: 'tick' })[1]).toEqual([
      { type: 'post', message: { type: 'yield', term, to: 'c' } },
      { type: 'yield' },
    ]);
  });

  it('sends what was said to it, and not what was said to an older one, which may have sent it', () => {
    const out = (to: Term): RelayInput =>
      said({
        type: 'out',
        tab: 'b',
        term: to,
        bytes: 1,
        message: { kind: 'send', event: 'e', data: 1, id: 7 },
      });
    const [relay] = onRelay(running(), attached('b', 'visible'));
    expect(onRelay(relay, out(term))[1]).toMatchObject([{ type: 'send', tab: 'b' }]);
    expect(onRelay(relay, out([1, 'z']))[1]).toEqual([]);
  });

  it('is not used any more when the last tab is detached', () => {
    const [relay] = onRelay(running(), attached('b', 'visible'));
    const [one, effects] = onRelay(relay, said({ type: 'detach', tab: 'b' }));
    expect(effects).toEqual([]);
    expect(onRelay(one, said({ type: 'detach', tab: 'a' }))[1]).toEqual([{ type: 'unused' }]);
  });
});

function onTab(tab: Tab, ...inputs: readonly (readonly [TabInput, number])[]): [Tab, readonly TabEffect[]] {
  return inputs.reduce<[Tab, readonly TabEffect[]]>(
    ([before], [input, nowMs]) => [...stepTab(before, input, nowMs)],
    [tab, []],
  );
}

const heard = (message: RelayMessage): TabInput => ({ type: 'message', message });

/** Listens to the relay of `term`, which it has heard at 0. */
const listening = (page: 'visible' | 'hidden'): Tab =>
  onTab(
    createTab('b', 'tab', page),
    [{ type: 'start' }, 0],
    [{ type: 'attach', resume: null }, 0],
    [heard({ type: 'beat', term }), 0],
    [heard({ type: 'opened', term, to: 'b', attach: 2, opening: { how: 'plain' } }), 0],
  )[0];

const tick = (nowMs: number): readonly [TabInput, number] => [{ type: 'tick' }, nowMs];
const theft: TabEffect = { type: 'lock', how: 'steal' };

describe('a tab', () => {
  it('takes what its relay says, and nothing of a relay with a lower term', () => {
    const items = [frame(6)];
    expect(onTab(listening('visible'), [heard({ type: 'items', term, items }), 1])[1]).toMatchObject([
      { type: 'items', items },
    ]);
    expect(onTab(listening('visible'), [heard({ type: 'items', term: [1, 'z'], items }), 1])[1]).toEqual([]);
  });

  it('that speaks stops when a newer relay speaks', () => {
    const [speaking] = onTab(
      createTab('b', 'tab', 'visible'),
      [{ type: 'start' }, 0],
      [{ type: 'granted' }, 0],
    );
    const [silent, effects] = onTab(speaking, [heard({ type: 'claim', term: [5, 'c'] }), 1]);
    expect(silent.speaking).toBeNull();
    expect(effects).toContainEqual({ type: 'stop-relay' });
  });

  it('that is visible takes the lock after three seconds of silence, and not before', () => {
    const ticks = [tick(1_000), tick(2_000), tick(2_999)] as const;
    expect(onTab(listening('visible'), ...ticks)[1]).toEqual([]);
    expect(onTab(listening('visible'), ...ticks, tick(3_000))[1]).toEqual([theft]);
  });

  it('that is hidden, or was asleep itself, leaves the lock to the relay', () => {
    expect(onTab(listening('hidden'), tick(1_000), tick(2_000), tick(3_000))[1]).toEqual([]);
    expect(onTab(listening('visible'), tick(1_000), tick(3_500))[1]).toEqual([]);
  });

  it('to which the relay yields takes the lock', () => {
    expect(onTab(listening('visible'), [heard({ type: 'yield', term, to: 'b' }), 1])[1]).toEqual([theft]);
    expect(onTab(listening('visible'), [heard({ type: 'yield', term, to: 'c' }), 1])[1]).toEqual([]);
  });
});
