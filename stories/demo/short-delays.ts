/** The delays between attempts in the stories: shorter than an app's, because the reader is watching. */
import type { IWebSocketConfig } from 'everwire';

export const shortDelays = {
  reconnectDelay: 1_500,
  reconnectJitter: 500,
} as const satisfies Partial<IWebSocketConfig>;
