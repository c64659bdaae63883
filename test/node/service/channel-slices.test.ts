/** Events of a channel are an indexed slice of the stream: other channels and names cost its subscribers nothing. */

import { describe, expect, it } from 'vitest';
import { connectedRig } from '../../support/fake.ts';

describe('event$(name, { channel })', () => {
  it('has the events of that name in that channel, in order, and no others', async () => {
    const { service, server, pass } = await connectedRig({ numbered: false, hello: false });
    const got: unknown[] = [];
    service.event$('posted', { channel: 'room:1' }).subscribe(({ data }) => got.push(data));
    service.event$(['typing', 'left'], { channel: 'room:1' }).subscribe(({ event }) => got.push(event));
    for (const [event, channel, data] of [
      ['posted', 'room:1', 1],
      ['posted', 'room:2', 2],
      ['typing', 'room:1', 3],
      ['typing', 'room:2', 4],
      ['posted', undefined, 5],
      ['posted', 'room:1', 6],
    ])
      server.sendRaw(JSON.stringify({ event, channel, data }));
    await pass();
    expect(got).toEqual([1, 'typing', 6]);
  });

  it('throws a typed error for a channel that is no name', async () => {
    const { service } = await connectedRig();
    for (const channel of ['', 7, null])
      expect(() => service.event$('posted', { channel: channel as string })).toThrow(
        expect.objectContaining({ code: 'invalid-argument' }),
      );
  });

  it('calls one subscriber for one event, with 10,000 channels', async () => {
    const { service, server, pass } = await connectedRig({ numbered: false, hello: false });
    let calls = 0;
    for (let n = 0; n < 10_000; n += 1)
      service.event$('posted', { channel: `room:${n}` }).subscribe(() => {
        calls += 1;
      });
    server.sendRaw('{"event":"posted","channel":"room:77","data":1}');
    server.sendRaw('{"event":"posted","data":1}');
    await pass();
    expect(calls).toBe(1);
  });
});
