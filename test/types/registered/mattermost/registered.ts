/**
 * The types where Mattermost's events are registered. Not a `.test-d.ts`: vitest would check it in the program of the
 * root, which excludes it, and find no errors.
 */

import type { Channel } from '@mattermost/types/channels';
import type { Post } from '@mattermost/types/posts';
import {
  type EventName,
  type EventOf,
  type IWebSocketEvent,
  useWsEvent,
  useWsEventHandler,
  useWsReducer,
  websocketService,
} from 'everwire';
import * as core from 'everwire/core';
import type { MattermostEvents } from 'everwire/mattermost';
import type { Observable } from 'rxjs';
import { describe, expectTypeOf, it } from 'vitest';
import './register.ts';

describe('the service', () => {
  it('knows the data of each name', () => {
    expectTypeOf(() => websocketService.event$('posted')).returns.toEqualTypeOf<
      Observable<IWebSocketEvent<MattermostEvents['posted'], 'posted'>>
    >();
    expectTypeOf(() => core.websocketService.event$('posted')).returns.toEqualTypeOf<
      Observable<IWebSocketEvent<MattermostEvents['posted'], 'posted'>>
    >();
    expectTypeOf<EventOf<'posted'>['data']['post']>().toEqualTypeOf<Post>();
    expectTypeOf<EventOf<'hello'>['data']['server_version']>().toEqualTypeOf<string>();
    // @ts-expect-error no such event
    expectTypeOf(() => websocketService.event$('psoted')).toBeFunction();
  });

  it('knows the events of plugins: those that were merged in, and that there are others', () => {
    expectTypeOf<EventOf<'custom_com.example.poll_vote'>['data']>().toEqualTypeOf<{ poll_id: string }>();
    expectTypeOf<EventOf<'custom_other_event'>['data']>().toBeUnknown();
    expectTypeOf<'custom_other_event'>().toExtend<EventName>();
    expectTypeOf(() => websocketService.event$('custom_other_event')).toBeFunction();
  });
});

describe('the hooks', () => {
  it('know it too', () => {
    expectTypeOf(() => useWsEvent('posted')?.data.post.message).returns.toEqualTypeOf<string | undefined>();
    const selected = () => useWsEvent('channel_updated', { select: ({ data }) => data.channel });
    expectTypeOf(selected).returns.toEqualTypeOf<Channel | undefined>();
    const handled = () =>
      useWsEventHandler(['posted', 'typing'], (event) => {
        switch (event.event) {
          case 'posted':
            return expectTypeOf(event.data.post).toEqualTypeOf<Post>();
          case 'typing':
            return expectTypeOf(event.data.user_id).toEqualTypeOf<string>();
          default:
            return event satisfies never;
        }
      });
    expectTypeOf(handled).returns.toBeVoid();
    const reduced = () => useWsReducer('posted', (ids: string[], { data }) => [...ids, data.post.id], []);
    expectTypeOf(reduced).returns.toEqualTypeOf<string[]>();
    // @ts-expect-error no such field
    expectTypeOf(() => useWsEvent('posted')?.data.post.text).toBeFunction();
    // @ts-expect-error no such event
    expectTypeOf(() => useWsEventHandler('psoted', () => undefined)).toBeFunction();
  });
});
