/** Registers the events of a Mattermost server, and one of a plugin, as the manual says. */
import type { MattermostEvents } from 'everwire/mattermost';

declare module 'everwire' {
  interface Register {
    events: MattermostEvents;
  }
}

declare module 'everwire/mattermost' {
  interface MattermostEvents {
    'custom_com.example.poll_vote': { poll_id: string };
  }
}
