/** Tabs of a Chromium, driven with DevTools messages: see `../tab.ts`. */
import { once } from 'node:events';
import { attach, launchChromium } from '../tab.ts';
import type { BrowserDriver } from './driver.ts';

export async function driveChromium(): Promise<BrowserDriver> {
  const browser = await launchChromium();
  const devTools = await browser.newBrowserCDPSession();
  await devTools.send('Target.setDiscoverTargets', { discover: true });
  const { browserContextId } = await devTools.send('Target.createBrowserContext');
  const gone = new Map<string, () => void>();
  devTools.on('Target.targetCrashed', ({ targetId }) => {
    gone.get(targetId)?.();
    devTools.send('Target.closeTarget', { targetId }).catch(() => undefined);
  });
  return {
    async open(onGone) {
      const { targetId } = await devTools.send('Target.createTarget', {
        url: 'about:blank',
        browserContextId,
      });
      gone.set(targetId, onGone);
      const send = await attach(devTools, targetId);
      return {
        id: targetId,
        async evaluate(expression) {
          const { result, exceptionDetails } = await send('Runtime.evaluate', {
            expression,
            returnByValue: true,
          });
          if (exceptionDetails !== undefined) throw new Error(result.description ?? exceptionDetails.text);
          return result.value;
        },
        navigate: async (url) => void (await send('Page.navigate', { url })),
        reload: async () => void (await send('Page.reload')),
        async back() {
          const { currentIndex, entries } = await send('Page.getNavigationHistory');
          const { id: entryId } = entries[currentIndex - 1] ?? {};
          if (entryId === undefined) throw new Error('There is nothing to go back to.');
          await send('Page.navigateToHistoryEntry', { entryId });
        },
        bringToFront: async () => void (await devTools.send('Target.activateTarget', { targetId })),
        close: async () => void (await devTools.send('Target.closeTarget', { targetId })),
        async crash() {
          const crashed = once(devTools as never, 'Target.targetCrashed');
          // Never answered.
          send('Page.crash').catch(() => undefined);
          await crashed;
        },
        setLife: async (state) => void (await send('Page.setWebLifecycleState', { state })),
        async setNetwork(state) {
          await send('Network.enable');
          const rest = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
          await send('Network.emulateNetworkConditions', { offline: state === 'offline', ...rest });
        },
      };
    },
    close: () => browser.close(),
  };
}
