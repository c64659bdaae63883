/** The code of docs/react-native.md, with the modules of a device in place of React Native's. */

import { useConnectionStatus, useMissedEvents, useWsEventHandler } from 'everwire';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createProbe, setUpStage } from '../../../support/stage.tsx';
import { Live } from './app.tsx';
import { device } from './modules.ts';

const stage = setUpStage();

beforeEach(() => {
  device.show('active');
  device.network(true);
});

function start() {
  const server = stage.addServer({ url: 'wss://example.com/ws', resume: 'takeover' });
  server.installGlobal();
  const heard: unknown[] = [];
  const missed: string[] = [];
  const { Probe, ...status } = createProbe(() => {
    useWsEventHandler('posted', ({ data }) => heard.push(data));
    useMissedEvents(({ reason }) => missed.push(reason));
    return useConnectionStatus();
  });
  const page = stage.mount(
    <Live token="tok-4711">
      <Probe />
    </Live>,
  );
  return { server, page, heard, missed, statuses: status.values };
}

describe('an app on a device', () => {
  it('lets its link go in the background, and resumes its session when it is shown', async () => {
    const { server, heard, missed, statuses } = start();
    await stage.pass();
    expect(statuses.at(-1)).toBe('connected');
    device.show('background');
    await stage.pass(60_000);
    expect(server.socketCount).toBe(0);
    device.network(true);
    await stage.pass(5_000);
    expect(server.socketCount).toBe(0);
    server.emit('posted', 'meanwhile');
    device.show('active');
    await stage.pass();
    expect(statuses.at(-1)).toBe('connected');
    expect([heard, missed]).toEqual([['meanwhile'], []]);
  });

  it('keeps its link while it is inactive', async () => {
    const { server } = start();
    await stage.pass();
    device.show('inactive');
    await stage.pass(10_000);
    device.show('active');
    await stage.pass(10_000);
    expect(server.attempts).toBe(1);
  });

  it('tries at once when the network is back, and checks its link when the network goes', async () => {
    const { server, statuses } = start();
    await stage.pass(10_000);
    server.freeze();
    device.network(false);
    await stage.pass(5_200);
    expect(server.attempts).toBe(2);
    server.thaw();
    server.refuse(1);
    server.drop();
    // After the refused attempt it waits for 3 s or more.
    await stage.pass(5_500);
    const { attempts } = server;
    device.network(true);
    await stage.pass(2_100);
    expect(server.attempts).toBe(attempts + 1);
    expect(statuses.at(-1)).toBe('connected');
  });

  it('listens to the device, not to the window, and to neither after its end', async () => {
    const listen = vi.spyOn(window, 'addEventListener');
    const { page } = start();
    await stage.pass();
    const types = listen.mock.calls.map(([type]) => type);
    expect(types.filter((type) => ['online', 'focus', 'pageshow', 'offline'].includes(type))).toEqual([]);
    expect(device.listeners()).toBe(2);
    page.unmount();
    await stage.pass();
    expect(device.listeners()).toBe(0);
  });
});
