/** The column of event names: what it counts, a name that is shown alone, and one that is muted. */

import { within } from '@testing-library/react';
import { useWebSocketService, type WebSocketService } from 'everwire';
import { beforeEach, describe, expect, it } from 'vitest';
import { setUpStage } from '../../support/stage.tsx';
import { DevtoolsPage, draw, emitTicks, look, toNextSecond } from './support.tsx';

const stage = setUpStage();

beforeEach(() => localStorage.clear());

async function open(devtools: Parameters<typeof DevtoolsPage>[0]['devtools'] = {}) {
  stage.mount(<DevtoolsPage to={stage.server} token="tok-4711" devtools={devtools} />);
  await draw(stage);
}

/** The cells of a name's row: name, count, rate, size. */
function figuresOf(name: string): readonly (string | null)[] {
  const row = nameList()
    .getAllByRole('row')
    .find((one) => within(one).queryByRole('rowheader', { name }) !== null);
  return [...(row?.querySelectorAll('th, td') ?? [])].slice(0, 4).map((cell) => cell.textContent);
}

const nameList = () => within(look().getByRole('region', { name: 'Event names' }));

const shownNames = () =>
  nameList()
    .queryAllByRole('rowheader')
    .map((cell) => cell.textContent);

describe('the names', () => {
  it('have a count, the rate of a second, and the mean size of their data', async () => {
    await open();
    await toNextSecond(stage);
    for (let n = 0; n < 12; n += 1) stage.server.emit('tick', { n: 10 });
    stage.server.emit('posted', { text: 'Hello' });
    // The last whole second is shown, until the next one is over.
    const rates = new Set<string | null | undefined>();
    for (let draws = 0; draws < 12; draws += 1) {
      await draw(stage, 300);
      rates.add(figuresOf('tick')[2]);
    }
    expect(shownNames()).toEqual(['hello', 'posted', 'tick']);
    expect(figuresOf('tick')).toEqual(['tick', '12', '0', String('{"n":10}'.length)]);
    expect(figuresOf('posted')).toEqual(['posted', '1', '0', String('{"text":"Hello"}'.length)]);
    expect(rates).toContain('12');
  });

  it('call no getter of a payload, and measure cyclic and huge ones', async () => {
    let calls = 0;
    const data: Record<string, unknown> = {
      get secret() {
        calls += 1;
        return 'x';
      },
      text: 'y'.repeat(5_000_000),
    };
    data['itself'] = data;
    const { server } = stage;
    let service: WebSocketService | undefined;
    function Reach() {
      service = useWebSocketService();
      return null;
    }
    stage.mount(
      <DevtoolsPage to={server} schemas={{ odd: anything(data) }}>
        <Reach />
      </DevtoolsPage>,
    );
    await draw(stage);
    expect(service?.isConnected()).toBe(true);
    server.emit('odd', {});
    await draw(stage);
    expect(figuresOf('odd')).toEqual(['odd', '1', expect.any(String), '1M']);
    expect(calls).toBe(0);
  });

  it('are found by the filter, and there is a line for those that are too many', async () => {
    await open();
    for (let n = 0; n < 520; n += 1) stage.server.emit(`name-${String(n).padStart(3, '0')}`, {});
    await draw(stage);
    expect(shownNames()).toHaveLength(100);
    expect(nameList().getByText('400 more: filter by name.')).toBeTruthy();
    expect(nameList().getByText('21 events of further names are counted together.')).toBeTruthy();
    look().filter('name-42');
    await draw(stage);
    expect(shownNames()).toHaveLength(10);
  });
});

describe('a name', () => {
  it('that is clicked is shown alone, until it is clicked again', async () => {
    await open();
    emitTicks(stage.server, 1, 3);
    stage.server.emit('ticks', {});
    await draw(stage);
    look().press('tick');
    await draw(stage);
    expect(look().rows()).toHaveLength(3);
    expect(look().getByRole('button', { name: 'tick' }).getAttribute('aria-pressed')).toBe('true');
    look().press('Only tick ✕');
    await draw(stage);
    expect(look().texts().join()).toContain('ticks');
    expect(look().texts().join()).toContain('connected');
  });

  it('that is muted is hidden and counted, and leaves its room to the others', async () => {
    await open({ limit: 20 });
    stage.server.emit('posted', { n: 1 });
    emitTicks(stage.server, 1, 2);
    await draw(stage);
    look().press('Mute tick');
    await draw(stage);
    expect(look().texts().join()).not.toContain('tick');
    // More than the panel keeps: the other rows are still there.
    emitTicks(stage.server, 3, 100);
    await draw(stage);
    expect(look().texts().at(-1)).toContain('posted');
    expect(figuresOf('tick')[1]).toBe('100');
    look().press('Mute tick');
    emitTicks(stage.server, 101, 101);
    await draw(stage);
    expect(look().texts().slice(-2).join()).toMatch(/"n":2.*"n":101/);
  });

  it('stays muted when everything is cleared', async () => {
    await open();
    emitTicks(stage.server, 1, 1);
    await draw(stage);
    look().press('Mute tick');
    look().press('Clear');
    await draw(stage);
    expect(shownNames()).toEqual([]);
    emitTicks(stage.server, 2, 2);
    await draw(stage);
    expect(look().rows()).toHaveLength(0);
    expect(figuresOf('tick')[1]).toBe('1');
  });
});

/** A schema that makes this of every payload. */
function anything(value: unknown) {
  return {
    '~standard': { version: 1, vendor: 'test', validate: () => ({ value }) },
  } as const;
}
