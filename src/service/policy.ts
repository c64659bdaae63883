/** What does the config say to the lifecycle? Its numbers, and its functions made safe to call. */
import { decorrelatedBackoff, vendorBackoff } from '../connection/backoff.ts';
import { defaultClosePolicy } from '../connection/close-policy.ts';
import type { LifecyclePolicy, Run } from '../connection/lifecycle.ts';
import type { BackoffContext, CloseInfo, CloseVerdict } from '../types.ts';
import type { ResolvedConfig } from './config.ts';

const LONGEST_WAIT_MS = 2_147_483_647;

/** Before the first config there is nothing to decide. */
export const idlePolicy: LifecyclePolicy = {
  maxRetries: 0,
  connectTimeoutMs: 0,
  minUptimeMs: 0,
  connectedOn: 'open',
  tokenSource: 'fixed',
  classify: () => 'fatal',
  delayMs: () => 0,
  now: () => Date.now(),
};

/** `onThrown`: a function of the user's threw, or answered nonsense; the default stood in for it. */
export function createPolicy(
  config: ResolvedConfig,
  onThrown: (what: string, thrown: unknown) => void,
): LifecyclePolicy {
  const random = (): number => {
    const drawn = config.random();
    return drawn >= 0 && drawn < 1 ? drawn : 0;
  };

  const backoffMs = (context: BackoffContext): number => {
    if (config.backoff === 'vendor') return vendorBackoff(context);
    if (config.backoff === 'decorrelated') return decorrelatedBackoff(context);
    try {
      const delayMs = config.backoff(context);
      if (delayMs >= 0 && delayMs <= LONGEST_WAIT_MS) return delayMs;
      onThrown('backoff', `it returned ${String(delayMs)}, which is no number of milliseconds`);
    } catch (thrown) {
      onThrown('backoff', thrown);
    }
    return vendorBackoff(context);
  };

  return {
    maxRetries: config.reconnectAttempts,
    connectTimeoutMs: config.connectTimeout,
    minUptimeMs: config.minUptime,
    connectedOn: config.protocol.connectedOn,
    tokenSource: typeof config.token === 'function' ? 'function' : 'fixed',
    now: () => Date.now(),
    classify(close: CloseInfo): CloseVerdict {
      try {
        const verdict = config.closePolicy(close);
        if (isVerdict(verdict)) return verdict;
        onThrown(
          'closePolicy',
          `it returned ${String(verdict)}, which is none of retry, restart, auth and fatal`,
        );
      } catch (thrown) {
        onThrown('closePolicy', thrown);
      }
      return defaultClosePolicy(close);
    },
    delayMs(run: Run, verdict: CloseVerdict): number {
      const { reconnectDelay, reconnectDelayMax, reconnectJitter, backoffAfter, restartSpread } = config;
      if (verdict === 'restart' && run.failures === 1 && restartSpread > 0) {
        return reconnectDelay + random() * restartSpread;
      }
      return backoffMs({
        failures: run.failures,
        previousDelayMs: run.previousDelayMs,
        reconnectDelay,
        reconnectDelayMax,
        reconnectJitter,
        backoffAfter,
        random,
      });
    },
  };
}

function isVerdict(value: unknown): value is CloseVerdict {
  return value === 'retry' || value === 'restart' || value === 'auth' || value === 'fatal';
}
