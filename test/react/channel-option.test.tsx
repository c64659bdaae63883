/** `{ channel }` of the event hooks: only the events of that channel. */

import {
  useMissedEvents,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsStream,
} from 'everwire';
import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createProbe, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage({ numbered: false, hello: false });

/** Sends an event of a channel. */
function say(channel: string | undefined, data: unknown, event = 'posted'): void {
  stage.server.sendRaw(JSON.stringify({ event, channel, data }));
}

describe('{ channel }', () => {
  it('is an option of every event hook', async () => {
    const options = { channel: 'room:1' } as const;
    const handled: unknown[] = [];
    const newest = createProbe(() => useWsEvent('posted', options)?.data);
    const odd = createProbe(
      () => useWsEvent('posted', { ...options, where: ({ data }) => Number(data) % 2 === 1 })?.data,
    );
    const list = createProbe(() => useWsEvents('posted', options).map(({ data }) => data));
    const sum = createProbe(() =>
      useWsReducer('posted', (total: number, { data }) => total + Number(data), 0, options),
    );
    const piped = createProbe(() =>
      useWsStream('posted', (posted$) => posted$.pipe(map(({ data }) => data)), [], undefined, options),
    );
    const Slice = (): null => {
      const slice$ = useWsStream('posted', options);
      useWsEventHandler('posted', ({ data }) => handled.push(data), options);
      expect(slice$).toBeDefined();
      return null;
    };
    stage.mount(
      <Wire to={stage.server}>
        <newest.Probe />
        <odd.Probe />
        <list.Probe />
        <sum.Probe />
        <piped.Probe />
        <Slice />
      </Wire>,
    );
    await stage.pass();
    say('room:1', 1);
    say('room:2', 3);
    say(undefined, 5);
    say('room:1', 2);
    await stage.frame();
    expect({ newest: newest.last, odd: odd.last, list: list.last, sum: sum.last }).toEqual({
      ...{ newest: 2, odd: 1, list: [1, 2], sum: 3 },
    });
    expect(piped.last).toBe(2);
    expect(handled).toEqual([1, 2]);
  });

  it('does not render for another channel', async () => {
    const newest = createProbe(() => useWsEvent('posted', { channel: 'room:1' })?.data);
    stage.mount(
      <Wire to={stage.server}>
        <newest.Probe />
      </Wire>,
    );
    await stage.pass();
    say('room:2', 1);
    await stage.frame();
    expect(newest.values).toEqual([undefined]);
  });

  it('shows the last event of the channel to a component that mounts late', async () => {
    const page = stage.mount(<Wire to={stage.server} />);
    await stage.pass();
    say('room:1', 1);
    say('room:2', 2);
    await stage.frame();
    const newest = createProbe(() => useWsEvent('posted', { channel: 'room:1' })?.data);
    page.rerender(
      <Wire to={stage.server}>
        <newest.Probe />
      </Wire>,
    );
    expect(newest.values).toEqual([1]);
  });

  it.each([undefined, null, false, ''] as const)(
    '%s: there is no channel yet, so nothing is heard',
    async (channel) => {
      const newest = createProbe(() => useWsEvent('posted', { channel })?.data);
      const list = createProbe(() => useWsEvents('posted', { channel }));
      const missed: unknown[] = [];
      const Missed = (): null => {
        useMissedEvents((notice) => missed.push(notice), { channel });
        return null;
      };
      stage.mount(
        <Wire to={stage.server} backoff={() => 0}>
          <newest.Probe />
          <list.Probe />
          <Missed />
        </Wire>,
      );
      await stage.pass();
      say('room:1', 1);
      say(undefined, 2);
      await stage.frame();
      stage.server.drop();
      await stage.pass(100);
      expect(newest.values).toEqual([undefined]);
      expect(list.last).toEqual([]);
      expect(missed).toEqual([]);
    },
  );
});
