/** A session that is kept in a cookie: the token function renews it, and nothing is sent. In virtual time. */
import { mattermostProtocol } from 'everwire/mattermost';
import { describe, expect, it, vi } from 'vitest';
import { rig } from '../../support/fake.ts';

describe("auth: 'cookie'", () => {
  it.each([
    ['a string', 'not for the wire'],
    ['nothing', undefined],
    ['an empty string', ''],
  ])('asks the token function before each attempt, and sends nothing of %s', async (_, result) => {
    const { server, service, config, errors, pass } = rig();
    const reasons: string[] = [];
    const renew = ({ reason }: { reason: string }) => {
      reasons.push(reason);
      return Promise.resolve(result);
    };
    service.connect({ ...config, auth: 'cookie', token: renew });
    await pass();
    server.drop();
    await pass(4_000);
    expect(reasons).toEqual(['initial', 'reconnect']);
    expect(
      server.handshakes.map(({ url, token }) => [new URL(url).searchParams.get('token'), token]),
    ).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(server.received.map(({ event }) => event)).not.toContain('authenticate');
    expect(errors).toEqual([]);
  });

  it('renews the cookie after 4401 and connects at once; a second refusal is unauthorized', async () => {
    const { server, service, config, pass } = rig();
    const reasons: string[] = [];
    const renew = ({ reason, signal }: { reason: string; signal: AbortSignal }) => {
      expect(signal.aborted).toBe(false);
      reasons.push(reason);
    };
    service.connect({ ...config, auth: 'cookie', token: renew });
    await pass(7_000);
    server.close(4401);
    await pass(50);
    expect(reasons).toEqual(['initial', 'unauthorized']);
    expect(service.isConnected()).toBe(true);
    const stop = server.onChange(() => {
      if (server.connections.length > 0) server.close(4401);
    });
    server.close(4401);
    await pass(60_000);
    stop();
    expect(service.store.getState().reason).toBe('unauthorized');
  });

  it('reports what the token function throws, and tries again', async () => {
    const { service, config, errors, pass } = rig();
    const renew = vi.fn(() => {
      if (renew.mock.calls.length === 1) throw new Error('no session');
    });
    service.connect({ ...config, auth: 'cookie', token: renew });
    await pass(4_000);
    expect(errors).toMatchObject([{ code: 'token-failed', message: expect.stringContaining('no session') }]);
    expect(service.isConnected()).toBe(true);
  });

  it('needs no token function, and sends no string', async () => {
    const { server, service, config, pass } = rig();
    service.connect({ url: config.url, WebSocket: server.WebSocket, auth: 'cookie' });
    await pass();
    service.connect({ ...config, auth: 'cookie', token: 'a-string' } as never);
    await pass();
    expect(service.isConnected()).toBe(true);
    expect(server.handshakes.every(({ token }) => token === null)).toBe(true);
  });

  it('works with every protocol', async () => {
    const { server, service, config, pass } = rig();
    const renew = vi.fn(() => undefined);
    service.connect({ ...config, protocol: mattermostProtocol, auth: 'cookie', token: renew });
    await pass();
    expect(renew).toHaveBeenCalledOnce();
    expect(server.handshakes).toHaveLength(1);
    expect(server.received.map(({ event }) => event)).not.toContain('authentication_challenge');
  });
});

describe('a url function', () => {
  it('is told why it is asked, and when the answer is not needed any more', async () => {
    const { server, service, config, pass } = rig();
    const asked: { reason: string; signal: AbortSignal }[] = [];
    const url: typeof config.url = (context) => {
      asked.push(context);
      return server.url;
    };
    service.connect({ ...config, token: 'a-string', url });
    await pass(7_000);
    server.drop();
    await pass(10_000);
    server.close(4401);
    await pass(50);
    expect(asked.map(({ reason }) => reason)).toEqual(['initial', 'reconnect', 'unauthorized']);
    expect(service.isConnected()).toBe(true);
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true, false]);
  });

  it.each([4401, 4403])('is told so after %d also if closePolicy only tries again', async (code) => {
    const { server, service, config, pass } = rig();
    const reasons: string[] = [];
    const url: typeof config.url = ({ reason }) => {
      reasons.push(reason);
      return server.url;
    };
    service.connect({ ...config, url, closePolicy: () => 'retry' });
    await pass();
    server.close(code);
    await pass(4_000);
    server.close(1000);
    await pass(4_000);
    expect(reasons).toEqual(['initial', 'unauthorized', 'reconnect']);
  });
});
