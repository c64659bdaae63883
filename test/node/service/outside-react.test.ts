/** The code of docs/services.md for use outside React. */
import { websocketService } from 'everwire/core';
import { createFakeServer } from 'everwire/testing';
import { expect, it, onTestFinished, vi } from 'vitest';
import { eventually } from '../../support/patience.ts';

it('connects, and logs the status and each event', async () => {
  const server = createFakeServer({ url: 'ws://localhost:8080' });
  const uninstall = server.installGlobal();
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => {
    websocketService.disconnect();
    uninstall();
    server.dispose();
    log.mockRestore();
  });
  await import('./guide/outside-react.ts');
  await server.connected();
  server.emit('posted', 'Good morning');
  await eventually(() =>
    expect(log.mock.calls.flat()).toEqual(expect.arrayContaining(['connected', 'Good morning'])),
  );
});
