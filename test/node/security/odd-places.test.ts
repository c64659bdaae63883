/** Leaks that were fixed once stay fixed: secrets in unusual places, and servers that behave unusually. */
import { describe, expect, it, vi } from 'vitest';
import { findSecret } from '../../support/canary.ts';
import { protocols } from './modes.ts';
import { createPuppets, type Puppet } from './puppet.ts';
import { hello, idOf, setUp } from './stage.ts';

const T = 'canary-4711-zebra';

function logged() {
  const lines: unknown[] = [];
  const log = (...line: unknown[]): void => void lines.push(line);
  return { lines, logger: { debug: log, info: log, warn: log, error: log } };
}

const reasonAfter = async (token: string, said: string): Promise<unknown> => {
  const { service, up } = setUp({ token, auth: 'query' });
  (await up()).hangUp(4000, said);
  return service.store.getState().lastClose?.reason;
};

describe('errors and logs contain no token and no secret of the url', () => {
  it.each(['closePolicy', 'backoff'])('if %s returns a string instead of a valid answer', async (option) => {
    const { lines, logger } = logged();
    const { errors, up } = setUp({ token: T, logger, [option]: () => `bad ${T}` });
    (await up()).hangUp(4000, `bad ${T}`);
    expect(findSecret([lines, errors], T)).toEqual([]);
  });

  it.each([
    ['no scheme', `user:${T}@h.test/ws#x`],
    ['no scheme, no address', `user:${T}@exa mple.test`],
    ['an @ in the password', `ftp://user:p@${T}@h.test/ws`],
    ['one slash', `wss:/user:${T}@h.test/ws#x`],
    ['no slash', `wss:user:${T}@h.test/ws#x`],
    ['backslashes', `https:\\\\user:${T}@h.test\\ws#x`],
  ])('if a url with a password is invalid: %s', (_, url) => {
    const { service, config, errors } = setUp();
    service.connect({ ...config, url });
    expect(errors).toHaveLength(1);
    expect(findSecret([errors, service.store.getState()], T)).toEqual([]);
  });

  it('if a known token is in the path of an invalid url', async () => {
    const { service, config, errors, up } = setUp({ token: T });
    await up();
    service.connect({ ...config, url: `ftp://h.test/${T}` });
    expect(findSecret(errors, T)).toEqual([]);
  });

  it.each(['fields', 'cause', 'object'])(
    'if a handler throws something with the token in its %s',
    async (where) => {
      const thrown = {
        fields: Object.assign(new Error('401'), { config: { headers: { authorization: `Bearer ${T}` } } }),
        cause: new Error('401', { cause: new Error(T) }),
        object: { token: T },
      }[where];
      const { service, errors, up } = setUp({ token: T });
      service.event$('a').subscribe(() => {
        throw thrown;
      });
      (await up()).say({ event: 'a' });
      expect(findSecret(errors, T)).toEqual([]);
    },
  );

  it("if the token is passed with auth 'none'", async () => {
    const { service, errors, up } = setUp({ token: T, auth: 'none' });
    service.event$('a').subscribe(() => {
      throw new Error(`not ${T}`);
    });
    (await up()).say({ event: 'a' });
    expect(findSecret(errors, T)).toEqual([]);
  });
});

describe('a token is redacted in every encoding', () => {
  it.each([
    ['%2f instead of %2F', 'can/ary+4711', 'can%2fary%2b4711'],
    ['+ for a space', 'canary 4711 x', 'canary+4711+x'],
    ['base64, not base64url', 'canary-4711?>zebra', btoa('canary-4711?>zebra')],
    ['without the line end that it was given with', 'canary-4711\n', 'canary-4711'],
    ['as JSON', 'can"ary4711', 'can\\"ary4711'],
  ])('%s', async (_, token, said) => {
    expect(await reasonAfter(token, said)).toBe('[redacted]');
  });

  it('without leaving the rest of an older token with the same beginning', async () => {
    const { service, config, up } = setUp({ identity: 'ann', auth: 'query' });
    const socket = await up({ token: 'canary-4711-older' });
    service.connect({ ...config, token: 'canary-4711' });
    socket.hangUp(4000, 'canary-4711-older');
    expect(service.store.getState().lastClose?.reason).toBe('[redacted]');
  });

  it('and counts as new when it is used again later', async () => {
    const { service, config, up } = setUp({ identity: 'ann', auth: 'query' });
    const socket = await up({ token: 'token-a' });
    for (const letter of 'bcdefghijak') service.connect({ ...config, token: `token-${letter}` });
    socket.hangUp(4000, 'token-a');
    expect(service.store.getState().lastClose?.reason).toBe('[redacted]');
  });
});

describe('the connection_id is in no error or log', () => {
  it('in the rejection of a request', async () => {
    const { service, up } = setUp();
    const socket = await up();
    const refused = service.request('ask').catch((error: unknown) => error);
    socket.say({ seq_reply: idOf(socket.sent.at(-1)), status: 'FAIL', error: { message: 'no session-1' } });
    expect(findSecret(await refused, 'session-1')).toEqual([]);
  });

  it.each(['handler', 'closePolicy', 'token function'])('if a %s quotes it', async (who) => {
    const { lines, logger } = logged();
    const fail = (): never => {
      throw new Error('no session-1');
    };
    let asked = 0;
    const token = (): string => {
      asked += 1;
      return asked > 1 && who === 'token function' ? fail() : T;
    };
    const { service, errors, up, pass } = setUp({
      logger,
      token,
      ...(who === 'closePolicy' && { closePolicy: fail }),
    });
    if (who === 'handler') service.event$('a').subscribe(fail);
    const socket = await up();
    socket.say({ event: 'a' });
    socket.hangUp(4000);
    await pass(3_010);
    expect(findSecret([lines, errors.map(String)], 'session-1')).toEqual([]);
  });
});

describe("a server can't", () => {
  it.each(protocols.map((p) => [p.name, p] as const))(
    '%s: stop all attempts with an id of half a surrogate pair',
    async (_, protocol) => {
      const { service, sockets, up, pass } = setUp({ protocol });
      const socket = await up();
      socket.say('{"event":"hello","data":{"connection_id":"x\\ud800"},"seq":0}');
      socket.hangUp(1006);
      await pass(600_000);
      service.reconnect();
      await pass(10);
      expect(sockets.made.length).toBeGreaterThan(1);
    },
  );

  it.each(protocols.map((p) => [p.name, p] as const))(
    '%s: cause a loop, even with minUptime 0',
    async (_, protocol) => {
      let n = 0;
      const { service, config, sockets, pass } = setUp({ protocol, minUptime: 0 }, (puppet: Puppet) => {
        setTimeout(() => {
          n += 1;
          puppet.accept();
          puppet.say(hello(`s${n}`));
          setTimeout(() => puppet.say({ event: 'x', seq: 99 }), 20);
        }, 20);
      });
      service.connect(config);
      await pass(60_000);
      expect(sockets.made.length).toBeLessThan(50);
    },
  );

  it('make us search a reply without a request', async () => {
    const puppets = createPuppets();
    vi.useRealTimers();
    const { service } = setUp();
    vi.useRealTimers();
    for (let n = 0; n < 10; n += 1) {
      service.connect({
        url: 'wss://h.test',
        WebSocket: puppets.WebSocket,
        identity: 'ann',
        token: `${T}-${n}`,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    puppets.last.accept();
    const frame = JSON.stringify({ seq_reply: 99, status: 'FAIL', error: { a: new Array(500_000).fill(1) } });
    // The best of several, because a busy machine may take its time in the middle of one.
    const ratios = Array.from({ length: 5 }, () => {
      const before = performance.now();
      JSON.parse(frame);
      const parsed = performance.now();
      puppets.last.say(frame);
      return (performance.now() - parsed) / (parsed - before);
    });
    expect(Math.min(...ratios)).toBeLessThan(5);
  });

  it('put control characters or unlimited text into an error', async () => {
    const { service, up } = setUp();
    const socket = await up();
    const refused = service.request('ask').catch((error: Error) => error);
    const message = `\r\n2026-01-01 ERROR forged\u001b[2J${'x'.repeat(1_000_000)}`;
    socket.say({ seq_reply: idOf(socket.sent.at(-1)), status: 'FAIL', error: { message } });
    const error = (await refused) as Error;
    expect(error.message).not.toMatch(/\p{Cc}/u);
    expect(error.message.length).toBeLessThan(2_000);
  });

  it('put separators or bidirectional control characters into a close reason', async () => {
    expect(await reasonAfter(T, 'a\u2028b\u2029c\u202ed')).toBe('abcd');
  });

  it('block a session with the largest possible sequence number', async () => {
    const { events, missed, up } = setUp();
    const socket = await up();
    socket.say(hello('s', Number.MAX_SAFE_INTEGER));
    socket.say({ event: 'a', seq: 1 });
    expect([events.at(-1)?.event, missed.at(-1)?.reason]).not.toEqual(['hello', 'new-session']);
  });
});

describe('errors and silence of other code', () => {
  it('an Error whose message is not a string is reported like any other', async () => {
    const { service, errors, up } = setUp({ token: T });
    service.event$('a').subscribe(() => {
      throw Object.assign(new Error(), { message: { text: 'no' } });
    });
    const socket = await up();
    socket.say({ event: 'a' });
    expect(() => vi.advanceTimersByTime(10)).not.toThrow();
    expect(errors).toHaveLength(1);
  });

  it('a socket that fires error, is closed, and never fires close fails at once', async () => {
    class Blocked {
      readyState = 3;
      binaryType = '';
      bufferedAmount = 0;
      onopen = null;
      onmessage = null;
      onclose = null;
      onerror: ((event: object) => void) | null = null;
      constructor() {
        setTimeout(() => this.onerror?.({ type: 'error' }), 3);
      }
      send(): void {}
      close(): void {}
    }
    const { service, config, pass } = setUp();
    service.connect({ ...config, WebSocket: Blocked as never });
    await pass(1_000);
    expect(service.store.getState().status).toBe('reconnecting');
  });
});
