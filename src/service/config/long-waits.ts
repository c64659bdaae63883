/** Warns, in development, of a config that is most probably not meant. */
import type { Reporter } from '../reporting/reporter.ts';
import type { ResolvedConfig } from './config.ts';

/** Longer than this, nobody expects to wait while an app "never gives up". */
const LONG_MS = 60_000;

const warning =
  "Everwire: reconnectAttempts is Infinity, and backoff is 'vendor', which soon waits for minutes: an app that was cut off for a while comes " +
  "back that late. Set backoff: 'decorrelated', whose waits are 30 s at most, or lower reconnectDelayMax.";

/** Returns whether it has warned: to the logger, or to the console if there is none. A production bundle contains no warning. */
export function warnOfLongWaits(config: ResolvedConfig, reporter: Reporter): boolean {
  try {
    if (process.env.NODE_ENV !== 'production') {
      const { backoff, backoffAfter, reconnectAttempts, reconnectDelay, reconnectDelayMax } = config;
      const longestMs = Math.min(reconnectDelay * (backoffAfter + 1) ** 2, reconnectDelayMax);
      if (backoff !== 'vendor' || reconnectAttempts !== Number.POSITIVE_INFINITY || longestMs <= LONG_MS)
        return false;
      // Without end: every wait is reconnectDelay.
      if (backoffAfter === Number.POSITIVE_INFINITY) return false;
      if (config.logger) reporter.log('warn', warning);
      // biome-ignore lint/suspicious/noConsole: without a logger nobody would be warned.
      else console.warn(warning);
      return true;
    }
  } catch {
    // There is no `process`, as in a page without a bundler.
  }
  return false;
}

declare const process: { readonly env: { readonly NODE_ENV?: string } };
