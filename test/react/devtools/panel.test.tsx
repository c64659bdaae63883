/** The panel shows the state of a connection, and its buttons control it. */

import { fireEvent } from '@testing-library/react';
import { useWebSocketService, type WebSocketService } from 'everwire';
import type { ReactNode } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { modes, setUpStage } from '../../support/stage.tsx';
import { DevtoolsPage, draw, drawn, emitTicks, hosts, look, watchClipboard } from './support.tsx';

const stage = setUpStage();

beforeEach(() => localStorage.clear());

/** Opens the page with the panel, connected. */
async function open(props: Partial<Parameters<typeof DevtoolsPage>[0]> = {}) {
  const mounted = stage.mount(<DevtoolsPage to={stage.server} token="tok-4711" {...props} />);
  await draw(stage);
  return mounted;
}

/** Opens the page and also returns its service. */
async function openWithService() {
  let service: WebSocketService | undefined;
  function Reach(): ReactNode {
    service = useWebSocketService();
    return null;
  }
  await open({ children: <Reach /> });
  if (service === undefined) throw new Error('Nothing was rendered.');
  return service;
}

describe.each(modes)('the panel ($mode)', ({ Mode }) => {
  it('records each event once, with its name, number and data', async () => {
    stage.mount(
      <Mode>
        <DevtoolsPage to={stage.server} />
      </Mode>,
    );
    await draw(stage);
    emitTicks(stage.server, 1, 2);
    await draw(stage);
    expect(look().figure('Received')).toBe('3');
    expect(look().figure('Last seq')).toBe('2');
    expect(look().texts().slice(-2)).toEqual(['↓receivedtick1{"n":1}', '↓receivedtick2{"n":2}']);
  });

  it('leaves no element and no timer', async () => {
    const page = (devtools: boolean) => (
      <Mode>{devtools ? <DevtoolsPage to={stage.server} /> : <p>gone</p>}</Mode>
    );
    const { rerender } = stage.mount(page(true));
    await draw(stage);
    expect(hosts()).toHaveLength(1);
    rerender(page(false));
    await stage.pass();
    expect(hosts()).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('messages', () => {
  it('can be filtered by name and by kind', async () => {
    await open();
    emitTicks(stage.server, 1, 3);
    stage.server.emit('posted', {});
    await draw(stage);
    look().filter('TICK');
    await draw(stage);
    expect(look().rows()).toHaveLength(3);
    look().filter('');
    look().press('Events');
    await draw(stage);
    expect(look().texts().join()).not.toContain('tick');
    expect(look().texts().join()).toContain('connected');
  });

  it('show their payload when they are chosen, and hide it again', async () => {
    await open();
    stage.server.emit('posted', { text: 'Hello', list: [1, 2] });
    await draw(stage);
    look().choose(look().rows().at(-1));
    await draw(stage);
    expect(JSON.parse(look().payload())).toEqual({
      event: 'posted',
      data: { text: 'Hello', list: [1, 2] },
      seq: 1,
    });
    look().press('Close the payload');
    await draw(stage);
    expect(look().queryByRole('region', { name: /^Payload/ })).toBeNull();
  });

  it('can be navigated with the arrow keys', async () => {
    await open();
    emitTicks(stage.server, 1, 3);
    await draw(stage);
    const list = look().getByRole('listbox');
    fireEvent.keyDown(list, { key: 'End' });
    await draw(stage);
    expect(look().payload()).toContain('"n": 3');
    fireEvent.keyDown(list, { key: 'ArrowUp' });
    await draw(stage);
    expect(look().payload()).toContain('"n": 2');
    const [chosen] = look()
      .rows()
      .filter((row) => row.getAttribute('aria-selected') === 'true');
    expect(chosen?.textContent).toContain('{"n":2}');
    expect(list.getAttribute('aria-activedescendant')).toBe(chosen?.id);
  });

  it('that are sent are shown with their result and their replies', async () => {
    stage.server.handle('add', (data) => (data as { a: number }).a + 1);
    const service = await openWithService();
    service.send('typing', { where: 'here' });
    const sum = service.request('add', { a: 1 });
    await stage.pass();
    await expect(sum).resolves.toBe(2);
    stage.server.drop();
    await stage.pass();
    expect(service.send('typing', { where: 'nowhere' })).toBe('refused');
    await draw(stage);
    look().press('Notices');
    look().press('Errors');
    look().press('Events');
    await draw(stage);
    const texts = look().texts();
    expect(texts[0]).toMatch(/^↑senttyping#\d+\{"where":"here"\}$/);
    expect(texts[1]).toMatch(/^↑sentadd#\d+\{"a":1\}$/);
    expect(texts[2]).toMatch(/^↓receivedadd \(reply\)#\d+2$/);
    expect(texts[3]).toMatch(/^⊘not senttyping \(refused\)\{"where":"nowhere"\}$/);
    expect([look().figure('Sent'), look().figure('Refused'), look().figure('Replies')]).toEqual([
      '2',
      '1',
      '1',
    ]);
  });

  it('are bounded: the newest ones are kept, and never more than a hundred are drawn', async () => {
    await open({ devtools: { limit: 150 } });
    emitTicks(stage.server, 1, 500);
    await draw(stage);
    expect(look().getByText('150 rows')).toBeTruthy();
    expect(look().figure('Received')).toBe('501');
    expect(look().rows().length).toBeLessThanOrEqual(100);
    expect(look().texts().at(-1)).toContain('{"n":500}');
  });

  it('stay in place while scrolled up; “Newest” goes to their end, and follows again', async () => {
    await open();
    emitTicks(stage.server, 1, 300);
    await draw(stage);
    const list = look().getByRole('listbox');
    list.scrollTop = 240;
    fireEvent.scroll(list);
    await draw(stage);
    const before = look().texts();
    emitTicks(stage.server, 301, 310);
    await draw(stage);
    expect(look().texts()).toEqual(before);
    look().press('Newest ↓');
    await draw(stage);
    expect(look().texts().at(-1)).toContain('{"n":310}');
    emitTicks(stage.server, 311, 311);
    await draw(stage);
    expect(look().texts().at(-1)).toContain('{"n":311}');
    expect(look().queryByRole('button', { name: 'Newest ↓' })).toBeNull();
  });

  it('do not change while paused, and the counts continue', async () => {
    await open();
    emitTicks(stage.server, 1, 2);
    await draw(stage);
    look().press('Pause');
    emitTicks(stage.server, 3, 5);
    await draw(stage);
    expect(look().texts().at(-1)).toContain('{"n":2}');
    expect(look().figure('Received')).toBe('6');
    expect(look().getByText(/3 not kept while paused/)).toBeTruthy();
    look().press('Pause');
    emitTicks(stage.server, 6, 6);
    await draw(stage);
    expect(look().texts().slice(-2).join()).toMatch(/"n":2.*"n":6/);
  });

  it('are removed with the counts when cleared', async () => {
    await open();
    emitTicks(stage.server, 1, 2);
    await draw(stage);
    look().press('Clear');
    await draw(stage);
    expect(look().rows()).toHaveLength(0);
    expect(look().figure('Received')).toBe('0');
    emitTicks(stage.server, 3, 3);
    await draw(stage);
    expect(look().texts()).toHaveLength(1);
  });

  it('with any payload can be shown: cyclic, throwing, huge, with BigInts', async () => {
    const service = await openWithService();
    const cyclic: Record<string, unknown> = { name: 'a circle' };
    cyclic['itself'] = cyclic;
    const payloads: readonly (readonly [unknown, RegExp])[] = [
      [cyclic, /\[circular\]/],
      [
        {
          toJSON() {
            throw new Error('not today');
          },
        },
        /threw: not today/,
      ],
      [{ big: 10n ** 30n }, /1000000000000000000000000000000n/],
      [
        {
          get broken(): never {
            throw new Error('no such field');
          },
        },
        /threw: no such field/,
      ],
      [new Map([['key', new Set([1])]]), /\[Map\][\s\S]*\[Set\]/],
      [{ f: () => 1, s: Symbol('s'), n: Number.NaN }, /\[function\][\s\S]*\[symbol\][\s\S]*NaN/],
      ['x'.repeat(3_000_000), /more characters\)/],
    ];
    for (const [data, expected] of payloads) {
      // The service refuses data that cannot be serialized; the panel shows it anyway.
      service.send('odd', data);
      await draw(stage);
      look().filter('odd');
      await draw(stage);
      look().choose(look().rows().at(-1));
      await draw(stage);
      expect(look().payload()).toMatch(expected);
      expect(look().payload().length).toBeLessThan(50_000);
      look().press('Close the payload');
    }
  });
});

describe('the life of the connection', () => {
  it('is described in text: lost, counted down, resumed', async () => {
    await open();
    emitTicks(stage.server, 1, 1);
    await draw(stage);
    look().press('Drop');
    await draw(stage);
    expect(look().getAllByRole('status')[0]?.textContent).toBe('reconnecting');
    expect(look().getByText('attempt 1 in 3 s')).toBeTruthy();
    expect(look().getByText('1006')).toBeTruthy();
    expect(look().getByText('The next attempt starts in 3 s.')).toBeTruthy();
    await draw(stage, 1_100);
    expect(look().getByText('attempt 1 in 2 s')).toBeTruthy();
    emitTicks(stage.server, 2, 3);
    await draw(stage, 3_000);
    expect(look().moments()).toEqual([
      'connecting',
      'connected',
      'new session',
      'asked',
      'connection lost',
      'waiting',
      'attempt 1',
      'connected',
      'resumed',
    ]);
    expect([
      look().figure('Resumes'),
      look().figure('Reconnections'),
      look().figure('Missed notices'),
    ]).toEqual(['1', '1', '0']);
    expect(
      look().getByRole('img', { name: /1 loss of the link, 1 resume, 1 press of a button here/ }),
    ).toBeTruthy();
    expect(look().getByText('Connected again since.')).toBeTruthy();
  });

  it('a session that resumes without a frame is shown as resumed after a moment', async () => {
    await open({ heartbeat: false });
    look().press('Drop');
    await draw(stage, 3_200);
    expect(look().moments()).not.toContain('resumed');
    await draw(stage, 3_000);
    expect(look().moments().at(-1)).toBe('resumed');
  });

  it('a lost session is shown with its notice, not as a resume', async () => {
    await open();
    stage.server.restart();
    await stage.pass(4_000);
    emitTicks(stage.server, 1, 1);
    await draw(stage, 4_000);
    expect(look().moments().slice(-3)).toEqual(['connected', 'new session', 'missed events']);
    expect(look().figure('Missed notices')).toBe('1');
    expect(look().getByRole('img', { name: /1 missed-events notice/ })).toBeTruthy();
    look().filter('missed');
    await draw(stage);
    expect(look().texts()).toEqual([
      expect.stringContaining('new-session: the server started a new session'),
    ]);
  });

  it('a gap is shown with its size, and a duplicate is counted', async () => {
    const server = stage.addServer({ hello: false });
    await open({ to: server });
    emitTicks(server, 1, 1);
    server.skip(3);
    emitTicks(server, 2, 2);
    await stage.pass();
    server.duplicate();
    await draw(stage);
    expect(look().figure('Missed notices')).toBe('1 (3 events, as far as is known)');
    expect(look().figure('Duplicates dropped')).toBe('1');
    expect(look().texts().at(-1)).toContain('duplicate, dropped');
  });

  it('attempts that fail are numbered, and giving up is explained', async () => {
    await open({ reconnectAttempts: 2 });
    stage.server.refuse();
    stage.server.drop();
    await draw(stage, 10_000);
    expect(look().moments().slice(-8)).toEqual([
      'connection lost',
      'waiting',
      'attempt 1',
      'attempt 1 failed',
      'waiting',
      'attempt 2',
      'attempt 2 failed',
      'gave up',
    ]);
    expect(look().getAllByRole('status')[0]?.textContent).toBe('disconnected, attempts-exhausted');
    expect(look().getByText(/No attempt is left\. reconnect\(\) starts over/)).toBeTruthy();
    stage.server.refuse(false);
    look().press('Reconnect');
    await draw(stage);
    expect(look().getAllByRole('status')[0]?.textContent).toBe('connected');
  });

  it.each([
    [1001, /going away/],
    [1013, /try again later/],
    [4000, /no answer to the heartbeat/],
    [4242, /a code of this application/],
  ])('the last close is explained: %i', async (code, words) => {
    await open();
    stage.server.close(code, 'so it is');
    await draw(stage);
    const close = look().getByText(String(code)).parentElement;
    expect(close?.textContent).toMatch(words);
    expect(close?.textContent).toContain('Its reason: “so it is”.');
  });

  it('latency and uptime are shown', async () => {
    await open({ heartbeat: { interval: 1_000, timeout: 500 } });
    stage.server.delay(20);
    await draw(stage, 3_000);
    expect(look().figure('Latency')).toBe('40 ms');
    expect(look().figure('Connected for')).toMatch(/^[234] s$/);
    // The answers to our own pings are not counted as replies.
    expect(look().figure('Replies')).toBe('0');
  });
});

describe('open and closed', () => {
  it('is a button at first, with the status and the rate', async () => {
    await open({ devtools: { initiallyOpen: false } });
    expect(
      look().getByRole('button', { name: /^Everwire devtools: connected, [01] events a second$/ }),
    ).toBeTruthy();
    look().press(/^Everwire devtools/);
    await draw(stage);
    expect(look().getByRole('region', { name: 'Everwire devtools' })).toBeTruthy();
    fireEvent.keyDown(look().getByRole('listbox'), { key: 'Escape' });
    await draw(stage);
    expect(look().queryByRole('region')).toBeNull();
  });

  it('closed, it records, draws at most once a second, and has no timer while no event arrives', async () => {
    await open({ devtools: { initiallyOpen: false }, heartbeat: false });
    await stage.pass(10_000);
    const idle = vi.getTimerCount();
    let changes = 0;
    const observer = new MutationObserver((records) => {
      changes += records.length > 0 ? 1 : 0;
    });
    observer.observe(drawn(), { subtree: true, childList: true, attributes: true, characterData: true });
    for (let n = 1; n <= 100; n += 1) {
      stage.server.emit('tick', { n });
      await stage.pass(30);
    }
    expect(changes).toBeGreaterThan(0);
    expect(changes).toBeLessThanOrEqual(4);
    await stage.pass(5_000);
    expect(vi.getTimerCount()).toBe(idle);
    observer.disconnect();
    look().press(/^Everwire devtools/);
    await draw(stage);
    expect(look().figure('Received')).toBe('101');
  });

  it('open, it draws at most ten times a second, and not at all while the page is hidden', async () => {
    await open();
    let changes = 0;
    const observer = new MutationObserver(() => {
      changes += 1;
    });
    observer.observe(drawn(), { subtree: true, childList: true, attributes: true, characterData: true });
    const sendForOneSecond = async () => {
      for (let n = 1; n <= 100; n += 1) {
        stage.server.emit('tick', { n });
        await stage.pass(10);
      }
    };
    await sendForOneSecond();
    expect(changes).toBeGreaterThan(4);
    expect(changes).toBeLessThanOrEqual(11);
    const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    document.dispatchEvent(new Event('visibilitychange'));
    changes = 0;
    await sendForOneSecond();
    expect(changes).toBe(0);
    visibility.mockReturnValue('visible');
    document.dispatchEvent(new Event('visibilitychange'));
    await draw(stage);
    expect(look().figure('Received')).toBe('201');
    observer.disconnect();
  });

  it('remembers its last layout', async () => {
    const { unmount } = await open({ devtools: { initiallyOpen: false } });
    look().press(/^Everwire devtools/);
    await draw(stage);
    look().press('Dock');
    await draw(stage);
    fireEvent.keyDown(look().getByRole('separator', { name: 'Height of the panel' }), { key: 'ArrowUp' });
    await draw(stage);
    const height = look().getByRole('separator').getAttribute('aria-valuenow');
    unmount();
    await open({ devtools: { initiallyOpen: false } });
    expect(look().getByRole('button', { name: 'Float' })).toBeTruthy();
    expect(look().getByRole('separator').getAttribute('aria-valuenow')).toBe(height);
  });

  it('works if nothing can be stored', async () => {
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new Error('forbidden');
    });
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new Error('forbidden');
    });
    await open();
    look().press('Dock');
    await draw(stage);
    expect(look().getByRole('button', { name: 'Float' })).toBeTruthy();
  });

  it('hides its key presses and clicks from the app', async () => {
    const heard: string[] = [];
    const hear = (event: Event) => heard.push(event.type);
    for (const type of ['keydown', 'keyup', 'click']) document.addEventListener(type, hear);
    await open();
    const field = look().getByRole('searchbox');
    fireEvent.keyDown(field, { key: 'j' });
    fireEvent.keyUp(field, { key: 'j' });
    fireEvent.click(field);
    for (const type of ['keydown', 'keyup', 'click']) document.removeEventListener(type, hear);
    expect(heard).toEqual([]);
  });
});

describe('copy', () => {
  it('puts the state, the counts and the rows on the clipboard', async () => {
    const written = watchClipboard('open');
    await open();
    emitTicks(stage.server, 1, 2);
    await draw(stage);
    look().press('Copy JSON');
    await draw(stage);
    const report = JSON.parse(written[0] ?? '');
    expect(report.state).toMatchObject({ status: 'connected', connectionId: '[redacted]' });
    expect(report.counters).toMatchObject({ received: 3 });
    expect(report.rows.at(-1)).toMatchObject({
      kind: 'event',
      content: { event: 'tick', data: { n: 2 }, seq: 2 },
    });
    expect(look().getByText('Copied')).toBeTruthy();
  });

  it('reports if there is no clipboard', async () => {
    watchClipboard('none');
    document.execCommand = () => false;
    await open();
    look().press('Copy JSON');
    await draw(stage);
    expect(look().getByText('Could not copy')).toBeTruthy();
  });
});
