/** The fields of Mattermost's events that hold JSON in a string, and the types of that JSON. */
import type {
  ChannelBookmarkWithFileInfo,
  UpdateChannelBookmarkResponse,
} from '@mattermost/types/channel_bookmarks';
import type { ChannelCategory } from '@mattermost/types/channel_categories';
import type { Channel, ChannelJoinRequest, ChannelMembership } from '@mattermost/types/channels';
import type { Draft } from '@mattermost/types/drafts';
import type { CustomEmoji } from '@mattermost/types/emojis';
import type { Group, GroupMember } from '@mattermost/types/groups';
import type { OpenDialogRequest } from '@mattermost/types/integrations';
import type { Post, PostAcknowledgement } from '@mattermost/types/posts';
import type { PreferenceType } from '@mattermost/types/preferences';
import type { PropertyField, PropertyValue } from '@mattermost/types/properties';
import type { Reaction } from '@mattermost/types/reactions';
import type { Role } from '@mattermost/types/roles';
import type { ScheduledPost } from '@mattermost/types/schedule_post';
import type { Team, TeamMembership } from '@mattermost/types/teams';
import type { UserThread } from '@mattermost/types/threads';

/** The decoded types. The published types do not help: their `JsonEncodedValue<T>` is `string` for every `T`. */
export interface JsonFields {
  posted: { post: Post; mentions: string[]; followers: string[] };
  post_edited: { post: Post };
  post_deleted: { post: Post };
  /** A string from one code path of the server, an object from another. */
  post_revealed: { post: Post };
  ephemeral_message: { post: Post };
  persistent_notification_triggered: { post: Post; mentions: string[] };
  reaction_added: { reaction: Reaction };
  reaction_removed: { reaction: Reaction };
  post_acknowledgement_added: { acknowledgement: PostAcknowledgement };
  post_acknowledgement_removed: { acknowledgement: PostAcknowledgement };
  draft_created: { draft: Draft };
  draft_updated: { draft: Draft };
  draft_deleted: { draft: Draft };
  scheduled_post_created: { scheduledPost: ScheduledPost };
  scheduled_post_updated: { scheduledPost: ScheduledPost };
  scheduled_post_deleted: { scheduledPost: ScheduledPost };
  thread_updated: { thread: UserThread };
  channel_updated: { channel: Channel };
  channel_access_control_updated: { channel: Channel };
  channel_member_updated: { channelMember: ChannelMembership };
  channel_bookmark_created: { bookmark: ChannelBookmarkWithFileInfo };
  channel_bookmark_updated: { bookmarks: UpdateChannelBookmarkResponse };
  channel_bookmark_deleted: { bookmark: ChannelBookmarkWithFileInfo };
  channel_bookmark_sorted: { bookmarks: ChannelBookmarkWithFileInfo[] };
  channel_join_request_created: { request: ChannelJoinRequest };
  channel_join_request_updated: { request: ChannelJoinRequest };
  group_added: { teammate_ids: string[] };
  update_team: { team: Team };
  delete_team: { team: Team };
  restore_team: { team: Team };
  update_team_scheme: { team: Team };
  team_access_control_updated: { team: Team };
  memberrole_updated: { member: TeamMembership };
  received_group: { group: Group };
  group_member_add: { group_member: GroupMember };
  group_member_deleted: { group_member: GroupMember };
  preference_changed: { preference: PreferenceType };
  preferences_changed: { preferences: PreferenceType[] };
  preferences_deleted: { preferences: PreferenceType[] };
  sidebar_category_updated: { updatedCategories: ChannelCategory[] };
  property_field_created: { property_field: PropertyField };
  property_field_updated: { property_field: PropertyField };
  property_values_updated: { values: PropertyValue<unknown>[] };
  content_flagging_report_value_updated: { property_values: PropertyValue<unknown>[] };
  emoji_added: { emoji: Omit<CustomEmoji, 'category'> };
  role_updated: { role: Role };
  open_dialog: { dialog: OpenDialogRequest };
  first_admin_visit_marketplace_status_received: { firstAdminVisitMarketplaceStatus: boolean };
}

/** The same fields as values. `satisfies` checks that the two lists agree. */
const fields = {
  posted: ['post', 'mentions', 'followers'],
  post_edited: ['post'],
  post_deleted: ['post'],
  post_revealed: ['post'],
  ephemeral_message: ['post'],
  persistent_notification_triggered: ['post', 'mentions'],
  reaction_added: ['reaction'],
  reaction_removed: ['reaction'],
  post_acknowledgement_added: ['acknowledgement'],
  post_acknowledgement_removed: ['acknowledgement'],
  draft_created: ['draft'],
  draft_updated: ['draft'],
  draft_deleted: ['draft'],
  scheduled_post_created: ['scheduledPost'],
  scheduled_post_updated: ['scheduledPost'],
  scheduled_post_deleted: ['scheduledPost'],
  thread_updated: ['thread'],
  channel_updated: ['channel'],
  channel_access_control_updated: ['channel'],
  channel_member_updated: ['channelMember'],
  channel_bookmark_created: ['bookmark'],
  channel_bookmark_updated: ['bookmarks'],
  channel_bookmark_deleted: ['bookmark'],
  channel_bookmark_sorted: ['bookmarks'],
  channel_join_request_created: ['request'],
  channel_join_request_updated: ['request'],
  group_added: ['teammate_ids'],
  update_team: ['team'],
  delete_team: ['team'],
  restore_team: ['team'],
  update_team_scheme: ['team'],
  team_access_control_updated: ['team'],
  memberrole_updated: ['member'],
  received_group: ['group'],
  group_member_add: ['group_member'],
  group_member_deleted: ['group_member'],
  preference_changed: ['preference'],
  preferences_changed: ['preferences'],
  preferences_deleted: ['preferences'],
  sidebar_category_updated: ['updatedCategories'],
  property_field_created: ['property_field'],
  property_field_updated: ['property_field'],
  property_values_updated: ['values'],
  content_flagging_report_value_updated: ['property_values'],
  emoji_added: ['emoji'],
  role_updated: ['role'],
  open_dialog: ['dialog'],
  first_admin_visit_marketplace_status_received: ['firstAdminVisitMarketplaceStatus'],
} satisfies { [Name in keyof JsonFields]: readonly (keyof JsonFields[Name])[] };

const fieldsByName: ReadonlyMap<string, readonly string[]> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries(fields),
);

const none: readonly string[] = [];

export function jsonFieldsOf(event: string): readonly string[] {
  return fieldsByName.get(event) ?? none;
}
