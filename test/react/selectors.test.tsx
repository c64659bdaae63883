/** A selector may return anything: new objects in every call, nested ones, and values without entries. */

import { createWebSocketService, useConnection, useWsEvent, WebSocketServiceError } from 'everwire';
import { describe, expect, it } from 'vitest';
import { createProbe, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage();

describe('a selector that returns a new object each time', () => {
  it.each<readonly [string, (data: unknown) => unknown]>([
    ['an object', (data) => ({ data })],
    ['a list of objects', (data) => [{ data }, { data }]],
    ['an object in an object', (data) => ({ inner: { data } })],
    ['a Map', (data) => new Map([['data', { data }]])],
  ])('may return %s without a loop or a needless render', async (_, make) => {
    const shown = createProbe(() => useWsEvent('tick', { select: ({ data }) => make(data) }));
    const state = createProbe(() => useConnection(({ status }) => make(status)));
    stage.mount(
      <Wire to={stage.server}>
        <shown.Probe />
        <state.Probe />
      </Wire>,
    );
    await stage.pass();
    stage.server.emit('tick', 1);
    await stage.frame();
    expect(shown.last).toEqual(make(1));
    expect(state.last).toEqual(make('connected'));
    const { renders } = shown;
    stage.server.emit('other', 2);
    await stage.frame();
    expect(shown.renders).toBe(renders);
  });

  it('may return a Date: a later one is shown', async () => {
    const shown = createProbe(() => useWsEvent('tick', { select: ({ data }) => new Date(Number(data)) }));
    stage.mount(
      <Wire to={stage.server}>
        <shown.Probe />
      </Wire>,
    );
    await stage.pass();
    for (const time of [1000, 2000]) {
      stage.server.emit('tick', time);
      await stage.frame();
      expect(shown.last?.getTime()).toBe(time);
    }
  });

  it.each<readonly [string, (even: boolean) => unknown]>([
    ['an object', (even) => ({ even })],
    ['an object without a prototype', (even) => Object.assign(Object.create(null), { even })],
    ['a list', (even) => [1, even]],
    ['a Map', (even) => new Map([['even', even]])],
    ['a Set', (even) => new Set([1, even])],
  ])('renders for %s only when its content changes', async (_, make) => {
    const shown = createProbe(() =>
      useWsEvent('tick', { select: ({ data }) => make(Number(data) % 2 === 0) }),
    );
    stage.mount(
      <Wire to={stage.server}>
        <shown.Probe />
      </Wire>,
    );
    await stage.pass();
    stage.server.emit('tick', 2);
    await stage.frame();
    const { renders, last } = shown;
    stage.server.emit('tick', 4);
    await stage.frame();
    expect(shown.renders).toBe(renders);
    expect(shown.last).toBe(last);
    stage.server.emit('tick', 5);
    await stage.frame();
    expect(shown.renders).toBe(renders + 1);
    expect(shown.last).toEqual(make(false));
  });

  it.each<readonly [string, unknown, unknown]>([
    ['a list and an object', [], {}],
    ['a Map and a Set', new Map([[1, 1]]), new Set([1])],
    ['nothing and an object', null, {}],
    ['a longer list', [1], [1, 2]],
    ['a shorter list', [1, 2], [1]],
    ['another order', new Set([1, 2]), new Set([2, 1])],
    ['two instances of a class', new URL('ws://a.test'), new URL('ws://b.test')],
  ])('tells apart values that differ: %s', async (_, one, other) => {
    const shown = createProbe(() => useWsEvent('tick', { select: ({ data }) => (data === 1 ? one : other) }));
    stage.mount(
      <Wire to={stage.server}>
        <shown.Probe />
      </Wire>,
    );
    await stage.pass();
    stage.server.emit('tick', 1);
    await stage.frame();
    expect(shown.last).toBe(one);
    stage.server.emit('tick', 2);
    await stage.frame();
    expect(shown.last).toBe(other);
  });
});

describe('a service prop that is not a service', () => {
  it('throws a typed error', () => {
    const attempt = () => stage.renderToString(<Wire to={stage.server} service={{} as never} />);
    expect(attempt).toThrow(WebSocketServiceError);
    expect(attempt).toThrow(/createWebSocketService/);
    expect(() => createWebSocketService()).not.toThrow();
  });
});
