/** Runs the checks against a server. */
import type { WebSocketConstructor } from '../../src/types.ts';
import type { Check, CheckTools, Trigger } from './check-tools.ts';
import { checks } from './checks.ts';
import { type CheckClient, dial } from './client.ts';

export interface CheckServerOptions {
  /** The address of the server: `ws://localhost:8080`. */
  readonly url: string;
  /** A token that the server accepts. Sent as `?token=`. */
  readonly token: string;
  /** The token of another user. Without it, whether sessions are separate is not checked. */
  readonly otherToken?: string | undefined;
  /** A message that makes the server send one event to its sender. Without it, resuming is not checked. */
  readonly trigger?: Trigger | undefined;
  /** A channel that the user of the token may join. Without it, channels are not checked: a server need not have any. */
  readonly channel?: string | undefined;
  /** A message that makes the server publish one event to the channel. Its sender has joined it. */
  readonly channelTrigger?: Trigger | undefined;
  readonly WebSocket: WebSocketConstructor;
  /** How long the server may take for anything; ms. Default 5,000. */
  readonly patienceMs?: number;
}

export interface CheckResult {
  readonly level: Check['level'];
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'not checked';
  /** What was wrong, or what is missing. */
  readonly words?: string;
}

/** Runs every check, one after another, each with links of its own. Never rejects: a server that is down fails them. */
export async function checkServer(options: CheckServerOptions): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) results.push(await runCheck(check, options));
  return results;
}

async function runCheck(check: Check, options: CheckServerOptions): Promise<CheckResult> {
  const { level, title, needs = [] } = check;
  const missing = needs.filter((name) => options[name] === undefined);
  if (missing.length > 0)
    return { level, title, outcome: 'not checked', words: `needs ${missing.join(', ')}` };
  const clients: CheckClient[] = [];
  const {
    url,
    token,
    otherToken,
    trigger,
    channel = '',
    channelTrigger,
    WebSocket,
    patienceMs = 5_000,
  } = options;
  const tools: CheckTools = {
    ...{ token, otherToken, trigger, channel, channelTrigger, patienceMs },
    connect(query = {}) {
      const client = dial(WebSocket, url, { token, ...query }, patienceMs);
      clients.push(client);
      return client;
    },
  };
  try {
    await check.run(tools);
    return { level, title, outcome: 'passed' };
  } catch (thrown) {
    return {
      level,
      title,
      outcome: 'failed',
      words: thrown instanceof Error ? thrown.message : String(thrown),
    };
  } finally {
    for (const client of clients) client.drop();
  }
}
