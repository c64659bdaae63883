/**
 * One channel as a pure state: who wants it, and what the server knows of it. `step` applies what happened, and `needed` says
 * which message has to be sent now, if the link is up.
 *
 * ```
 *            join sent            answer: joined          link lost
 *   out ───────────────▶ asked ──────────────────▶ joined ─────────▶ kept ── a new session ──▶ out, with a gap
 *    ▲                     │ link lost, no answer     │ leave sent
 *    │                     ▼                          ▼
 *    └── a new session ── unsure ◀── link lost ── leaving ── answered ──▶ out
 *
 *   asked ── refused ──▶ refused ── retry ──▶ out        joined, kept ── the server ends it ──▶ refused
 *   asked ── no answer in time ──▶ failed ── a late answer ──▶ joined, refused
 *   asked ── the server can't decide now ──▶ postponed        failed, postponed ── retry, link lost ──▶ unsure
 * ```
 *
 * In a session that goes on, `kept` is as good as `joined`. `unsure`: a message about it was lost with its link, so that it is
 * sent again, a join or a leave. `assumed` is `joined` at a server that answers no joins.
 */
import type { WebSocketServiceError } from '../../errors.ts';

export interface Channel {
  /** How many hooks want it. */
  readonly mounts: number;
  /** Without mounts: `soon`, it may be mounted again at once; `due`, it is to be left. */
  readonly leave: 'not-due' | 'soon' | 'due';
  readonly server: ServerSide;
  /** Events may have been missed since it was joined before. A notice is due once it is joined again. */
  readonly gap: Gap | null;
}

export interface Gap {
  /** The last position up to which nothing is missing; undefined if it is not known. */
  readonly since: string | undefined;
}

/** `ask`: the message that was sent on this link, whose answer counts. */
export type ServerSide =
  | { readonly is: 'out' | 'assumed' | 'joined' | 'kept' | 'unsure' | 'postponed' }
  | { readonly is: 'asked' | 'leaving'; readonly ask: number }
  | { readonly is: 'refused'; readonly error: WebSocketServiceError }
  /** No answer has come in time. It may still come. */
  | { readonly is: 'failed'; readonly ask: number; readonly error: WebSocketServiceError };

export type ChannelEvent =
  /** `retried`: the app, or a new token, asks again. `due`: it is time to ask again for what was postponed. */
  | { readonly type: 'mounted' | 'unmounted' | 'not-mounted-again' | 'retried' | 'due' | 'told' }
  | { readonly type: 'join-sent'; readonly ask: number; readonly answer: 'comes' | 'never' }
  | { readonly type: 'leave-sent'; readonly ask: number }
  /** `recovered`: whether nothing is missing since the position that was given; undefined if none was. */
  | { readonly type: 'joined'; readonly ask: number; readonly recovered: boolean | undefined }
  | { readonly type: 'refused' | 'failed'; readonly ask: number; readonly error: WebSocketServiceError }
  /** The server can't decide now. */
  | { readonly type: 'postponed'; readonly ask: number }
  | { readonly type: 'left'; readonly ask: number }
  /** The server has ended the membership. */
  | { readonly type: 'ended'; readonly error: WebSocketServiceError; readonly position: string | undefined }
  /** `received`: whether what was sent on the link, and needs no answer, has surely reached the server. */
  | { readonly type: 'link-lost'; readonly received: 'surely' | 'perhaps' }
  /** A new session began with the link: what was sent on it counts. `position`: the last one of the session before. */
  | { readonly type: 'session-began'; readonly position: string | undefined }
  /** A new session began in the middle of a link. */
  | { readonly type: 'session-replaced' }
  /** Another user: nothing of the last one may be sent. */
  | { readonly type: 'user-replaced' };

export const unmounted: Channel = { mounts: 0, leave: 'due', server: { is: 'out' }, gap: null };

/** Returns the same object if nothing changes. */
export function step(channel: Channel, event: ChannelEvent): Channel {
  const { mounts, leave, server, gap } = channel;
  switch (event.type) {
    case 'mounted':
      return { ...channel, mounts: mounts + 1, leave: 'not-due' };
    case 'unmounted':
      return { ...channel, mounts: mounts - 1, leave: mounts > 1 ? 'not-due' : 'soon' };
    case 'not-mounted-again':
      return leave === 'soon' ? { ...channel, leave: 'due' } : channel;
    case 'retried':
      if (server.is === 'refused') return { ...channel, server: { is: 'out' } };
      return server.is === 'failed' || server.is === 'postponed'
        ? { ...channel, server: { is: 'unsure' } }
        : channel;
    case 'due':
      return server.is === 'postponed' ? { ...channel, server: { is: 'unsure' } } : channel;
    case 'told':
      return { ...channel, gap: null };
    case 'join-sent':
      return { ...channel, server: event.answer === 'comes' ? asked(event.ask) : { is: 'assumed' } };
    case 'leave-sent':
      return { ...channel, server: { is: 'leaving', ask: event.ask }, gap: null };
    case 'joined': {
      if (!isAwaited(server, event.ask)) return channel;
      const joined = { ...channel, server: { is: 'joined' } } as const;
      if (event.recovered === undefined) return joined;
      return { ...joined, gap: event.recovered ? null : { since: undefined } };
    }
    case 'refused':
      if (!isAwaited(server, event.ask)) return channel;
      return { ...channel, server: { is: 'refused', error: event.error } };
    case 'failed':
      if (!isAwaited(server, event.ask)) return channel;
      return { ...channel, server: { is: 'failed', ask: event.ask, error: event.error } };
    case 'postponed':
      return isAwaited(server, event.ask) ? { ...channel, server: { is: 'postponed' } } : channel;
    case 'left':
      return server.is === 'leaving' && server.ask === event.ask
        ? { ...channel, server: { is: 'out' } }
        : channel;
    case 'ended':
      if (!isMember(server)) return channel;
      return {
        ...channel,
        server: { is: 'refused', error: event.error },
        gap: gap ?? { since: event.position },
      };
    case 'link-lost':
      // The app took itself for a member, and perhaps the server never had its join.
      if (server.is === 'assumed' && event.received === 'perhaps')
        return { ...channel, server: { is: 'unsure' }, gap: { since: undefined } };
      return { ...channel, server: afterLink(server, event.received) };
    case 'session-began':
      if (server.is === 'unsure') return { ...channel, server: { is: 'out' } };
      if (server.is !== 'kept') return channel;
      return { ...channel, server: { is: 'out' }, gap: gap ?? { since: event.position } };
    case 'session-replaced':
      if (server.is === 'refused' || server.is === 'out') return channel;
      // What was sent on this link may have reached the new session, or the old one.
      return { ...channel, server: { is: 'unsure' }, gap: isMember(server) ? { since: undefined } : gap };
    case 'user-replaced':
      return { ...channel, server: { is: 'out' }, gap: null };
    default:
      event satisfies never;
      return channel;
  }
}

/** Which message has to be sent now. */
export function needed({ mounts, leave, server }: Channel): 'join' | 'leave' | undefined {
  const isUnwanted = mounts === 0 && leave === 'due';
  switch (server.is) {
    case 'out':
    case 'leaving':
      return mounts > 0 ? 'join' : undefined;
    case 'unsure':
      if (mounts > 0) return 'join';
      return isUnwanted ? 'leave' : undefined;
    case 'asked':
    case 'assumed':
    case 'joined':
    case 'kept':
    case 'failed':
    case 'postponed':
      return isUnwanted ? 'leave' : undefined;
    case 'refused':
      return undefined;
    default:
      server satisfies never;
      return undefined;
  }
}

/** Nobody wants it, and the server does not have it. */
export function isForgotten({ mounts, leave, server }: Channel): boolean {
  return mounts === 0 && leave === 'due' && (server.is === 'out' || server.is === 'refused');
}

/** Whether the server sends its events, as far as is known. */
export function isMember(server: ServerSide): boolean {
  return server.is === 'joined' || server.is === 'kept' || server.is === 'assumed';
}

/** Whether events may be missing until its join is answered. */
export function awaitsJoin({ mounts, server, gap }: Channel): boolean {
  if (gap === null || mounts === 0) return false;
  return server.is === 'out' || server.is === 'asked' || server.is === 'unsure' || server.is === 'postponed';
}

/** Whether the answer to this join counts. */
export function isAwaited(server: ServerSide, ask: number): boolean {
  return (server.is === 'asked' || server.is === 'failed') && server.ask === ask;
}

function asked(ask: number): ServerSide {
  return { is: 'asked', ask };
}

function afterLink(server: ServerSide, received: 'surely' | 'perhaps'): ServerSide {
  switch (server.is) {
    case 'joined':
    case 'assumed':
      return { is: 'kept' };
    case 'leaving':
      return { is: received === 'surely' ? 'out' : 'unsure' };
    case 'asked':
    case 'failed':
    case 'postponed':
      return { is: 'unsure' };
    case 'out':
    case 'kept':
    case 'unsure':
    case 'refused':
      return server;
    default:
      server satisfies never;
      return server;
  }
}
