/** Makes the bad frames that a server can send. */

import type { Frame, GarbleKind } from './types.ts';

/** Characters of the payload: more than a client accepts by default. */
const TOO_LONG = 4_194_304;

/** The bad frame of one kind. None of them uses up a sequence number. */
export function garbledFrame(kind: GarbleKind): Frame {
  switch (kind) {
    case 'json':
      return '{"event":"garbled","data":';
    case 'empty':
      return '';
    case 'array':
      return '[{"event":"garbled"}]';
    case 'null':
      return 'null';
    case 'number':
      return '42';
    case 'string':
      return '"garbled"';
    case 'no-event':
      return '{"data":{},"seq":1}';
    case 'event-not-string':
      return '{"event":7,"data":{},"seq":1}';
    case 'unsafe-seq':
      return '{"event":"garbled","data":{},"seq":9007199254740993}';
    case 'negative-seq':
      return '{"event":"garbled","data":{},"seq":-7}';
    case 'fractional-seq':
      return '{"event":"garbled","data":{},"seq":1.5}';
    case 'string-seq':
      return '{"event":"garbled","data":{},"seq":"10"}';
    case 'hello-without-id':
      return '{"event":"hello","data":{},"seq":0}';
    case 'unknown-reply':
      return '{"seq_reply":999999999,"status":"OK","data":{}}';
    case 'binary':
      return new Uint8Array([0xde, 0xad, 0xbe, 0xef]).buffer;
    case 'too-long':
      return `{"event":"garbled","data":"${'x'.repeat(TOO_LONG)}"}`;
    default:
      return kind satisfies never;
  }
}
