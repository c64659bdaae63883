/** How the server is told which channels are wanted: in the words of the envelope, or in those of the option `channels`. */

import type { ChannelsConfig } from '../../channel-types.ts';
import type { ChannelFrom, ChannelMessage, JoinResult, JoinWish } from '../../protocols/envelope-channels.ts';
import * as envelope from '../../protocols/envelope-channels.ts';
import type { IWebSocketEvent, ReplyResult } from '../../protocols/protocol.ts';
import type { ResolvedConfig } from '../config/config.ts';

export interface ChannelWire {
  /** The most names, and the most bytes of them, in one message. A leave has one name unless it is shared. */
  readonly maxNames: number;
  readonly maxBytes: number;
  readonly sharesLeaves: boolean;
  readonly joins: 'answered' | 'not-answered';
  readonly leaves: 'answered' | 'not-answered';
  join(wishes: readonly JoinWish[]): ChannelMessage;
  leave(names: readonly string[]): ChannelMessage;
  /** One result for each name. `one-by-one`: the reply is about all of them together, and says nothing about each. */
  results(names: readonly string[], reply: ReplyResult): readonly JoinResult[] | 'one-by-one';
  /** The reason with which the server ended the membership in the event's channel, if that is what the event says. */
  endedBy(event: IWebSocketEvent): string | undefined;
}

const envelopeWire: ChannelWire = {
  maxNames: envelope.MAX_NAMES,
  maxBytes: envelope.MAX_NAME_BYTES,
  sharesLeaves: true,
  joins: 'answered',
  leaves: 'answered',
  join: envelope.joinMessage,
  leave: envelope.leaveMessage,
  results: envelope.joinResults,
  endedBy: envelope.endedBy,
};

/** Undefined: it is not known how to tell the server. */
export function wireOf({
  channels,
  protocol,
}: Pick<ResolvedConfig, 'channels' | 'protocol'>): ChannelWire | undefined {
  if (channels) return givenWire(channels);
  return envelope.hasChannels(protocol) ? envelopeWire : undefined;
}

function givenWire({ join, leave, many, answered = false, left }: ChannelsConfig): ChannelWire {
  return {
    maxNames: many ? Number.POSITIVE_INFINITY : 1,
    maxBytes: Number.POSITIVE_INFINITY,
    sharesLeaves: false,
    joins: answered ? 'answered' : 'not-answered',
    leaves: 'not-answered',
    join([first, ...others]) {
      const { name = '', from } = first ?? {};
      return many && others.length > 0
        ? many([name, ...others.map((one) => one.name)])
        : join(name, { from });
    },
    leave: ([name = '']) => leave(name),
    results(names, reply) {
      if (reply.status === 'ok') return names.map(() => ({ is: 'joined', recovered: undefined, events: [] }));
      return names.length > 1 ? 'one-by-one' : [{ is: 'refused', reason: reply }];
    },
    endedBy: (event) => (event.channel !== undefined && left?.(event) ? event.event : undefined),
  };
}

/** A message that several channels can share. */
export function mayShare(from: ChannelFrom | undefined, wire: ChannelWire): boolean {
  return wire === envelopeWire || from === undefined;
}
