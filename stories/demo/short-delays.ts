/** How long do the stories wait between two attempts? Not as long as an app should: the reader is watching. */
import type { IWebSocketConfig } from 'everwire';

export const shortDelays = {
  reconnectDelay: 1_500,
  reconnectJitter: 500,
} as const satisfies Partial<IWebSocketConfig>;
