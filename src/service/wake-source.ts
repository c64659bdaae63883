/** Where wake signals come from: the page, or the option `signals`. */
import { describeThrown } from '../errors.ts';
import { watchWakeSignals } from '../transport/wake-signals.ts';
import type { IWebSocketConfig, WakeSignal } from '../types.ts';
import type { Reporter } from './reporting/reporter.ts';

const known: readonly unknown[] = ['wake', 'network-suspect', 'suspend'] satisfies readonly WakeSignal[];

/** Calls `onSignal` until the returned function is called. What a function of the app throws or returns wrong is reported. */
export function watchWakeSource(
  signals: IWebSocketConfig['signals'],
  reporter: Reporter,
  onSignal: (signal: WakeSignal) => void,
): () => void {
  if (signals === undefined) return watchWakeSignals(onSignal);
  let isOff = false;

  const ask = (question: () => unknown): unknown => {
    try {
      return question();
    } catch (thrown) {
      reporter.thrown('The option signals', thrown);
      return () => undefined;
    }
  };

  const on = (signal: WakeSignal): void => {
    if (isOff) return;
    if (known.includes(signal)) return onSignal(signal);
    const words = `there is no signal "${String(signal)}". Use ${known.join(', ')}`;
    reporter.thrown('The option signals', new TypeError(words));
  };

  const off = ask(() => signals(on));
  if (typeof off !== 'function') {
    const answer = describeThrown(off);
    reporter.fail('handler-failed/nonsense', { option: 'signals', answer, wanted: 'function' });
  }
  return () => {
    isOff = true;
    if (typeof off === 'function') ask(() => off());
  };
}
