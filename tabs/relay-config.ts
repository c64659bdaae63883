/** The config of the one connection: that of a tab, without what each tab does for itself. Url and token functions are asked in a tab. */
import type { GivenConfig } from '../src/given-config.ts';
import { envelopeProtocol } from '../src/protocols/envelope.ts';
import type { ResolvedConfig } from '../src/service/config/config.ts';
import type { IWebSocketConfig, TokenContext } from '../src/types.ts';
import type { PlainConfig } from './plain-config.ts';

/** Asks a tab for what its function returns. */
export type AskTabs = (option: 'url' | 'token', context: TokenContext) => Promise<string>;

/** `own`: what only code can be, in the tab or in the worker. */
export function relayConfig(
  { url, token, heartbeat, ...plain }: PlainConfig,
  own: Pick<IWebSocketConfig, 'protocol' | 'closePolicy' | 'backoff' | 'WebSocket' | 'random' | 'signals'>,
  ask: AskTabs,
): GivenConfig {
  const { protocol = envelopeProtocol } = own;
  const beats = heartbeat && heartbeat.pings === 'speakers' ? 'auto' : heartbeat;
  const { pings: _, ...times } = typeof beats === 'object' ? beats : { pings: 'always' as const };
  return {
    ...plain,
    ...own,
    protocol,
    heartbeat: typeof beats === 'object' ? times : beats,
    // Who it is, the tabs have agreed on.
    identity: 'tabs',
    url: typeof url === 'string' ? url : (context) => ask('url', context),
    ...(token !== null && { token: typeof token === 'string' ? token : (context) => ask('token', context) }),
  } as GivenConfig;
}

/** For a relay that lives in the tab. */
export function ownFunctions(config: ResolvedConfig): Parameters<typeof relayConfig>[1] {
  const { protocol, closePolicy, backoff, WebSocket, random, signals } = config;
  return { protocol, closePolicy, backoff, WebSocket, random, signals };
}
