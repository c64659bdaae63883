/** A reducer that starts from a snapshot shows what the server has, after a break too. */

import { expect, it, vi } from 'vitest';
import { setUpStage, Wire } from '../../support/stage.tsx';
import { Board } from './reducer.tsx';

const stage = setUpStage();

/** How long a fetch takes. The data is read half-way. */
const FETCH_MS = 1_000;

it('shows the snapshot with all changes, and starts again after a break', async () => {
  const { server } = stage;
  const truth: Record<string, number> = { a: 1, b: 1 };
  const change = (symbol: string, price: number): void => {
    truth[symbol] = price;
    server.emit('price_changed', { symbol, price });
  };
  const fetched = vi.fn(async () => {
    await pass(FETCH_MS / 2);
    const response = Response.json(truth);
    await pass(FETCH_MS / 2);
    return response;
  });
  vi.stubGlobal('fetch', fetched);
  const page = stage.mount(
    <Wire to={server}>
      <Board />
    </Wire>,
  );
  const shown = () => [...page.container.querySelectorAll('li')].map(({ textContent }) => textContent);

  await slowly(FETCH_MS / 4);
  change('a', 2);
  await slowly(FETCH_MS / 2);
  change('b', 2);
  expect(page.container.textContent).toBe('Loading');
  await slowly(FETCH_MS);
  expect(shown()).toEqual(['a 2', 'b 2']);
  change('a', 3);
  await stage.pass();
  expect(shown()).toEqual(['a 3', 'b 2']);

  server.restart();
  change('b', 3);
  await slowly(3_100);
  expect(page.container.textContent).toBe('Loading');
  change('a', 4);
  await slowly(2 * FETCH_MS);
  expect(shown()).toEqual(['a 4', 'b 3']);
  expect(fetched).toHaveBeenCalledTimes(2);

  server.drop();
  change('b', 4);
  await slowly(5_000);
  expect(shown()).toEqual(['a 4', 'b 4']);
  expect(fetched).toHaveBeenCalledTimes(2);
});

/** Advances in steps: React's work in between takes its own time. */
async function slowly(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) await stage.pass(50);
}

function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
