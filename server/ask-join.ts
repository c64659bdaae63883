/** Asks the app whether a session may read a channel. */
import { HubError } from './hub-error.ts';
import { isPosition } from './position.ts';
import type { HubChannels, HubLogger, HubSession, JoinContext, Position } from './types.ts';

export type JoinAnswer =
  /** `since`: nothing up to there may be read. */
  | { readonly kind: 'allowed'; readonly since: Position | null }
  | { readonly kind: 'refused'; readonly id: string; readonly message: string }
  /** The app could not tell. */
  | { readonly kind: 'failed'; readonly id: 'failed' | 'timeout'; readonly message: string };

const JOIN_MS = 5_000;

const refused = {
  kind: 'refused',
  id: 'refused',
  message: 'You may not join this channel.',
} as const;

export type AskJoin = (name: string, session: HubSession, context: JoinContext) => Promise<JoinAnswer>;

export function createAskJoin(channels: HubChannels, logger: HubLogger): AskJoin {
  const ask: AskJoin = async (name, session, context) => {
    try {
      const verdict: unknown = await channels.join(name, session, context);
      if (verdict === true) return { kind: 'allowed', since: null };
      if (verdict === false) return refused;
      const { since } = Object(verdict) as { readonly since?: unknown };
      if (isPosition(since)) return { kind: 'allowed', since };
      // `undefined` from a forgotten `return` must not let anybody in, and the developer has to see it.
      throw new TypeError('channels.join must return true, false or { since }.');
    } catch (thrown) {
      if (thrown instanceof HubError) return { kind: 'refused', id: thrown.id, message: thrown.message };
      logger.error('channels.join failed.', { error: String(thrown) });
      return { kind: 'failed', id: 'failed', message: 'The server could not tell whether you may join.' };
    }
  };
  return async (name, session, context) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<JoinAnswer>((resolve) => {
      timer = setTimeout(() => {
        logger.warn(`channels.join has not answered within ${JOIN_MS} ms.`);
        resolve({ kind: 'failed', id: 'timeout', message: 'The server took too long.' });
      }, JOIN_MS);
    });
    return await Promise.race([ask(name, session, context), late]).finally(() => clearTimeout(timer));
  };
}
