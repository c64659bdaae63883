/** How does a Mattermost server speak? Its address, its frames and its replies. */
import { envelopeProtocol } from '../envelope.ts';
import type { Protocol } from '../protocol.ts';

export interface MattermostProtocolOptions {
  /** Ask the server to mark posts that it wants acknowledged (`data.should_ack`). Default false. */
  readonly postedAck?: boolean;
}

export function createMattermostProtocol(_options: MattermostProtocolOptions = {}): Protocol {
  return envelopeProtocol;
}

export const mattermostProtocol: Protocol = /* @__PURE__ */ createMattermostProtocol();
