/** The part of a config that can be passed to a worker. */
import { defaultClosePolicy } from '../src/connection/close-policy.ts';
import type { ResolvedConfig } from '../src/service/config/config.ts';

/** Options that are passed as they are. */
const passed = [
  'auth',
  'reconnectAttempts',
  'reconnectDelay',
  'reconnectDelayMax',
  'reconnectJitter',
  'backoffAfter',
  'restartSpread',
  'connectTimeout',
  'minUptime',
  'maxFrameLength',
  'heartbeat',
] as const;

export interface PlainConfig extends Pick<ResolvedConfig, (typeof passed)[number]> {
  /** `ask`: it is a function. */
  readonly url: string | { readonly ask: true };
  readonly token: string | { readonly ask: true } | null;
  readonly backoff: 'vendor' | 'decorrelated';
  readonly protocol: string;
}

/** The options that a worker can't have, because they are functions; undefined: there is none. */
export function notInWorker({ closePolicy, backoff, WebSocket }: ResolvedConfig): string | undefined {
  if (closePolicy !== defaultClosePolicy) return 'closePolicy';
  if (typeof backoff === 'function') return 'backoff';
  return WebSocket === globalThis.WebSocket ? undefined : 'WebSocket';
}

export function toPlainConfig(config: ResolvedConfig): PlainConfig {
  const { url, token, backoff, protocol } = config;
  const plain = Object.fromEntries(passed.map((option) => [option, config[option]]));
  return {
    ...(plain as Pick<ResolvedConfig, (typeof passed)[number]>),
    url: typeof url === 'string' ? url : { ask: true },
    token: typeof token === 'function' ? { ask: true } : token,
    backoff: typeof backoff === 'string' ? backoff : 'vendor',
    protocol: protocol.name,
  };
}
