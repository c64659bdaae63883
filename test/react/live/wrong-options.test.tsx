/** What a live query can't work with is a typed error of the call itself: in plain JavaScript nothing else would say it. */

import { createWebSocketService, useLiveQuery, WebSocketServiceError, watchLiveQuery } from 'everwire';
import { liveQueryOptions } from 'everwire/tanstack-query';
import { describe, expect, it } from 'vitest';
import { createProbe, setUpStage, Wire } from '../../support/stage.tsx';

const stage = setUpStage();

const good = { key: ['posts'], fetch: () => Promise.resolve([]), on: { posted: () => [] } };

type Wrong = readonly [what: string, options: unknown, words: RegExp];

const cycle: unknown[] = [];
cycle.push(cycle);

/** Of all three. */
const shared: readonly (readonly [string, object, RegExp])[] = [
  ['no on', { on: undefined }, /"on" .* object that maps event names to functions/],
  ['null as on', { on: null }, /"on"/],
  ['a function as on', { on: () => [] }, /"on"/],
  ['a list as on', { on: [() => []] }, /"on"/],
  ['a reducer that is none', { on: { posted: 'append' } }, /"on"/],
  ['an at that is no function', { at: 'position' }, /"at" .* a function/],
  ['an eventAt that is no function', { eventAt: 7 }, /"eventAt" .* a function/],
  ['a gcTime that is NaN', { gcTime: Number.NaN }, /"gcTime" .* milliseconds/],
  ['a negative gcTime', { gcTime: -1 }, /"gcTime"/],
  ['a gcTime that is text', { gcTime: '5 min' }, /"gcTime"/],
  ['a channel that is a number', { channel: 7 }, /channel/],
];

const own: readonly Wrong[] = [
  ['no options', undefined, /"fetch"/],
  ['null as options', null, /"fetch"/],
  ['a text as options', 'posts', /"fetch"/],
  ['no fetch', { ...good, fetch: undefined }, /"fetch" .* a function/],
  ['a promise as fetch', { ...good, fetch: Promise.resolve([]) }, /"fetch"/],
  ['an address as fetch', { ...good, fetch: '/api/posts' }, /"fetch"/],
  ['a number as key', { ...good, key: 7 }, /"key"/],
  ['an object as key', { ...good, key: { id: 1 } }, /"key"/],
  ['a key with a cycle', { ...good, key: cycle }, /"key"/],
  ['a key with a BigInt', { ...good, key: [1n] }, /"key" .* written as JSON/],
  ...shared.map(([what, options, words]): Wrong => [what, { ...good, ...options }, words]),
];

const theirs: readonly Wrong[] = [
  ['no options', undefined, /"queryFn"/],
  ['no queryKey', { queryKey: undefined }, /"queryKey" .* an array/],
  ['a text as queryKey', { queryKey: 'posts' }, /"queryKey"/],
  ['no queryFn', { queryFn: undefined }, /"queryFn" .* a function/],
  ['an address as queryFn', { queryFn: '/api/posts' }, /"queryFn"/],
  ...shared,
];

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (thrown) {
    return thrown;
  }
  return null;
}

function expectTyped(thrown: unknown, words: RegExp): void {
  expect(thrown).toBeInstanceOf(WebSocketServiceError);
  expect(thrown).toMatchObject({ code: 'invalid-argument', message: expect.stringMatching(words) });
  expect((thrown as Error).message).toMatch(/^[A-Z].*\.$/s);
}

describe('useLiveQuery', () => {
  it.each(own)('%s: throws while it renders', (_, options, words) => {
    const { Probe } = createProbe(() => useLiveQuery(options as typeof good));
    const thrown = thrownBy(() =>
      stage.renderToString(
        <Wire to={stage.server}>
          <Probe />
        </Wire>,
      ),
    );
    stage.takeConsoleErrors();
    expectTyped(thrown, words);
  });

  it.each([
    ['no key', { ...good, key: null, gcTime: 0 }],
    ['a text as key', { ...good, key: 'posts', gcTime: Number.POSITIVE_INFINITY }],
    ['a reducer that is left out', { ...good, on: { posted: undefined } }],
    ['null for what may be left out', { ...good, at: null, eventAt: null, gcTime: null, channel: null }],
  ])('%s: is fine', (_, options) => {
    const { Probe } = createProbe(() => useLiveQuery(options as unknown as typeof good));
    stage.renderToString(
      <Wire to={stage.server}>
        <Probe />
      </Wire>,
    );
  });
});

describe('watchLiveQuery', () => {
  it.each(own)('%s: throws, and calls nobody', (_, options, words) => {
    const service = createWebSocketService();
    const states: unknown[] = [];
    const thrown = thrownBy(() =>
      watchLiveQuery(service, options as typeof good, (state) => states.push(state)),
    );
    expectTyped(thrown, words);
    expect(states).toEqual([]);
    service.dispose();
  });

  it.each([undefined, null, {}])('%s as what is called: throws', (onState) => {
    const service = createWebSocketService();
    expectTyped(
      thrownBy(() => watchLiveQuery(service, good, onState as unknown as () => void)),
      /"onState" .* a function/,
    );
    service.dispose();
  });
});

describe('liveQueryOptions', () => {
  it.each(theirs)('%s: throws', (_, options, words) => {
    const service = createWebSocketService();
    const full = { service, queryKey: ['posts'], queryFn: good.fetch, on: good.on };
    const given = options === undefined ? undefined : { ...full, ...(options as object) };
    expectTyped(
      thrownBy(() => liveQueryOptions(given as unknown as typeof full)),
      words,
    );
    service.dispose();
  });

  it.each([undefined, null, {}])('%s as service: throws', (service) => {
    const full = { queryKey: ['posts'], queryFn: good.fetch, on: good.on };
    expectTyped(
      thrownBy(() => liveQueryOptions({ ...full, service } as never)),
      /createWebSocketService/,
    );
  });
});
