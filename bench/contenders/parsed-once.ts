/**
 * Variants of the contenders that deliver raw messages: here the user parses each message once for all components. That
 * is more than their documents show, and the best that is possible without a router of one's own.
 */

import { type Frame, parseFrame } from './frame.ts';
import { createPartysocket } from './partysocket.tsx';
import { createReactUseWebsocket } from './react-use-websocket.tsx';

export const reactUseWebsocket = createReactUseWebsocket('react-use-websocket, parsed once', parsedOnce);

export const partysocket = createPartysocket('partysocket, parsed once', parsedOnce);

let lastMessage: MessageEvent | null = null;
let lastFrame: Frame | null = null;

/** Listeners are called with one message after the other, so it is enough to remember the last. */
function parsedOnce(message: MessageEvent): Frame {
  if (message === lastMessage && lastFrame !== null) return lastFrame;
  lastMessage = message;
  lastFrame = parseFrame(message.data);
  return lastFrame;
}
