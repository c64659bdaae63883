/** Secrets that nothing can recognise are not redacted, exactly as docs/security.md says. */
import type { IWebSocketConfig } from 'everwire/core';
import { describe, expect, it } from 'vitest';
import { type SecurityStage, setUp } from './stage.ts';

/** The reason of a close that the state shows, with this token in use. */
async function shownReason(token: string, reason: string): Promise<string | undefined> {
  const { service, up } = setUp({ token, auth: 'query' });
  const socket = await up();
  socket.hangUp(4000, reason);
  return service.store.getState().lastClose?.reason;
}

async function errorsOf(config: Partial<IWebSocketConfig>): Promise<SecurityStage['errors']> {
  const stage = setUp(config);
  stage.service.connect(stage.config);
  await stage.pass();
  return stage.errors;
}

describe('a token', () => {
  it('of three characters is not redacted; one of four is', async () => {
    expect(await shownReason('abc', 'not abc')).toBe('not abc');
    expect(await shownReason('abcd', 'not abcd')).toBe('not [redacted]');
  });

  it('is not recognised in a part of it, nor in its hash', async () => {
    expect(await shownReason('abcd-4711', 'not abcd')).toBe('not abcd');
    expect(await shownReason('abcd-4711', 'not 1174-dcba')).toBe('not 1174-dcba');
  });

  it('that was never used is not redacted', async () => {
    const [error] = await errorsOf({ token: () => Promise.reject(new Error('refused: abcd-4711')) });
    expect(error?.message).toContain('abcd-4711');
  });

  it('is redacted while it is one of the last ten', async () => {
    const { service, config, up } = setUp({ identity: 'ann', auth: 'query' });
    const socket = await up({ token: 'token-a' });
    for (const letter of 'bcdefghijk') service.connect({ ...config, token: `token-${letter}` });
    socket.hangUp(4000, 'token-a token-b token-k');
    expect(service.store.getState().lastClose?.reason).toBe('token-a [redacted] [redacted]');
  });
});

describe('an address', () => {
  it('is shown with its path', async () => {
    const [error] = await errorsOf({ url: 'ftp://h.test/ticket-4711?key=hidden' });
    expect(error?.message).toContain('h.test/ticket-4711?…');
    expect(error?.message).not.toContain('hidden');
  });

  it('has secrets in its query that are not redacted in text from a server', async () => {
    const { service, up } = setUp({ url: 'wss://h.test/?key=abcd-4711' });
    const socket = await up();
    socket.hangUp(4000, 'not abcd-4711');
    expect(service.store.getState().lastClose?.reason).toBe('not abcd-4711');
  });
});

describe("the app's own functions", () => {
  it('throw an error that becomes the cause, unless it contains a token', async () => {
    const { service, errors, up } = setUp({ token: 'abcd-4711' });
    const quiet = Object.assign(new Error('no'), { token: 'abcd-4711' });
    const loud = new Error('no abcd-4711');
    const harmless = new Error('no');
    for (const thrown of [quiet, loud, harmless]) {
      service.event$('tick').subscribe(() => {
        throw thrown;
      });
    }
    const socket = await up();
    socket.say({ event: 'tick' });
    expect(errors.map(({ cause }) => cause)).toEqual([undefined, undefined, harmless]);
  });

  it('receive the close reason exactly as the server wrote it', async () => {
    const reasons: string[] = [];
    const closePolicy = ({ reason }: { readonly reason: string }): 'retry' => {
      reasons.push(reason);
      return 'retry';
    };
    const { up } = setUp({ token: 'abcd-4711', closePolicy });
    const socket = await up();
    socket.hangUp(4000, 'not abcd-4711');
    expect(reasons).toEqual(['not abcd-4711']);
  });
});
