// What becomes of those who hand out raw messages, where their user parses each message once for all components?
// More than their documents show, and the most that can be had of them without a router of one's own.

import { type Frame, parseFrame } from './frame.ts';
import { createPartysocket } from './partysocket.tsx';
import { createReactUseWebsocket } from './react-use-websocket.tsx';

export const reactUseWebsocket = createReactUseWebsocket('react-use-websocket, parsed once', parsedOnce);

export const partysocket = createPartysocket('partysocket, parsed once', parsedOnce);

let lastMessage: MessageEvent | null = null;
let lastFrame: Frame | null = null;

/** Listeners are called with one message after the other, so that remembering the last is enough. */
function parsedOnce(message: MessageEvent): Frame {
  if (message === lastMessage && lastFrame !== null) return lastFrame;
  lastMessage = message;
  lastFrame = parseFrame(message.data);
  return lastFrame;
}
