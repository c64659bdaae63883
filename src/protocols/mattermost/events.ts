/** The types of a Mattermost server's events, for `Register`. */
import type { WebSocketMessage } from '@mattermost/client';
import type { ChannelJoinRequest } from '@mattermost/types/channels';
import type { JsonFields } from './json-fields.ts';

/**
 * The events of a Mattermost server, name to data, with the JSON strings inside `data` decoded. Register it once;
 * `event$`, hooks and handlers then use it:
 *
 * ```ts
 * import type { MattermostEvents } from 'everwire/mattermost';
 *
 * declare module 'everwire' {
 *   interface Register {
 *     events: MattermostEvents;
 *   }
 * }
 * ```
 *
 * The types are those of `@mattermost/client` and `@mattermost/types`: install both beside `everwire` (for their types
 * only; nothing of them is bundled). The types assume that every field can be decoded. One that can't, which no server
 * should send, is `undefined`, and `errors$` emits `invalid-payload`.
 *
 * Events of plugins (`custom_<plugin id>_<name>`) are included, with `unknown` data. Declare their types, or names that
 * the published types lack, by merging:
 *
 * ```ts
 * declare module 'everwire/mattermost' {
 *   interface MattermostEvents {
 *     'custom_com.example.poll_vote': { poll_id: string };
 *   }
 * }
 * ```
 *
 * `MattermostEvents & Record<string, unknown>` allows every name, so a misspelt one is no type error.
 */
export interface MattermostEvents extends PublishedEvents, JoinRequestEvents {
  [plugin: `custom_${string}`]: unknown;
}

/** Members of the published union that are no events: actions of clients, and messages inside the server. */
type NoEvent = 'authentication_challenge' | 'posted_notify_ack' | 'presence' | 'response';

type PublishedEvents = {
  [Message in WebSocketMessage as Exclude<`${Message['event']}`, NoEvent>]: DataOf<
    `${Message['event']}`,
    Message['data']
  >;
};

type DataOf<Name extends string, Data> = Name extends keyof Corrections
  ? Replace<Data, Corrections[Name]>
  : Name extends keyof JsonFields
    ? Replace<Data, JsonFields[Name]>
    : Data;

/** A mapped type over `Data` itself, so that optional fields stay optional. */
type Replace<Data, Fields> = {
  [Field in keyof Data]: Field extends keyof Fields ? Fields[Field] : Data[Field];
};

/** The published types say `boolean`; the server sends a string, or nothing. */
interface FileFlags {
  otherFile: 'true';
  image: 'true';
}

interface Corrections {
  posted: JsonFields['posted'] & FileFlags;
  persistent_notification_triggered: JsonFields['persistent_notification_triggered'] & FileFlags;
}

/** Missing from the published union. The server sends an empty string if it could not serialise the request. */
interface JoinRequestEvents {
  channel_join_request_created: { channel_id: string; request: ChannelJoinRequest | undefined };
  channel_join_request_updated: { channel_id: string; request: ChannelJoinRequest | undefined };
}
