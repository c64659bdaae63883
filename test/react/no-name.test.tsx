/** Nothing is selected yet: a hook without a name listens to nothing, and starts when there is a name. */

import { type NoName, useWsEvent, useWsEventHandler, useWsEvents, useWsReducer, useWsStream } from 'everwire';
import type { ReactNode } from 'react';
import { scan } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createProbe, numberOf, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage();

type Name = string | NoName;

const none: readonly (readonly [Name])[] = [[undefined], [null], [''], [false]];

/** A page in which the name of every hook can be changed. */
function showPage(initial: Name | readonly Name[]) {
  let names = initial;
  const heard: unknown[] = [];
  const shown = createProbe(() => {
    const first = (Array.isArray(names) ? names.find(Boolean) : names) as Name;
    useWsEventHandler(names, (event) => heard.push(numberOf(event)));
    return [
      numberOf(useWsEvent(first)),
      numberOf(useWsEvent(first, { where: () => true })),
      useWsEvents(names).map(numberOf),
      useWsReducer(names, (sum: number, event) => sum + (numberOf(event) ?? 0), 0),
      useWsStream(names, (events$) => events$.pipe(scan((count) => count + 1, 0)), [], 0),
    ];
  });
  const tree = (): ReactNode => (
    <Wire to={stage.server}>
      <shown.Probe />
    </Wire>
  );
  const page = stage.mount(tree());
  return {
    heard,
    shown,
    rename(next: typeof initial) {
      names = next;
      page.rerender(tree());
    },
    async emit(name: string, n: number) {
      stage.server.emit(name, { n });
      await stage.frame();
    },
  };
}

const nothing = [undefined, undefined, [], 0, 0];

describe('no name', () => {
  it.each(none)('%o listens to nothing, then to a name, then to nothing', async (name) => {
    const { heard, shown, rename, emit } = showPage(name);
    await stage.pass();
    await emit('a', 1);
    expect(shown.last).toEqual(nothing);
    expect(heard).toEqual([]);
    rename('a');
    // The newest event of a name is there at once, as in a late mount.
    expect(shown.last).toEqual([1, 1, [], 0, 0]);
    await emit('a', 2);
    expect(shown.last).toEqual([2, 2, [2], 2, 1]);
    rename(name);
    expect(shown.last).toEqual(nothing);
    await emit('a', 3);
    expect(shown.last).toEqual(nothing);
    expect(heard).toEqual([2]);
  });

  it.each(none)('%o in a list stands for no name, and changes nothing', async (name) => {
    const { heard, shown, rename, emit } = showPage(['a', name]);
    await stage.pass();
    await emit('a', 1);
    await emit('b', 2);
    const only = [1, 1, [1], 1, 1];
    expect(shown.last).toEqual(only);
    for (const same of [['a'], [name, 'a'], ['a', name, name]]) rename(same);
    rename(['a']);
    expect(shown.last).toEqual(only);
    rename(['a', 'b']);
    expect(shown.last?.slice(2)).toEqual([[], 0, 0]);
    await emit('b', 3);
    expect(heard).toEqual([1, 3]);
  });

  it('may be the whole list, or none at all', async () => {
    const { heard, shown, rename, emit } = showPage([]);
    await stage.pass();
    await emit('a', 1);
    rename([undefined, false]);
    await emit('a', 2);
    expect(shown.last).toEqual(nothing);
    expect(heard).toEqual([]);
  });

  it('switches between none and none without a new start', async () => {
    const lists = new Set<unknown>();
    let names: Name | readonly Name[];
    const others: readonly (typeof names)[] = [null, '', [], false, [undefined]];
    const list = createProbe(() => lists.add(useWsEvents(names)));
    const tree = (): ReactNode => (
      <Wire to={stage.server}>
        <list.Probe />
      </Wire>
    );
    const page = stage.mount(tree());
    for (names of others) page.rerender(tree());
    await stage.pass();
    expect(list.renders).toBe(6);
    expect(lists.size).toBe(1);
  });
});
