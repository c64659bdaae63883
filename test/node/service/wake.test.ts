/** Signals of the page wake a waiting connection, and nothing else. */
import { describe, expect, it, vi } from 'vitest';
import { connectedRig, rig } from '../../support/fake.ts';
import { installPage, type Page } from '../../support/page.ts';

/** The signals, as a page fires them. */
const signals: readonly [name: string, fire: (page: Page) => void][] = [
  ['online', (page) => page.fire('online')],
  ['focus', (page) => page.fire('focus')],
  ['pageshow', (page) => page.fire('pageshow', { persisted: false })],
  ['visible', (page) => page.setVisibility('visible')],
  ['resume', (page) => page.fire('resume')],
  ['a clock that jumped', () => void vi.setSystemTime(Date.now() + 3_600_000)],
];

const slow = { reconnectDelay: 200_000, reconnectDelayMax: 200_000, reconnectAttempts: 3 };

describe('while waiting', () => {
  it.each(signals)('%s starts an attempt within 2 s', async (name, fire) => {
    const page = installPage();
    const { server, service, pass } = await connectedRig({}, { ...slow, random: () => 0.5 });
    server.drop();
    await pass(1_000);
    expect(service.store.getState().status).toBe('reconnecting');
    fire(page);
    // The clock is checked every 10 s.
    if (name.startsWith('a clock')) await pass(9_000);
    await pass(900);
    expect(server.attempts).toBe(1);
    const inMs = Number(service.store.getState().nextRetryAt) - Date.now();
    expect(inMs).toBeGreaterThanOrEqual(0);
    expect(inMs).toBeLessThanOrEqual(1_100);
    await pass(200);
    expect(service.isConnected()).toBe(true);
  });

  it('offline, hidden and blur do nothing', async () => {
    const page = installPage();
    const { server, pass } = await connectedRig({}, slow);
    server.drop();
    await pass();
    page.fire('offline');
    page.fire('blur');
    page.setVisibility('hidden');
    await pass(100_000);
    expect(server.attempts).toBe(1);
  });

  it('leaves no second timer: the next attempt starts when it is due, not earlier', async () => {
    const page = installPage();
    const { server, service, pass } = await connectedRig({}, { reconnectDelay: 8_000 });
    server.refuse();
    server.drop();
    await pass(1_000);
    page.fire('online');
    await pass(100);
    expect(server.attempts).toBe(2);
    const dueAt = service.store.getState().nextRetryAt;
    await pass(7_500);
    expect(service.store.getState().nextRetryAt).toBe(dueAt);
    expect(server.attempts).toBe(2);
    await pass(600);
    expect(server.attempts).toBe(3);
  });

  it('causes one attempt per 5 s, which more signals never delay', async () => {
    const page = installPage();
    const { server, pass } = await connectedRig({}, { ...slow, reconnectAttempts: Infinity });
    server.drop();
    server.refuse();
    await pass();
    for (let tenth = 0; tenth < 300; tenth += 1) {
      page.fire('online');
      page.fire('focus');
      await pass(100);
    }
    expect(server.attempts - 1).toBeGreaterThanOrEqual(6);
    expect(server.attempts - 1).toBeLessThanOrEqual(7);
  });
});

describe('a wake signal just before a loss', () => {
  it('shortens the wait too: a page that thaws gets the signal first, then the close of its dead link', async () => {
    const page = installPage();
    const { server, service, pass } = await connectedRig({}, slow);
    await pass(60_000);
    page.fire('resume');
    page.setVisibility('visible');
    page.fire('focus');
    server.drop();
    await pass(2_100);
    expect(service.isConnected()).toBe(true);
  });

  it('shortens the wait after an attempt that was under way', async () => {
    const page = installPage();
    const backoff = ({ failures }: { failures: number }): number => (failures === 1 ? 1_000 : 200_000);
    const { server, service, pass } = await connectedRig({}, { backoff });
    server.stall(1);
    server.drop();
    await pass(1_500);
    page.fire('online');
    expect(server.attempts).toBe(2);
    await pass(17_000);
    expect(server.attempts).toBe(3);
    expect(service.isConnected()).toBe(true);
  });

  it('does not count if it came long before the loss', async () => {
    const page = installPage();
    const { server, service, pass } = await connectedRig({}, slow);
    await pass(60_000);
    page.fire('focus');
    await pass(5_500);
    server.drop();
    await pass(100_000);
    expect(service.store.getState().status).toBe('reconnecting');
    expect(server.attempts).toBe(1);
  });

  it('does not count if the server asks clients to spread out', async () => {
    const page = installPage();
    const { server, pass } = await connectedRig({}, { restartSpread: 60_000, random: () => 0.5 });
    await pass(10_000);
    page.fire('focus');
    server.close(1012);
    await pass(30_000);
    expect(server.attempts).toBe(1);
  });
});

describe('after giving up', () => {
  it('keeps only the listeners of the page; a signal starts over', async () => {
    const page = installPage();
    const { server, service, pass } = await connectedRig({}, { reconnectAttempts: 1 });
    server.refuse();
    server.drop();
    await pass(10_000);
    expect(service.store.getState().reason).toBe('attempts-exhausted');
    expect(page.listeners).toBeGreaterThan(0);
    expect(vi.getTimerCount()).toBe(0);
    server.refuse(false);
    page.fire('online');
    expect(service.store.getState()).toMatchObject({
      status: 'reconnecting',
      reconnectAttempts: 0,
      error: null,
    });
    await pass(100);
    expect(service.isConnected()).toBe(true);
  });
});

describe('a connection that the caller stopped', () => {
  it.each(signals)('%s does not bring it back, and there is no listener', async (_, fire) => {
    const page = installPage();
    const { server, service, pass } = await connectedRig();
    expect(page.listeners).toBeGreaterThan(0);
    service.disconnect();
    expect(page.listeners).toBe(0);
    fire(page);
    await pass(60_000);
    expect(server.attempts).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has no listener before connect, nor after a fatal close or dispose', async () => {
    const page = installPage();
    const { server, service, config, pass } = rig();
    expect(page.listeners).toBe(0);
    service.connect({ ...config, closePolicy: () => 'fatal' });
    await pass();
    expect(page.listeners).toBeGreaterThan(0);
    server.close(4000);
    await pass();
    expect(service.store.getState().reason).toBe('fatal-close');
    expect(page.listeners).toBe(0);
    service.connect({ ...config, closePolicy: () => 'retry' });
    await pass();
    service.dispose();
    expect(page.listeners).toBe(0);
  });
});

describe('while connected', () => {
  it.each([...signals.slice(0, 5), ['offline', (page: Page) => page.fire('offline')] as const])(
    '%s sends a ping, and keeps the link if it is answered',
    async (_, fire) => {
      const page = installPage();
      const { server, service, pass } = await connectedRig();
      await pass(20_000);
      const before = server.received.length;
      fire(page);
      await pass(20_000);
      expect(server.received.slice(before).map(({ event }) => event)).toEqual(['ping']);
      expect(server.attempts).toBe(1);
      expect(service.isConnected()).toBe(true);
    },
  );

  it('finds a dead link in 5 s', async () => {
    const page = installPage();
    const { server, service, pass } = await connectedRig({ resume: 'takeover' });
    await pass(10_000);
    server.freeze();
    page.fire('online');
    await pass(5_100);
    expect(server.attempts).toBe(2);
    expect(service.isConnected()).toBe(true);
  });

  it('sends one ping per second for many signals', async () => {
    const page = installPage();
    const { server, pass } = await connectedRig();
    await pass(10_000);
    const before = server.received.length;
    for (let count = 0; count < 40; count += 1) {
      page.fire('focus');
      page.fire('online');
      await pass(100);
    }
    expect(server.received.length - before).toBeLessThanOrEqual(5);
  });
});

describe('a page that is put into the back/forward cache', () => {
  it('closes the link, and resumes the session when it is shown: no loss, no notice', async () => {
    const page = installPage();
    const { server, service, events, missed, pass } = await connectedRig();
    page.fire('pagehide', { persisted: true });
    await pass();
    expect(server.socketCount).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(service.store.getState().status).toBe('reconnecting');
    server.emit('posted', 'while away');
    await pass(3_600_000);
    expect(server.attempts).toBe(1);
    page.fire('pageshow', { persisted: true });
    await pass();
    expect(service.isConnected()).toBe(true);
    expect(events.at(-1)?.data).toBe('while away');
    expect(missed).toEqual([]);
  });

  it('keeps its link if it is left without being kept in the cache', async () => {
    const page = installPage();
    const { service, pass } = await connectedRig();
    page.fire('pagehide', { persisted: false });
    await pass();
    expect(service.isConnected()).toBe(true);
  });

  it('opens nothing that was stopped before', async () => {
    const page = installPage();
    const { server, service, pass } = await connectedRig();
    page.fire('pagehide', { persisted: true });
    service.disconnect();
    page.fire('pageshow', { persisted: true });
    await pass(10_000);
    expect(server.attempts).toBe(1);
  });
});
