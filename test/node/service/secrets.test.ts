/** Is the token anywhere but on the wire? Everything that can be seen is searched for a canary. */
import type { IWebSocketConfig, Logger } from 'everwire/core';
import { describe, expect, it } from 'vitest';
import { rig } from '../../support/fake.ts';

const canary = 'canary/4711 &ü';

/** Everything reachable from a value by its own properties, hidden ones too, as text. */
function allText(root: unknown): string {
  const seen = new Set<unknown>();
  const texts: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value))
      return;
    seen.add(value);
    if (value instanceof Map) for (const entry of value) visit(entry);
    if (value instanceof Set) for (const entry of value) visit(entry);
    for (const key of Reflect.ownKeys(value)) {
      texts.push(String(key));
      visit(Object.getOwnPropertyDescriptor(value, key)?.value);
    }
    visit(Object.getPrototypeOf(value));
  };
  visit(root);
  return texts.join('\n');
}

/** Answers once, and then fails with the secret on its lips. */
function throwingOnRenewal(): () => Promise<string> {
  let asked = 0;
  return () => {
    asked += 1;
    return asked > 1 ? Promise.reject(new Error(`cannot renew ${canary}`)) : Promise.resolve(canary);
  };
}

describe('the token', () => {
  it.each<[string, Partial<IWebSocketConfig>]>([
    ['in the query', { auth: 'query' }],
    ['in the first message', { auth: 'message' }],
    ['in the subprotocol', { auth: 'subprotocol' }],
    ['from a function', { token: async () => canary }],
    ['in what a token function throws, once it was used', { token: throwingOnRenewal() }],
  ])('%s is in no store, log, error or state', async (_, more) => {
    const logged: unknown[] = [];
    const write = (...line: unknown[]) => void logged.push(line);
    const logger: Logger = { debug: write, info: write, warn: write, error: write };
    const { server, service, config, errors, missed, statuses, pass } = rig(
      {
        handlers: {
          echo: () => {
            throw new Error(`bad token ${canary}`);
          },
        },
      },
      { token: canary, logger, ...more },
    );
    service.connect(config);
    await pass();
    const snapshots: unknown[] = [service.store.getState()];
    service.store.subscribe((state) => snapshots.push({ ...state, lastEvents: null }));
    const failed = service.request('echo').catch((error: unknown) => error);
    server.garble();
    server.skip();
    server.emit('a', 1);
    await pass();
    server.close(4000, `token ${canary} is tired`);
    await pass(3010);
    server.refuse();
    server.drop();
    await pass(100_000);
    service.connect({ ...config, url: `ftp://h.test/?token=${encodeURIComponent(canary)}` });
    service.connect({ ...config, url: `${server.url}?x=1#${encodeURIComponent(canary)}` });
    const text = allText([snapshots, logged, errors, missed, statuses, await failed, service]);
    const forms = [canary, encodeURIComponent(canary), Buffer.from(canary).toString('base64url')];
    const sightings = text.split('\n').filter((line) => forms.some((form) => line.includes(form)));
    expect(sightings).toEqual([]);
    expect(logged.length).toBeGreaterThan(3);
  });

  it('is not searched for in vain: it is on the wire', async () => {
    const { server, service, config, pass } = rig({}, { token: canary });
    service.connect(config);
    await pass();
    expect(server.handshakes[0]?.token).toBe(canary);
    expect(allText(server.handshakes)).toContain(encodeURIComponent(canary));
  });
});

describe('the connection id, which opens the backlog', () => {
  it('is in no log', async () => {
    const logged: unknown[] = [];
    const write = (...line: unknown[]) => void logged.push(line);
    const { server, service, config, pass } = rig(
      {},
      { logger: { debug: write, info: write, warn: write, error: write } },
    );
    service.connect(config);
    await pass();
    const { connectionId } = service.store.getState();
    server.duplicate();
    server.restart();
    await pass(5000);
    expect(connectionId).toEqual(expect.any(String));
    expect(allText(logged)).not.toContain(connectionId);
  });
});
