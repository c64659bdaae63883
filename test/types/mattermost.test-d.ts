/** The types of a Mattermost server's events: the published types, decoded and corrected. */

import type { Channel, ChannelJoinRequest } from '@mattermost/types/channels';
import type { Post } from '@mattermost/types/posts';
import type { Protocol } from 'everwire';
import { createMattermostProtocol, type MattermostEvents, mattermostProtocol } from 'everwire/mattermost';
import { describe, expectTypeOf, it } from 'vitest';

type Posted = MattermostEvents['posted'];

describe('the protocol', () => {
  it('is one, with or without options', () => {
    expectTypeOf(mattermostProtocol).toExtend<Protocol>();
    expectTypeOf(createMattermostProtocol()).toExtend<Protocol>();
    expectTypeOf(createMattermostProtocol({ postedAck: true })).toExtend<Protocol>();
    // @ts-expect-error no such option
    createMattermostProtocol({ postAck: true });
  });
});

describe('data', () => {
  it('has the JSON inside decoded, and keeps what is optional', () => {
    expectTypeOf<Posted['post']>().toEqualTypeOf<Post>();
    expectTypeOf<Posted['mentions']>().toEqualTypeOf<string[] | undefined>();
    expectTypeOf<Posted['team_id']>().toEqualTypeOf<string>();
    expectTypeOf<MattermostEvents['channel_updated']>().toEqualTypeOf<{
      channel?: Channel;
      channel_id?: string;
    }>();
    expectTypeOf<MattermostEvents['first_admin_visit_marketplace_status_received']>().toEqualTypeOf<{
      firstAdminVisitMarketplaceStatus: boolean;
    }>();
  });

  it('is of one kind where the server sends two', () => {
    expectTypeOf<MattermostEvents['post_revealed']>().toEqualTypeOf<{ post?: Post; recipients?: string[] }>();
  });

  it('is what the server sends where the published types say otherwise', () => {
    expectTypeOf<Posted['otherFile']>().toEqualTypeOf<'true' | undefined>();
    expectTypeOf<Posted['image']>().toEqualTypeOf<'true' | undefined>();
    type Persistent = MattermostEvents['persistent_notification_triggered'];
    expectTypeOf<Persistent['image']>().toEqualTypeOf<'true' | undefined>();
    expectTypeOf<Persistent['post']>().toEqualTypeOf<Post>();
    expectTypeOf<MattermostEvents['channel_join_request_created']>().toEqualTypeOf<{
      channel_id: string;
      request: ChannelJoinRequest | undefined;
    }>();
  });

  it('is the published one where it holds no JSON', () => {
    expectTypeOf<MattermostEvents['typing']>().toEqualTypeOf<{ parent_id: string; user_id: string }>();
    expectTypeOf<MattermostEvents['hello']['connection_id']>().toEqualTypeOf<string>();
    expectTypeOf<MattermostEvents['user_updated']['user']['username']>().toEqualTypeOf<string>();
    expectTypeOf<MattermostEvents['thread_read_changed']>().not.toBeAny();
  });

  it('is never any', () => {
    type Anys = { [Name in keyof MattermostEvents]: 0 extends 1 & MattermostEvents[Name] ? Name : never };
    expectTypeOf<Anys[keyof Anys]>().toEqualTypeOf<never>();
  });
});

describe('names', () => {
  it('are those that servers send, and not those of actions', () => {
    expectTypeOf<'group_member_add' | 'post_burned'>().toExtend<keyof MattermostEvents>();
    expectTypeOf<
      Extract<keyof MattermostEvents, 'authentication_challenge' | 'presence' | 'response'>
    >().toBeNever();
    // @ts-expect-error no such event
    expectTypeOf<MattermostEvents['psoted']>().toBeUnknown();
  });

  it('of plugins are known, and say nothing of their data', () => {
    expectTypeOf<MattermostEvents['custom_com.example.poll_vote']>().toBeUnknown();
  });

  it('can be added, or all be allowed', () => {
    interface Mine extends MattermostEvents {
      job_updated: { job_id: string };
      'custom_com.example.poll_vote': { poll_id: string };
    }
    expectTypeOf<Mine['job_updated']>().toEqualTypeOf<{ job_id: string }>();
    expectTypeOf<Mine['custom_com.example.poll_vote']['poll_id']>().toEqualTypeOf<string>();
    expectTypeOf<Mine['posted']>().toEqualTypeOf<Posted>();
    type Open = MattermostEvents & Record<string, unknown>;
    expectTypeOf<Open['posted']['post']>().toEqualTypeOf<Post>();
    expectTypeOf<Open['anything']>().toBeUnknown();
  });
});
