/** The list of channels: the state of each, who holds it, its events, why one is refused, and its messages alone. */

import { fireEvent, within } from '@testing-library/react';
import { joinChannel, useWebSocketService, useWsChannel, type WebSocketService } from 'everwire';
import { type ReactNode, useEffect } from 'react';
import { beforeEach, describe, expect, it } from 'vitest';
import { setUpStage } from '../../support/stage.tsx';
import {
  DevtoolsPage,
  draw,
  drawn,
  emitTicks,
  look,
  paste,
  toNextSecond,
  watchClipboard,
} from './support.tsx';

const stage = setUpStage({ resume: 'takeover', positions: true });

beforeEach(() => localStorage.clear());

function Room({ name }: { readonly name: string }): ReactNode {
  useWsChannel(name);
  return null;
}

/** Says something to its room as soon as it is joined. */
function Talker({ name }: { readonly name: string }): ReactNode {
  const { status, send } = useWsChannel(name);
  useEffect(() => {
    if (status === 'joined') send('say', { text: `hello ${name}` });
  }, [status, send, name]);
  return null;
}

function pageWith(...rooms: readonly string[]): ReactNode {
  return (
    <DevtoolsPage to={stage.server} token="tok-4711">
      {rooms.map((name, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same room may be there several times.
        <Room key={`${index} ${name}`} name={name} />
      ))}
    </DevtoolsPage>
  );
}

const sides = () => look().queryByRole('group', { name: 'Beside the messages' });

async function openChannels() {
  const group = sides();
  if (group === null) throw new Error('The panel shows nothing of channels.');
  fireEvent.click(within(group).getByRole('button', { name: /^Channels/ }));
  await draw(stage);
}

async function open(...rooms: readonly string[]) {
  const mounted = stage.mount(pageWith(...rooms));
  await draw(stage);
  await openChannels();
  return mounted;
}

const channels = () => within(look().getByRole('region', { name: 'Channels' }));
const lines = () => channels().queryAllByRole('option');

/** The texts of a channel's line: its name, its count, its rate, and its state. */
function lineOf(name: string): readonly (string | null)[] {
  const line = lines().find((one) => one.querySelector('.channel-name')?.textContent === name);
  return [...(line?.children ?? [])].slice(1).map((cell) => cell.textContent);
}

const stateOf = (name: string) => lineOf(name)[3];

async function choose(name: string) {
  const line = lines().find((one) => one.querySelector('.channel-name')?.textContent === name);
  if (line === undefined) throw new Error(`There is no channel ${name}.`);
  fireEvent.click(line);
  await draw(stage);
}

describe('the channels', () => {
  it('are not shown in an app that has none', async () => {
    stage.mount(pageWith());
    emitTicks(stage.server, 1, 3);
    await draw(stage);
    expect(sides()).toBeNull();
    expect(drawn().textContent).not.toContain('Channels');
  });

  it('have the components that hold them, and are left a second after the last one', async () => {
    const { rerender } = await open('room:b', 'room:a', 'room:a');
    expect(lineOf('room:a')).toEqual(['room:a', '0', '0', 'joined · 2 components']);
    expect(lines().map((line) => line.querySelector('.channel-name')?.textContent)).toEqual([
      'room:a',
      'room:b',
    ]);
    rerender(pageWith('room:b'));
    await draw(stage);
    expect(stateOf('room:a')).toBe('waiting to be left');
    expect(stage.server.members('room:a')).toHaveLength(1);
    await draw(stage, 1_500);
    expect(stage.server.members('room:a')).toHaveLength(0);
    expect(lines()).toHaveLength(1);
  });

  it('have a count, the rate of a second, and the last position', async () => {
    await open('room:a', 'room:b');
    await toNextSecond(stage);
    for (let n = 0; n < 12; n += 1) stage.server.publish('room:a', 'posted', { n });
    const rates = new Set<string | null | undefined>();
    for (let draws = 0; draws < 12; draws += 1) {
      await draw(stage, 300);
      rates.add(lineOf('room:a')[2]);
    }
    expect(lineOf('room:a')).toEqual(['room:a', '12', '0', 'joined · 1 component · at p12']);
    expect(rates).toContain('12');
    expect(lineOf('room:b')).toEqual(['room:b', '0', '0', 'joined · 1 component']);
  });

  it('show that they wait, while the answer or the connection is awaited', async () => {
    let answer: (value: unknown) => void = () => undefined;
    stage.server.handleJoin(() => new Promise((resolve) => (answer = resolve)));
    await open('room:a');
    expect(stateOf('room:a')).toBe('joining · 1 component');
    answer(true);
    await draw(stage);
    expect(stateOf('room:a')).toBe('joined · 1 component');
    look().press('Drop');
    await draw(stage);
    expect(stateOf('room:a')).toBe('waiting for a connection · 1 component');
    await draw(stage, 4_000);
    expect(stateOf('room:a')).toBe('joined · 1 component');
  });

  it('that nobody holds are shown too, if their events come', async () => {
    const { rerender } = await open('room:a');
    stage.server.publish('room:a', 'posted', {});
    rerender(pageWith());
    await draw(stage, 2_000);
    expect(lineOf('room:a')).toEqual(['room:a', '1', expect.any(String), 'not held · at p1']);
  });

  it('that are refused are counted where they can’t be missed, with the reason', async () => {
    stage.server.handleJoin((name) => {
      if (name === 'room:secret') throw new Error('You are not invited');
    });
    await open('room:a', 'room:secret');
    expect(within(sides() as HTMLElement).getByRole('button', { name: /1 refused/ })).toBeTruthy();
    expect(stateOf('room:secret')).toBe('refused: You are not invited · 1 component');
    fireEvent.click(channels().getByRole('button', { name: '1 refused' }));
    await draw(stage);
    expect(lines()).toHaveLength(1);
    await choose('room:secret');
    expect(
      look().getByText('Refused (channel-refused): You are not invited. Held by 1 component. 0 events.'),
    ).toBeTruthy();
    // Its join, and the answer.
    expect(look().texts().join()).toMatch(/join.*join \(reply\)/);
    // A channel that the server ends later is refused as well, and none is hidden when the filter has nothing to show.
    stage.server.endMembership('room:a', { reason: 'closed' });
    await draw(stage);
    expect(stateOf('room:a')).toBe('refused: closed · 1 component · at p1');
  });

  it('of 300 draw a few dozen lines, and are found by name', async () => {
    let service: WebSocketService | undefined;
    function Reach() {
      service = useWebSocketService();
      return null;
    }
    stage.mount(
      <DevtoolsPage to={stage.server}>
        <Reach />
      </DevtoolsPage>,
    );
    await draw(stage);
    const names = Array.from({ length: 300 }, (_, index) => `quote:${index}`);
    const joined = names.map((name) => joinChannel(service as WebSocketService, name));
    await draw(stage);
    await openChannels();
    expect(channels().getByText('300 joined')).toBeTruthy();
    expect(lines().length).toBeGreaterThan(5);
    expect(lines().length).toBeLessThanOrEqual(60);
    fireEvent.change(channels().getByRole('searchbox'), { target: { value: 'quote:271' } });
    await draw(stage);
    expect(lines()).toHaveLength(1);
    for (const one of joined) one.leave();
    await stage.pass(2_000);
  });
});

describe('a channel that is chosen', () => {
  it('has its messages alone: events, what is sent to it, its join, and notices', async () => {
    stage.mount(
      <DevtoolsPage to={stage.server}>
        <Talker name="room:a" />
        <Talker name="room:ab" />
      </DevtoolsPage>,
    );
    await draw(stage);
    await openChannels();
    stage.server.publish('room:a', 'posted', { n: 1 });
    stage.server.publish('room:ab', 'posted', { n: 2 });
    stage.server.emit('tick', { n: 3 });
    await draw(stage);
    await choose('room:a');
    expect(look().texts().join()).toMatch(
      /^[^a-z]*sentjoin.*join \(reply\).*say.*hello room:a".*posted.*"n":1/,
    );
    expect(look().texts().join()).not.toMatch(/tick|"n":2|hello room:ab|connection_id/);
    stage.server.restart();
    stage.server.publish('room:a', 'posted', { n: 4 });
    stage.server.trim();
    await draw(stage, 6_000);
    expect(look().texts().join()).toContain('in room:a: new-session');
    look().press('Channel room:a ✕');
    await draw(stage);
    expect(look().texts().join()).toContain('hello room:ab');
  });

  it('is chosen by keys too', async () => {
    await open('room:a', 'room:b', 'room:c');
    stage.server.publish('room:b', 'posted', { n: 1 });
    await draw(stage);
    const list = channels().getByRole('listbox');
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) {
      fireEvent.keyDown(list, { key });
      await draw(stage);
    }
    expect(look().getByRole('button', { name: 'Channel room:b ✕' })).toBeTruthy();
    expect(list.getAttribute('aria-activedescendant')).toBe(lines()[1]?.id);
    fireEvent.keyDown(list, { key: 'Enter' });
    await draw(stage);
    expect(look().queryByRole('button', { name: /^Channel room/ })).toBeNull();
  });
});

describe('in a report', () => {
  async function copied() {
    const written = watchClipboard('open');
    stage.server.handleJoin((name) => {
      if (name === 'room:tok-4711') throw new Error('No entry with tok-4711');
    });
    const { unmount } = await open('room:a', 'room:tok-4711');
    stage.server.publish('room:a', 'posted', { n: 1 });
    await draw(stage);
    look().press('Copy JSON');
    await draw(stage);
    unmount();
    await stage.pass(2_000);
    stage.mount(pageWith());
    await draw(stage);
    return written[0] ?? '';
  }

  it('they are as they were, without secrets, and can be chosen again', async () => {
    const json = await copied();
    expect(json).not.toContain('tok-4711');
    expect(JSON.parse(json)).toMatchObject({
      channels: [
        { name: 'room:a', stage: 'joined', holders: 1, refusal: null, count: 1, position: 'p1' },
        { name: 'room:[redacted]', stage: 'refused', holders: 1, refusal: { code: 'channel-refused' } },
      ],
      otherChannels: 0,
    });
    await paste(stage, json);
    await openChannels();
    expect(lineOf('room:a')).toEqual(['room:a', '1', expect.any(String), 'joined · 1 component · at p1']);
    expect(stateOf('room:[redacted]')).toMatch(/^refused: No entry with \[redacted\]/);
    await choose('room:a');
    expect(look().texts().join()).toMatch(/join.*join \(reply\).*posted.*"n":1/);
    expect(look().texts().join()).not.toContain('hello');
  });

  it('they may be missing, as in a report of an older version', async () => {
    const { channels: _, otherChannels: __, ...older } = JSON.parse(await copied());
    await paste(stage, JSON.stringify(older));
    expect(look().getByText(/^This is a report/)).toBeTruthy();
    expect(sides()).toBeNull();
  });

  it.each([
    ['list', () => 'none', /channels must be a list/],
    [
      'state',
      ([first]: readonly object[]) => [{ ...first, stage: 'fine' }],
      /channels\[0\]\.stage must be one of/,
    ],
    [
      'refusal',
      ([first]: readonly object[]) => [{ ...first, refusal: 'no' }],
      /channels\[0\]\.refusal must be an obj/,
    ],
  ])('with a wrong %s are refused, and the place is named', async (_, damage, reason) => {
    const report = JSON.parse(await copied());
    await paste(stage, JSON.stringify({ ...report, channels: damage(report.channels) }));
    expect(look().getByRole('alert').textContent).toMatch(reason);
  });
});
