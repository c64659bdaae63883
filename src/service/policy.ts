/** Builds the lifecycle policy from the config, and guards the app's functions in it. */
import { decorrelatedBackoff, vendorBackoff } from '../connection/backoff.ts';
import { defaultClosePolicy } from '../connection/close-policy.ts';
import { describeThrown } from '../errors.ts';
import type { Wanted } from '../problems.ts';
import { catchRejection, isPromiseLike } from '../rejection.ts';
import { isTimerMs, LONGEST_TIMER_MS } from '../timer-limit.ts';
import type { BackoffContext, CloseVerdict } from '../types.ts';
import type { ServicePolicy } from './config/active-config.ts';
import type { ResolvedConfig } from './config/config.ts';
import { oneLine } from './reporting/redactor.ts';
import type { Reporter } from './reporting/reporter.ts';

/** A network that comes back wakes all its clients at once, so their attempts are spread. */
const WAKE_JITTER_MS = 2_000;

/** If a function of the app throws or returns a wrong value, that is reported and the default is used. */
export function createPolicy(config: ResolvedConfig, reporter: Reporter): ServicePolicy {
  const ask = <Answer>(
    option: 'random' | 'backoff' | 'closePolicy',
    wanted: Wanted,
    isFit: (answer: unknown) => answer is Answer,
    question: () => unknown,
  ): Answer | undefined => {
    const fail = (thrown: unknown): void => reporter.thrown(`The option ${option}`, thrown);
    try {
      const answer = question();
      if (isFit(answer)) return answer;
      if (isPromiseLike(answer)) catchRejection(answer, fail);
      reporter.fail('handler-failed/nonsense', { option, answer: shown(answer, reporter.clean), wanted });
    } catch (thrown) {
      fail(thrown);
    }
    return undefined;
  };

  const random = (): number => ask('random', 'fraction', isFraction, config.random) ?? 0;

  const backoffMs = (context: BackoffContext): number => {
    const { backoff } = config;
    if (backoff === 'decorrelated') return decorrelatedBackoff(context);
    const own = backoff === 'vendor' ? null : ask('backoff', 'ms', isTimerMs, () => backoff(context));
    return own ?? vendorBackoff(context);
  };

  return {
    maxRetries: config.reconnectAttempts,
    connectTimeoutMs: config.connectTimeout,
    minUptimeMs: config.minUptime,
    connectedOn: config.protocol.connectedOn,
    tokenSource: [config.token, config.url].some((source) => typeof source === 'function')
      ? 'function'
      : 'fixed',
    now: () => Date.now(),
    wakeDelayMs: () => random() * WAKE_JITTER_MS,
    drawMs: (maxMs) => maxMs && random() * maxMs,
    classify: (close) =>
      ask('closePolicy', 'verdict', isVerdict, () => config.closePolicy(close)) ?? defaultClosePolicy(close),
    delayMs({ failures, previousDelayMs }, verdict) {
      const { reconnectDelay, reconnectDelayMax, reconnectJitter, backoffAfter, restartSpread } = config;
      const delays = { reconnectDelay, reconnectDelayMax, reconnectJitter, backoffAfter };
      const delayMs =
        verdict === 'restart' && restartSpread > 0
          ? reconnectDelay + random() * restartSpread
          : backoffMs({ failures, previousDelayMs, ...delays, random });
      // A longer timeout would overflow and fire at once.
      return Math.min(delayMs, LONGEST_TIMER_MS);
    },
  };
}

/** Shortened: it may be text from a server. */
function shown(answer: unknown, clean: Reporter['clean']): string {
  return typeof answer === 'string'
    ? `"${clean(oneLine(answer)).slice(0, 40)}"`
    : clean(describeThrown(answer));
}

function isVerdict(value: unknown): value is CloseVerdict {
  return typeof value === 'string' && /^(retry|restart|auth|fatal|done)$/.test(value);
}

function isFraction(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 1;
}
