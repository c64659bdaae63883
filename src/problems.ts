/** Every problem that can be reported, and its facts. Types only: this file adds no code. */
import type { MalformedReason, UnrecognisedReason } from './protocols/protocol.ts';

/**
 * Every problem with its facts. The facts fill the sentence and become the error's `details`. A name starts with the
 * error's code; the part after the slash distinguishes the causes of one code.
 */
export interface Problems {
  'invalid-config/no-object': NoFacts;
  'invalid-config/no-url': Option;
  'invalid-config/unknown-option': Option & { readonly known: readonly string[] };
  'invalid-config/wrong-value': Option & { readonly wanted: Wanted };
  'invalid-config/no-websocket': Option;
  'invalid-config/unknown-auth': Option & {
    readonly protocol: string;
    readonly auth: string;
    readonly modes: readonly string[];
  };
  'invalid-config/refused-by-environment': { readonly name: string };
  'invalid-config/address': Option & Address;
  'invalid-config/new-protocol': Option & { readonly protocol: string };
  'invalid-config/two-providers': Option;
  'invalid-config/no-channels': Option & { readonly protocol: string };
  'invalid-config/not-in-worker': Option & { readonly kind: string };
  'missing-provider': NoFacts;
  'url-failed/threw': ForeignText;
  'url-failed/nothing': NoFacts;
  'url-failed/address': Address;
  'url-failed/protocol-threw': ForeignText;
  'token-failed/threw': ForeignText;
  'token-failed/nothing': NoFacts;
  'connect-timeout/token': ConnectTimeout;
  'connect-timeout/server': ConnectTimeout;
  'connect-timeout/silent': NoFacts;
  'connect-timeout/waited': { readonly timeoutMs: number };
  'connection-failed': { readonly code: number };
  'attempts-exhausted': { readonly failures: number };
  'unauthorized/fixed-token': NoFacts;
  'unauthorized/fresh-token': NoFacts;
  'fatal-close': { readonly code: number | null };
  'heartbeat-refused': { readonly code: number };
  'malformed-frame': { readonly reason: MalformedReason; readonly length: number | null };
  'unrecognised-frame': { readonly reason: UnrecognisedReason; readonly length: number | null };
  'invalid-payload/field': Message & { readonly field: string };
  'invalid-payload/schema': Message & ForeignText & { readonly issues: readonly PayloadIssue[] };
  'invalid-payload/no-verdict': Message & ForeignText;
  'resync-failed/threw': ForeignText;
  'resync-failed/late': { readonly resyncTimeout: number };
  'handler-failed/threw': ForeignText & { readonly what: string };
  'handler-failed/nonsense': Option & { readonly answer: string; readonly wanted: Wanted };
  'invalid-argument/service': NoFacts;
  'invalid-argument/event-name': NoFacts;
  'invalid-argument/channel-name': NoFacts;
  'invalid-argument/channel-from': NoFacts;
  'invalid-argument/message-name': NoFacts;
  'invalid-argument/request-timeout': NoFacts;
  'invalid-argument/wait-timeout': NoFacts;
  'invalid-argument/grace': NoFacts;
  'invalid-argument/limit': NoFacts;
  'invalid-argument/pipeline': NoFacts;
  'invalid-argument/inputs': NoFacts;
  'invalid-argument/start': NoFacts;
  'invalid-argument/append': NoFacts;
  'invalid-argument/every': NoFacts;
  'invalid-argument/key': NoFacts;
  'invalid-argument/ttl': NoFacts;
  'invalid-argument/live-option': Option;
  'invalid-argument/store': NoFacts;
  'invalid-argument/second-service': NoFacts;
  'invalid-argument/empty-fold': NoFacts;
  'invalid-argument/impure-fold': NoFacts;
  'not-serializable': Message & ForeignText;
  'not-serializable/not-copied': Message;
  'message-dropped': Message & { readonly reason: 'full' | 'expired' | 'disconnected' };
  'too-large': Message & { readonly limitBytes: number | null };
  'send-buffer-full': Message & { readonly limitBytes: number };
  'not-connected/now': Message;
  'not-connected/never': NoFacts;
  'not-connected/unwanted': NoFacts;
  'connection-lost': NoFacts;
  'connection-lost/undrained': NoFacts;
  'connection-lost/partly-sent': Message;
  'request-timeout': Message & { readonly timeoutMs: number };
  'request-timeout/unsent': Message & { readonly timeoutMs: number };
  'request-aborted': Message;
  'request-failed': Message & ForeignText & { readonly server: Readonly<Record<string, unknown>> };
  'channel-refused': Channel & ForeignText & { readonly server: Readonly<Record<string, unknown>> };
  'channel-refused/ended': Channel & ForeignText;
  'wait-aborted': NoFacts;
  disposed: NoFacts;
}

export type Problem = keyof Problems;

/** Why an address is invalid. */
export type AddressFlaw = 'no-host' | 'not-an-address' | 'scheme' | 'fragment' | 'insecure';

/** The required type of an option, or of a function's return value. */
export type Wanted =
  | 'ms'
  | 'positive-ms'
  | 'count'
  | 'positive-count'
  | 'function'
  | 'string'
  | 'string-or-function'
  | 'token'
  | 'false-or-object'
  | 'heartbeat'
  | 'schemas'
  | 'auth'
  | 'batch'
  | 'backoff'
  | 'verdict'
  | 'fraction'
  | 'logger'
  | 'channels'
  | 'protocol';

/** One issue that a schema found, and its path in the data. */
export type PayloadIssue = {
  readonly message: string;
  readonly path: readonly (string | number)[];
};

type NoFacts = {
  readonly [fact: string]: never;
};

type Option = {
  readonly option: string;
};

type Address = {
  /** Without its query, fragment and credentials. */
  readonly url: string;
  readonly flaw: AddressFlaw;
};

/** Text from the app or the server. Secrets were removed from it. */
type ForeignText = {
  readonly words: string;
};

type ConnectTimeout = {
  readonly connectTimeoutMs: number;
};

type Channel = {
  readonly channel: string;
};

type Message = {
  readonly event: string;
};
