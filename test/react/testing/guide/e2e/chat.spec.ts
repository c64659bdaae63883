// The tests of docs/testing.md for Playwright. test/page/real-door.test.ts runs them.

import { expect } from 'playwright/test';
import { test } from './fixtures.ts';

test('misses nothing while the link is down', async ({ page, server }) => {
  await page.goto('/');
  await server.connected();
  server.emit('posted', { id: '1', text: 'Good morning' });
  await expect(page.getByText('Good morning')).toBeVisible();

  server.refuse(); // until the test has seen it
  server.drop();
  await expect(page.getByRole('status')).toHaveText('reconnecting');
  server.emit('posted', { id: '2', text: 'Sent meanwhile' });
  server.refuse(false);
  await expect(page.getByText('Sent meanwhile')).toBeVisible({ timeout: 30_000 }); // 3 to 5 s
  await expect(page.getByRole('status')).toHaveText('connected');
});

test('says hello', async ({ page, server }) => {
  await page.goto('/');
  await server.connected();
  const said = server.message('say');
  await page.getByText('Say hello').click();
  expect((await said).data).toEqual({ text: 'Hello' });
});
