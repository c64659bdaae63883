/** Text from a server reaches no address, no timer and no log. A close reason is shown only after it was cleaned. */
import type { IWebSocketConfig, Protocol } from 'everwire/core';
import { describe, expect, it, vi } from 'vitest';
import { protocols } from './modes.ts';
import type { Puppet } from './puppet.ts';
import { hello, idOf, type SecurityStage, setUp } from './stage.ts';

/** Would start a line in a log, clear a terminal, or add parameters to an address. */
const FORGED = '\r\n2026-01-01 ERROR forged\u001b[2J\u0000&token=forged#forged?x=forged/../';

const each = protocols.map((protocol) => [protocol.name, protocol] as const);

/** Values that a server might hope we follow. */
const hints = {
  retry_after: 0,
  retryAfter: 1e12,
  retry: 1,
  ping_interval: 1,
  heartbeat: { interval: 1, timeout: 1 },
  reconnect_delay: -1,
  url: 'wss://forged.test',
  redirect: 'wss://forged.test',
  location: '//forged.test',
  token: 'forged',
  protocol: 'forged',
  logger: 'forged',
};

/** Everything that a server can send, with this text in it. */
async function sayEverything(stage: SecurityStage, said: string, more: object): Promise<void> {
  const { service, sockets, pass, up } = stage;
  const first = await up();
  first.say({ ...hello(`session ${said}`), ...more, data: { connection_id: `session ${said}`, ...more } });
  const speak = (puppet: Puppet): void => {
    puppet.say({
      event: `event ${said}`,
      data: { [said]: said, ...more },
      broadcast: { [said]: said },
      ...more,
    });
    puppet.say({ event: 'ping', data: said, ...more });
    puppet.say({ event: 'close', data: { code: 1000, reason: said, ...more } });
    puppet.say({ event: said, seq: 1, data: said });
    puppet.say({ event: said, seq: 1, data: 'again' });
    puppet.say({ event: said, seq: said });
    puppet.say({ event: 'hello', data: { connection_id: [said] } });
    puppet.say(said);
    puppet.say({ seq_reply: said, status: said, error: said });
    puppet.say({ status: said, error: { message: said, id: said, ...more }, seq_reply: 99 });
    for (const frame of puppet.sent)
      puppet.say({ seq_reply: idOf(frame), status: 'OK', data: said, ...more });
  };
  speak(first);
  service.request('ask').catch(() => undefined);
  first.say({ seq_reply: idOf(first.sent.at(-1)), status: 'FAIL', error: { message: said, ...more } });
  await pass(31_000);
  first.hangUp(1013, said);
  await pass(3_010);
  sockets.last.accept();
  speak(sockets.last);
  sockets.last.say({ event: said, seq: 99 });
  await pass(3_010);
  sockets.last.accept();
  sockets.last.hangUp(4401, said);
  await pass(10);
  sockets.last.accept();
  sockets.last.hangUp(4401, said);
  await pass(10);
}

function stageFor(protocol: Protocol, more: Partial<IWebSocketConfig> = {}): SecurityStage {
  return setUp({
    protocol,
    url: 'wss://h.test:8443/some/path?room=1',
    token: async () => 'tok-4711',
    ...more,
  });
}

describe.each(each)('%s: text from a server', (_, protocol) => {
  it('is in no log line, and in no error other than the failure of a request', async () => {
    const lines: string[] = [];
    const log = (...line: unknown[]): void => void lines.push(JSON.stringify(line), String(line[0]));
    const stage = stageFor(protocol, { logger: { debug: log, info: log, warn: log, error: log } });
    await sayEverything(stage, FORGED, hints);
    expect(lines.length).toBeGreaterThan(10);
    expect(stage.errors.map(({ code }) => code)).toContain('malformed-frame');
    const words = [
      ...lines,
      ...stage.errors.flatMap((error) => [error.message, JSON.stringify(error.details)]),
    ];
    expect(words.filter((line) => /forged|\p{Cc}/u.test(line))).toEqual([]);
  });

  it('is in no address, apart from an escaped id and a number', async () => {
    const stage = stageFor(protocol);
    await sayEverything(stage, FORGED, hints);
    expect(stage.sockets.made.length).toBeGreaterThan(2);
    const known = /^(room|token|access_token|connection_id|sequence_number|posted_ack|disconnect_err_code)$/;
    const ids = new Set<string>();
    for (const { url } of stage.sockets.made) {
      const { protocol: scheme, host, pathname, hash, searchParams } = new URL(url);
      expect([scheme, host, pathname, hash]).toEqual(['wss:', 'h.test:8443', '/some/path', '']);
      for (const [name, value] of searchParams) {
        expect(name).toMatch(known);
        if (name === 'connection_id') ids.add(value);
        else expect(value).toMatch(/^(1|tok-4711|\d+|)$/);
      }
      expect(new Set(searchParams.keys()).size).toBe([...searchParams].length);
      expect(url).not.toMatch(/[\p{Cc}\s]/u);
    }
    expect([...ids]).toContain(`session ${FORGED}`);
  });

  it('changes no timer', async () => {
    const delaysOf = async (said: string, more: object): Promise<readonly unknown[]> => {
      const stage = stageFor(protocol);
      const spy = vi.spyOn(globalThis, 'setTimeout');
      await sayEverything(stage, said, more);
      const delays = spy.mock.calls.map(([, delayMs]) => delayMs);
      spy.mockRestore();
      stage.service.dispose();
      vi.useRealTimers();
      return delays;
    };
    const usual = await delaysOf('nothing', {});
    expect(usual.length).toBeGreaterThan(10);
    expect(await delaysOf('retry in 0 ms', hints)).toEqual(usual);
    expect(Math.max(...usual.map(Number))).toBeLessThanOrEqual(60_000);
  });
});

describe.each(each)('%s: the id of a session', (_, protocol) => {
  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(257)],
    ['a number', 4711],
    ['an object', { toString: 'x' }],
    ['a list', ['x']],
    ['true', true],
  ])('that is %s is a malformed hello', async (__, id) => {
    const { service, errors, sockets, pass, up } = setUp({ protocol });
    const socket = await up();
    service.reconnect();
    await pass();
    sockets.last.accept();
    sockets.last.say({ event: 'hello', data: { connection_id: id }, seq: 0 });
    expect(errors.map(({ details }) => details['reason'])).toEqual(['bad-hello']);
    expect(service.store.getState().connectionId).toBe('session-1');
    expect(socket.url).not.toContain('4711');
  });

  it.each([
    ['of 256 signs', 'x'.repeat(256)],
    ['that would be parameters', 'x&sequence_number=0&token=forged#y'],
    ['with lines of a header', 'x\r\nHost: forged.test\r\n\r\n'],
    ['that climbs', '../../%2e%2e/%00'],
    ['of other scripts', '\u202eдруг\u2028😀'],
  ])('%s is escaped in the address', async (__, id) => {
    const { service, sockets, pass, up } = setUp({ protocol });
    const socket = await up();
    socket.say(hello(id));
    socket.hangUp(1006);
    await pass(3_010);
    const { searchParams, pathname } = new URL(sockets.last.url);
    expect(searchParams.getAll('connection_id')).toEqual([id]);
    expect(searchParams.getAll('sequence_number')).toEqual(['1']);
    expect(pathname).toBe('/ws');
    expect(service.store.getState().connectionId).toBe(id);
  });
});

describe.each(each)('%s: the reason of a close', (_, protocol) => {
  it('is stripped of control characters and cut off after 123 characters', async () => {
    const { service, up } = setUp({ protocol });
    const socket = await up();
    const control = String.fromCharCode(...Array.from({ length: 0xa0 }, (__, code) => code)).replace(
      /[ -~]/g,
      '',
    );
    socket.hangUp(4000, `a${control}b${'c'.repeat(500)}`);
    expect(service.store.getState().lastClose?.reason).toBe(`ab${'c'.repeat(121)}`);
  });

  it('does not affect what happens; only the code does', async () => {
    const { service, up } = setUp({ protocol });
    const socket = await up();
    socket.hangUp(4000, 'fatal auth 4401 retry=0');
    expect(service.store.getState()).toMatchObject({ status: 'reconnecting', reconnectAttempts: 1 });
  });
});
