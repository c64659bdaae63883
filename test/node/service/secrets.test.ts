/** The token appears nowhere but on the wire. Everything visible is searched for it after every step. */
import { createWebSocketService } from 'everwire/core';
import { describe, expect, it, vi } from 'vitest';
import { findSecret } from '../../support/canary.ts';
import { chapters } from '../security/chapters.ts';
import { runTimers, startLife } from '../security/life.ts';
import { CONNECTION_ID, modes, protocols, quotes, TOKEN } from '../security/modes.ts';
import { hello } from '../security/stage.ts';
import { createWatch } from '../security/watch.ts';

const isFull = process.env['EVERWIRE_RELIABILITY'] === 'full';

/** One of each protocol has all chapters in a row, and `npm run reliability` has them in every mode: they take longest. */
const rowModes = new Set(protocols.map((protocol) => modes.find((mode) => mode.protocol === protocol)));

describe.each(modes.map((mode) => [mode.name, mode] as const))('%s', (_, mode) => {
  it.each(chapters.map((chapter) => [chapter.title, chapter] as const))(
    'publishes no secret when %s',
    async (_, chapter) => {
      const life = startLife(mode);
      await chapter.act(life);
      await runTimers(life);
      expect(life.findings).toEqual([]);
      const expected = mode.token === 'none' ? (chapter.codesWithoutToken ?? chapter.codes) : chapter.codes;
      expect([...life.codes]).toEqual(expect.arrayContaining([...expected]));
      expect(life.watch.heard.get('log')).toBeGreaterThan(0);
      expect(life.watch.heard.get('state')).toBeGreaterThan(1);
    },
  );

  it.runIf(isFull || rowModes.has(mode))('publishes no secret in all of these in a row', async () => {
    const life = startLife(mode);
    for (const chapter of chapters) {
      await chapter.act(life);
      life.look(chapter.title);
    }
    await runTimers(life);
    expect(life.findings).toEqual([]);
  });

  it('the search works: it finds the secrets on the wire', async () => {
    const { service, sockets, up } = startLife(mode);
    const socket = await up();
    socket.say(hello(CONNECTION_ID));
    service.reconnect();
    await vi.advanceTimersByTimeAsync(10);
    sockets.last.accept();
    const wire = sockets.made.map(({ url, protocols, sent }) => [url, protocols, sent]);
    expect(findSecret(wire, CONNECTION_ID)).not.toEqual([]);
    expect(findSecret(wire, TOKEN).length).toBe(mode.token === 'none' ? 0 : 2);
  });
});

describe('the search for secrets', () => {
  it.each([...quotes, Buffer.from(`a${TOKEN}`).toString('base64'), JSON.stringify({ TOKEN })])(
    'finds a secret in the encoding %s',
    (spelling) => {
      expect(findSecret([new Map([['x', { y: new Set([`<${spelling}>`]) }]])], TOKEN)).toHaveLength(1);
      expect(findSecret({ [spelling]: 1 }, TOKEN)).toHaveLength(1);
      expect(findSecret(new Error('x', { cause: new Error(spelling) }), TOKEN).length).toBeGreaterThan(0);
    },
  );

  it('looks behind getters and at any depth', () => {
    class Hidden {
      get token(): string {
        return TOKEN;
      }
    }
    let deep: unknown = new Hidden();
    for (let level = 0; level < 200_000; level += 1) deep = [deep];
    expect(findSecret(deep, TOKEN)).not.toEqual([]);
  });

  it('looks in every place that an app can read', () => {
    const watch = createWatch();
    const service = createWebSocketService();
    watch.follow(service);
    watch.logger.info('x', { token: TOKEN });
    watch.note('rejection', new Error(TOKEN));
    vi.spyOn(console, 'info').mockImplementation(() => undefined);
    console.info(TOKEN);
    vi.stubGlobal('leak', TOKEN);
    service.store.setState({ lastEventId: TOKEN });
    const places = watch.findings({ nowhere: [TOKEN] }).map((place) => place.split(':')[0]);
    vi.unstubAllGlobals();
    service.dispose();
    expect(new Set(places)).toEqual(new Set(['log', 'rejection', 'state', 'console', 'global']));
  });

  it('finds a secret that was published only for a moment', () => {
    const watch = createWatch();
    const service = createWebSocketService();
    watch.follow(service);
    service.store.setState({ lastEventId: TOKEN });
    service.store.setState({ lastEventId: null });
    service.dispose();
    expect(watch.findings({ nowhere: [TOKEN] })).not.toEqual([]);
  });
});

describe('data from the server', () => {
  it('is delivered unchanged, even with a token in it', async () => {
    const [mode] = modes;
    if (mode === undefined) throw new Error('no mode');
    const { service, events, up } = startLife(mode);
    const socket = await up();
    socket.say({ event: 'tick', data: { token: TOKEN }, seq: 1 });
    await vi.advanceTimersByTimeAsync(10);
    expect(events.at(-1)?.data).toEqual({ token: TOKEN });
    expect(service.store.getState().lastEvents.get('tick')?.data).toEqual({ token: TOKEN });
  });
});
