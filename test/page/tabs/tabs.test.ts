/** Tabs of one user share a socket, in a real Chromium, while they are closed, crash, freeze, are hidden, and lose their server. */
import { describe, expect, it } from 'vitest';
import { startHub } from '../../support/hub.ts';
import { eventually } from '../../support/patience.ts';
import { launchFleet } from './fleet.ts';
import { sail } from './voyage.ts';

const nothingWrong = {
  lostSilently: 0,
  duplicated: 0,
  wrongReplies: 0,
  behind: 0,
  servedTwice: 0,
  unsettled: 0,
};

describe('three tabs', () => {
  it('go on without a lost or doubled event when the one with the socket crashes, freezes, and when the server is lost', async () => {
    const result = await sail({
      ...{ tabs: 3, relayIn: 'tab', random: () => 0 },
      faults: [
        { fault: 'leave-and-return', hits: 'speaking' },
        { fault: 'crash', hits: 'speaking' },
        { fault: 'freeze', hits: 'speaking' },
        { fault: 'close', hits: 'speaking' },
        { fault: 'server-cut', hits: 'any' },
      ],
    });
    expect(result).toMatchObject(nothingWrong);
    expect(result.errors).toEqual([]);
    expect(result.notices).toEqual({});
  });

  it('share the socket of a worker, which survives the tab that made it, and a crash', async () => {
    const result = await sail({
      ...{ tabs: 3, relayIn: 'worker', random: () => 0 },
      faults: [
        { fault: 'close', hits: 'any' },
        { fault: 'crash', hits: 'any' },
      ],
    });
    expect(result).toMatchObject(nothingWrong);
  });
});

describe('the back/forward cache', () => {
  it('takes a page that shares, and the page goes on when it is back', async () => {
    await using running = await startHub();
    await using fleet = await launchFleet();
    const tab = await fleet.open({ url: running.url, relayIn: 'tab' });
    await eventually(async () =>
      expect(await tab.report()).toMatchObject({ sharing: 'speaking', status: 'connected' }),
    );
    await running.hub.publish({ all: true }, 'n', { n: 1, sentAtMs: 0 });
    await eventually(async () => expect((await tab.report()).last).toBe(1));
    await tab.goTo('/elsewhere');
    await running.hub.publish({ all: true }, 'n', { n: 2, sentAtMs: 0 });
    expect(await tab.goBack()).toBe('kept');
    await eventually(async () =>
      expect(await tab.report()).toMatchObject({ last: 2, count: 2, notices: [] }),
    );
  });
});
