/** What do the events of a Mattermost server carry? Their types, for `Register`. */
import type { WebSocketMessage } from '@mattermost/client';
import type { ChannelJoinRequest } from '@mattermost/types/channels';
import type { JsonFields } from './json-fields.ts';

/**
 * The events of a Mattermost server, name to data, with the JSON strings inside `data` decoded. Register it once, and
 * `event$`, every hook and every handler knows them:
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
 * only; nothing of them is bundled). A field is typed as the server promises it. One that can't be decoded, which no
 * server should send, reads as `undefined` all the same, and `errors$` has an `invalid-payload`.
 *
 * Events of plugins (`custom_<plugin id>_<name>`) are known, their data is `unknown`. Say what it is, or add names
 * that the published types lack, by merging:
 *
 * ```ts
 * declare module 'everwire/mattermost' {
 *   interface MattermostEvents {
 *     'custom_com.example.poll_vote': { poll_id: string };
 *   }
 * }
 * ```
 *
 * `MattermostEvents & Record<string, unknown>` allows every name, and so finds no misspelt one.
 */
export interface MattermostEvents extends PublishedEvents, JoinRequestEvents {
  [plugin: `custom_${string}`]: unknown;
}

/** What stands in the published union, but is no event: names of actions, and of what never leaves the server. */
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

/** A mapped type over `Data` itself, which keeps what is optional. */
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

/** Missing from the published union. The server sends an empty string where it could not write the request. */
interface JoinRequestEvents {
  channel_join_request_created: { channel_id: string; request: ChannelJoinRequest | undefined };
  channel_join_request_updated: { channel_id: string; request: ChannelJoinRequest | undefined };
}
