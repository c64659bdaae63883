/** The table of pending requests settles each of them once, however many there are. */
import { expect, it } from 'vitest';
import { failure } from '../../../src/errors.ts';
import { createRequestTable } from '../../../src/service/outbound/request-table.ts';

it('rejects 200,000 requests at once: more than a function can take as arguments', async () => {
  const requests = createRequestTable();
  const largest: boolean[] = [];
  const replies = Array.from({ length: 200_000 }, (_, id) => {
    // Without a timeout: as many timers would take longer than all the rest.
    const request = requests.open({ event: 'ask' }, Number.POSITIVE_INFINITY, undefined);
    request.sending({ id, length: id === 7 ? 9 : 5, onGivenUp: () => undefined });
    return request.reply;
  });
  const outcomes = Promise.allSettled(replies);
  // One error for all: 200,000 stack traces would take seconds.
  const lost = failure('connection-lost', {});
  requests.rejectAll((_event, isLargest) => {
    largest.push(isLargest);
    return lost;
  });
  expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true);
  expect(largest.filter(Boolean)).toHaveLength(1);
  expect(largest[7]).toBe(true);
});
