/** The recipe for SWR does not reach lists of useSWRInfinite, as docs/resync.md says. */

import { mutate } from 'swr';
import useSWRInfinite from 'swr/infinite';
import { expect, it, vi } from 'vitest';
import { setUpStage } from '../../support/stage.tsx';

const stage = setUpStage();

it('lists of useSWRInfinite ignore the filter of mutate(), and refetch with their own mutate()', async () => {
  const fetched = vi.fn(() => Promise.resolve(['post']));
  let again: () => unknown = () => undefined;
  function Pages() {
    const { data, mutate: mutatePages } = useSWRInfinite(
      (page: number) => `/api/posts?page=${page}`,
      fetched,
    );
    again = mutatePages;
    return String(data);
  }
  const page = stage.mount(<Pages />);
  await stage.pass(5_000);
  const before = fetched.mock.calls.length;
  await mutate(() => true);
  await stage.pass(5_000);
  expect(fetched).toHaveBeenCalledTimes(before);
  await again();
  await stage.pass(5_000);
  expect(fetched.mock.calls.length).toBeGreaterThan(before);
  page.unmount();
  await stage.pass(5_000);
});
