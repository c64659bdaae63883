/** When queued messages expire. */
import { expect, it, vi } from 'vitest';
import { createSendQueue } from '../../../src/service/outbound/send-queue.ts';

it('waits for whole milliseconds: a timer that cuts the fraction off would run many times until it is due', () => {
  vi.useFakeTimers();
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const uptimes = [0.5, 0.2];
  vi.spyOn(performance, 'now').mockImplementation(() => uptimes.shift() ?? 0.2);
  createSendQueue(() => undefined).push({ event: 'say', data: 'hello' }, { limit: 5, ttl: 100 });
  expect(timers.mock.calls.map(([, delayMs]) => delayMs)).toEqual([101]);
});
