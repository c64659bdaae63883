/** Who a client is: tokens in the handshake and in messages, and guests. */

import { createWebSocketService } from 'everwire/core';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { dial, resumeAfter, startHub } from '../../support/hub.ts';

/** Lets in everybody, as a guest or as the user of the token. */
const withGuests = ({ token }: { token: string | undefined }) =>
  (token === 'wrong' ? null : { id: token ?? 'guest' }) as never;

const signIn = { event: 'authenticate', data: { token: 'ada' }, seq: 1 };

describe('a hub that lets in guests, and has tokens in messages', () => {
  const options = { authenticate: withGuests, tokenIn: 'message' as const };

  it('takes a client with a token for its user, on each of its links', async () => {
    await using running = await startHub(options);
    const client = dial(running.url, {});
    client.send(signIn);
    expect(await client.next()).toEqual({ seq_reply: 1, status: 'OK' });
    const hello = await client.next();
    await running.hub.publish({ user: 'ada' }, 'n', 1);
    expect(await client.next()).toMatchObject({ data: 1, seq: 1 });
    client.socket.terminate();
    await running.hub.publish({ user: 'ada' }, 'n', 2);
    const { token: _, ...query } = resumeAfter('ada', hello, { seq: 1, position: hello['position'] });
    const again = dial(running.url, query);
    again.send(signIn);
    const frames = await again.until(({ data }) => data === 2);
    expect(frames.some(({ event }) => event === 'hello')).toBe(false);
  });

  it('takes one whose first message is another for a guest, and one that says nothing after five seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      await using running = await startHub(options);
      const guest = dial(running.url, {});
      guest.send({ event: 'say', seq: 1 });
      expect(await guest.next()).toMatchObject({ event: 'hello' });
      const silent = dial(running.url, {});
      await expect.poll(() => running.hub.stats().sockets).toBe(2);
      await vi.advanceTimersByTimeAsync(5_000);
      expect(await silent.next()).toMatchObject({ event: 'hello' });
      await running.hub.publish({ user: 'guest' }, 'n', 1);
      expect(await silent.next()).toMatchObject({ data: 1 });
    } finally {
      vi.useRealTimers();
    }
  });

  it('refuses a wrong token with 4401, without an answer before', async () => {
    await using running = await startHub(options);
    const client = dial(running.url, {});
    client.send({ ...signIn, data: { token: 'wrong' } });
    expect(await client.closed).toBe(4401);
    await expect(client.next()).rejects.toThrow();
  });

  it("serves Everwire's client with auth: 'message'", async () => {
    await using running = await startHub(options);
    const service = createWebSocketService();
    const missed: unknown[] = [];
    service.missed$.subscribe((notice) => missed.push(notice));
    const seen: unknown[] = [];
    service.event$('n').subscribe(({ data }) => seen.push(data));
    service.connect({ url: running.url, token: 'ada', auth: 'message', WebSocket } as never);
    try {
      await expect.poll(() => service.store.getState().connectionId).not.toBeNull();
      await running.hub.publish({ user: 'ada' }, 'n', 1);
      await expect.poll(() => seen).toEqual([1]);
      expect(missed).toEqual([]);
    } finally {
      service.dispose();
    }
  });
});

describe('a token in a message, though the client was let in without one', () => {
  it('counts if it comes before the answer of authenticate', async () => {
    let letIn: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      letIn = resolve;
    });
    await using running = await startHub({
      authenticate: async ({ token }) => {
        if (token === undefined) await asked;
        return { id: token ?? 'guest' } as never;
      },
    });
    const client = dial(running.url, {});
    client.send(signIn);
    // It is answered at once, so the token was received before.
    client.send({ event: 'ping', seq: 2 });
    expect(await client.next()).toMatchObject({ seq_reply: 2 });
    letIn();
    expect(await client.next()).toMatchObject({ seq_reply: 1, status: 'OK' });
    expect(await client.next()).toMatchObject({ event: 'hello' });
    await running.hub.publish({ user: 'ada' }, 'n', 1);
    await client.until(({ data }) => data === 1);
  });

  it('is accepted for the same user, and ends the link of another one, with words for the developer', async () => {
    const errors: unknown[] = [];
    await using running = await startHub({
      authenticate: withGuests,
      logger: { info() {}, warn() {}, error: (...all) => errors.push(all) },
    });
    const same = dial(running.url, {});
    await same.next();
    same.send({ ...signIn, data: { token: 'guest' } });
    expect(await same.next()).toEqual({ seq_reply: 1, status: 'OK' });
    expect(errors).toEqual([]);
    const other = dial(running.url, {});
    await other.next();
    other.send(signIn);
    expect(await other.closed).toBe(4401);
    expect(JSON.stringify(errors)).toContain('tokenIn');
  });
});
