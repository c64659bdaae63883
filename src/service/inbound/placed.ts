/** Finds the channel that an event belongs to, for servers whose frames do not name it. */
import type { IWebSocketEvent } from '../../types.ts';
import type { ResolvedConfig } from '../config/config.ts';
import type { Reporter } from '../reporting/reporter.ts';

/** The event with the channel that the option `channels.of` gives it; the same event if it gives none. */
export function placed(
  event: IWebSocketEvent,
  { channels }: ResolvedConfig,
  reporter: Reporter,
): IWebSocketEvent {
  if (!channels?.of) return event;
  try {
    const channel = channels.of(event as Parameters<typeof channels.of>[0]);
    return typeof channel === 'string' && channel !== '' ? { ...event, channel } : event;
  } catch (thrown) {
    reporter.thrown('The option channels.of', thrown);
    return event;
  }
}
