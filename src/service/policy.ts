/** What does the config say to the lifecycle? Its numbers, and its functions made safe to call. */
import { decorrelatedBackoff, vendorBackoff } from '../connection/backoff.ts';
import { defaultClosePolicy } from '../connection/close-policy.ts';
import type { LifecyclePolicy, Run } from '../connection/lifecycle.ts';
import { describeThrown, WebSocketServiceError } from '../errors.ts';
import { isTimerMs, LONGEST_TIMER_MS } from '../timer-limit.ts';
import type { BackoffContext, CloseInfo, CloseVerdict } from '../types.ts';
import type { ResolvedConfig } from './config.ts';
import { oneLine } from './redactor.ts';
import type { Reporter } from './reporter.ts';

/** A network that comes back wakes everyone on it. */
const WAKE_JITTER_MS = 2_000;

/** Before the first config there is nothing to decide. */
export const idlePolicy: LifecyclePolicy = {
  maxRetries: 0,
  connectTimeoutMs: 0,
  minUptimeMs: 0,
  connectedOn: 'open',
  tokenSource: 'fixed',
  classify: () => 'fatal',
  delayMs: () => 0,
  wakeDelayMs: () => 0,
  now: () => Date.now(),
};

/** Where a function of the user's throws or answers nonsense, that is reported, and the default stands in for it. */
export function createPolicy(config: ResolvedConfig, reporter: Reporter): LifecyclePolicy {
  const onThrown = (option: string, thrown: unknown): void => reporter.thrown(`The option ${option}`, thrown);
  const onNonsense = (option: string, answer: unknown, wanted: string): void =>
    reporter.error(
      new WebSocketServiceError(
        'handler-failed',
        `The option ${option} returned ${reporter.clean(shown(answer))}. Let it return ${wanted}.`,
        { details: { option } },
      ),
    );

  const random = (): number => {
    try {
      const drawn = config.random();
      return drawn >= 0 && drawn < 1 ? drawn : 0;
    } catch (thrown) {
      onThrown('random', thrown);
      return 0;
    }
  };

  const backoffMs = (context: BackoffContext): number => {
    if (config.backoff === 'vendor') return vendorBackoff(context);
    if (config.backoff === 'decorrelated') return decorrelatedBackoff(context);
    try {
      const delayMs = config.backoff(context);
      if (isTimerMs(delayMs)) return delayMs;
      onNonsense('backoff', delayMs, `a number of milliseconds from 0 to ${LONGEST_TIMER_MS}`);
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
    wakeDelayMs: () => random() * WAKE_JITTER_MS,
    classify(close: CloseInfo): CloseVerdict {
      try {
        const verdict = config.closePolicy(close);
        if (isVerdict(verdict)) return verdict;
        onNonsense('closePolicy', verdict, "'retry', 'restart', 'auth' or 'fatal'");
      } catch (thrown) {
        onThrown('closePolicy', thrown);
      }
      return defaultClosePolicy(close);
    },
    delayMs(run: Run, verdict: CloseVerdict): number {
      const { reconnectDelay, reconnectDelayMax, reconnectJitter, backoffAfter, restartSpread } = config;
      const { failures, previousDelayMs } = run;
      const isSpread = verdict === 'restart' && restartSpread > 0;
      const delayMs = isSpread
        ? reconnectDelay + random() * restartSpread
        : backoffMs({
            failures,
            previousDelayMs,
            reconnectDelay,
            reconnectDelayMax,
            reconnectJitter,
            backoffAfter,
            random,
          });
      // Jitter on top of the longest wait must not make it none.
      return Math.min(delayMs, LONGEST_TIMER_MS);
    },
  };
}

/** At most a word of it: it may be text that a server wrote. */
function shown(answer: unknown): string {
  return typeof answer === 'string' ? `"${oneLine(answer.slice(0, 40))}"` : describeThrown(answer);
}

function isVerdict(value: unknown): value is CloseVerdict {
  return value === 'retry' || value === 'restart' || value === 'auth' || value === 'fatal';
}
