/** A report that was copied can be opened again: in the same panel, checked, and without secrets. */

import { beforeEach, describe, expect, it } from 'vitest';
import { setUpStage } from '../../support/stage.tsx';
import { DevtoolsPage, draw, drawn, emitTicks, look, paste, watchClipboard } from './support.tsx';

const stage = setUpStage();

beforeEach(() => localStorage.clear());

async function open() {
  const mounted = stage.mount(<DevtoolsPage to={stage.server} token="tok-4711" />);
  await draw(stage);
  return mounted;
}

/** A report of a connection that was lost, and of three kinds of rows. */
async function copiedReport(): Promise<string> {
  const written = watchClipboard('open');
  const { unmount } = await open();
  emitTicks(stage.server, 1, 3);
  stage.server.emit('posted', { text: 'Hello', password: 'hunter2' });
  await draw(stage);
  look().press('Drop');
  await draw(stage);
  look().press('Copy JSON');
  await draw(stage);
  unmount();
  await stage.pass();
  return written[0] ?? '';
}

describe('a report', () => {
  it('is shown as it was recorded, and the connection after it again', async () => {
    const json = await copiedReport();
    await open();
    await paste(stage, json);
    expect(look().getByText(/^This is a report, written at /)).toBeTruthy();
    expect(look().getAllByRole('status')[0]?.textContent).toBe('reconnecting');
    expect(look().figure('Received')).toBe('5');
    expect(look().getByText('1006')).toBeTruthy();
    expect(look().getByText('The next attempt starts in 3 s.')).toBeTruthy();
    expect(look().getByRole('img', { name: /1 loss of the link/ })).toBeTruthy();
    look().press('posted');
    await draw(stage);
    look().choose(look().rows()[0]);
    await draw(stage);
    expect(JSON.parse(look().payload())).toEqual({
      event: 'posted',
      data: { text: 'Hello', password: '[redacted]' },
      seq: 4,
    });
    expect(look().getByRole<HTMLButtonElement>('button', { name: 'Drop' }).disabled).toBe(true);
    look().press('Back to the connection');
    await draw(stage);
    expect(look().getAllByRole('status')[0]?.textContent).toBe('connected');
    expect(look().figure('Received')).toBe('1');
  });

  // A browser draws only the rows that are in view.
  it.runIf(navigator.userAgent.includes('jsdom'))('has all kinds of rows again', async () => {
    stage.server.handle('add', () => 42);
    const written = watchClipboard('open');
    await open();
    stage.server.emit('tick', { n: 1 });
    await stage.pass();
    stage.server.duplicate();
    stage.server.garble('json');
    await draw(stage);
    look().press('Drop');
    stage.server.restart();
    await draw(stage, 4_000);
    const before = look().texts();
    look().press('Copy JSON');
    await draw(stage);
    await paste(stage, written[0] ?? '');
    expect(look().texts()).toEqual(before);
    expect(before.join()).toMatch(/duplicate.*malformed-frame.*asked.*missed events/);
  });

  it('hides secrets that somebody has written into it', async () => {
    const json = (await copiedReport()).replaceAll('Hello', 'tok-4711').replaceAll('text', 'session_token');
    await open();
    await paste(stage, json);
    look().press('posted');
    await draw(stage);
    look().choose(look().rows()[0]);
    await draw(stage);
    expect(drawn().textContent).not.toContain('tok-4711');
  });

  it.each([
    ['nothing', '', /There is nothing to open/],
    ['no JSON', '{"format": "everwire-devt', /This is not JSON\. It may be cut off/],
    [
      'other JSON',
      '{"name": "app"}',
      /is not a report of the devtools: it has no "format": "everwire-devtools"/,
    ],
    ['a list', '[1, 2]', /is not a report of the devtools/],
    ['null', 'null', /is not a report of the devtools/],
    ['a later version', '{"format": "everwire-devtools", "version": 2}', /reads reports of version 1/],
  ])('%s is refused with a reason', async (_, json, reason) => {
    await open();
    await paste(stage, json);
    expect(look().getByRole('alert').textContent).toMatch(reason);
    look().press('Cancel');
    await draw(stage);
    expect(look().getByRole('listbox')).toBeTruthy();
  });

  it.each([
    [
      'status',
      (report: Report) => ({ ...report, state: { ...report.state, status: 'fine' } }),
      /state\.status must be one of/,
    ],
    [
      'time',
      (report: Report) => ({ ...report, rows: [{ ...report.rows[0], at: 'soon' }] }),
      /rows\[0\]\.at must be a time/,
    ],
    [
      'kind',
      (report: Report) => ({ ...report, rows: [{ ...report.rows[0], kind: 'toString' }] }),
      /rows\[0\]\.kind must be one of/,
    ],
    ['list', (report: Report) => ({ ...report, bands: 'none' }), /bands must be a list/],
    ['counter', (report: Report) => ({ ...report, counters: {} }), /counters\.received must be a number/],
  ])('with a wrong %s is refused, and says where', async (_, damage, reason) => {
    const report = JSON.parse(await copiedReport());
    await open();
    await paste(stage, JSON.stringify(damage(report)));
    expect(look().getByRole('alert').textContent).toMatch(reason);
  });
});

interface Report {
  readonly state: object;
  readonly rows: readonly object[];
}
