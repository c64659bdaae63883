/** Calls, writes and reads made during other work come out in the order in which they were made. */
import { describe, expect, it } from 'vitest';
import { connectedRig, rig } from '../../support/fake.ts';

describe('commands of a handler', () => {
  it('run in order: connect to another url, then disconnect', async () => {
    const { server, service, config, pass } = await connectedRig();
    service.event$('a').subscribe(() => {
      service.connect({ ...config, token: 'another token' });
      service.disconnect();
    });
    server.emit('a', 1);
    await pass(100);
    expect(service.store.getState()).toMatchObject({ status: 'disconnected', reason: 'client' });
    expect(server.socketCount).toBe(0);
  });

  it('run in order: connect to another url, then dispose', async () => {
    const { server, service, config, errors, pass } = await connectedRig();
    service.event$('a').subscribe(() => {
      service.connect({ ...config, token: 'another token' });
      service.dispose();
    });
    server.emit('a', 1);
    await pass(100);
    expect(errors).toEqual([]);
    expect(service.store.getState().reason).toBe('client');
  });

  it('cause no loop if an error handler passes an incomplete config and calls reconnect()', async () => {
    const { service, pass } = rig();
    let count = 0;
    service.errors$.subscribe(() => {
      count += 1;
      if (count > 100) return;
      service.connect({ url: '' });
      service.reconnect();
    });
    service.reconnect();
    await pass(100);
    expect(count).toBeLessThan(10);
  });
});

describe('the store', () => {
  it('is empty after a saved reset(), and old events do not return', async () => {
    const { server, service, config, pass } = rig();
    const { reset } = service.store.getState();
    service.connect(config);
    await pass();
    server.emit('a', 1);
    await pass();
    reset();
    expect(service.store.getState().lastEvents.size).toBe(0);
    server.emit('b', 1);
    await pass();
    expect([...service.store.getState().lastEvents.keys()]).toEqual(['b']);
  });

  it('applies setState after everything that came before it', async () => {
    const { server, service, pass } = await connectedRig();
    server.emit('a', 1);
    await pass();
    let seen: readonly string[] = [];
    service.store.setState(({ lastEvents }) => {
      seen = [...lastEvents.keys()];
      return { lastEvents: new Map() };
    });
    expect(seen).toEqual(['hello', 'a']);
    expect(service.store.getState().lastEvents.size).toBe(0);
  });

  it('shows no number of an ended session to a subscriber that reads it during the change', async () => {
    const { server, service, config, pass } = rig({}, { sendQueue: {} });
    const read = (): void => void service.store.getState();
    service.errors$.subscribe(read);
    service.connect({ ...config, logger: { debug: read, info: read, warn: read, error: read } });
    await pass();
    server.emit('a', 1);
    await pass();
    service.disconnect();
    expect(service.store.getState()).toMatchObject({ connectionId: null, lastEventId: null });
  });
});

describe('a value that cannot be converted to text', () => {
  it('affects nothing else when a handler throws it', async () => {
    const { server, service, pass } = await connectedRig();
    const heard: unknown[] = [];
    service.events$.subscribe(() => {
      throw Object.assign(new Error('x'), { message: Object.create(null) });
    });
    service.event$('a').subscribe(({ data }) => heard.push(data));
    server.emit('a', 1);
    await pass();
    expect(heard).toEqual([1]);
  });
});
