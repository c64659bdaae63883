/** One connection that shares: whether it does with this config, in which circle of tabs, and what runs its life meanwhile. */

import { describeThrown, failure, type WebSocketServiceError } from '../src/errors.ts';
import type { ReaderParts } from '../src/service/attempt/link-reader.ts';
import type { ResolvedConfig } from '../src/service/config/config.ts';
import type { Shared } from '../src/service/share.ts';
import { MESSAGES_VERSION } from './messages.ts';
import { type Host, joinTabs, type Participant, type RelayPlace } from './participant.ts';
import { notInWorker } from './plain-config.ts';
import { hashOf, missingSupport } from './platform.ts';
import { type SharedLink, startSharedAttempt } from './shared-attempt.ts';
import { sharedTransition } from './shared-lifecycle.ts';

/** The tabs that share, for one connection. */
interface Circle {
  readonly key: string;
  participant?: Participant;
}

export interface SharingOfConnection extends Shared {
  /** Whether a connection with this config is shared. */
  isOn(config: ResolvedConfig): boolean;
}

export function createSharing(
  parts: ReaderParts,
  createWorker: (() => SharedWorker) | undefined,
): SharingOfConnection {
  const { active, lifecycle, reporter, sequence, stores } = parts;
  let off: string | undefined = missingSupport(createWorker ? 'worker' : 'tab');
  const told = new Set<string>();
  let circle: Circle | undefined;
  let current: SharedLink | undefined;

  const tell = (why: string): void => {
    if (told.has(why)) return;
    told.add(why);
    reporter.log('warn', `The connection is not shared with other tabs: ${why}.`);
  };

  const leave = (): void => {
    if (circle === undefined) return;
    circle.participant?.leave();
    circle = undefined;
    stores.publish({ sharing: 'off' });
  };

  /** The participant outlives the links of one session, and ends with it. */
  const onEnd = (): void => {
    current = undefined;
    const { phase } = lifecycle.state;
    if (phase === 'stopped' || phase === 'paused' || phase === 'asleep') return leave();
    circle?.participant?.unlink();
  };

  const host: Host = {
    config: () => active.config,
    told: (told) => current?.told(told),
    sharing: (sharing) => stores.publish({ sharing }),
    off(why) {
      off = why;
      circle = undefined;
      stores.publish({ sharing: 'off' });
      tell(why);
      // With the usual lifecycle from here on.
      lifecycle.dispatch({ type: 'reconnect' });
    },
  };

  const configError = (): WebSocketServiceError | undefined => {
    const option = createWorker && active.config && notInWorker(active.config);
    if (option === undefined) return undefined;
    const kind = option === 'WebSocket' ? 'a class' : 'a function';
    return failure('invalid-config/not-in-worker', { option, kind });
  };

  const enter = (key: string): void => {
    leave();
    const entered: Circle = { key };
    circle = entered;
    const join = ([hash, place]: readonly [string, RelayPlace]): void => {
      if (circle !== entered) return;
      entered.participant = joinTabs(hash, host, place);
      if (current) entered.participant.attach(sequence.resumePoint());
    };
    Promise.all([hashOf(key), placeOf(createWorker)]).then(join, (thrown) => {
      if (circle === entered) host.off(`its code could not be loaded (${describeThrown(thrown)})`);
    });
  };

  return {
    isOn(config) {
      const why = off ?? unfit(config);
      if (why === undefined) return true;
      tell(why);
      // Until now it was.
      if (circle) leave();
      return false;
    },
    transition(state, event, policy) {
      const error = configError();
      const begins = event.type === 'connect' || event.type === 'reconnect' || event.type === 'resume';
      if (error === undefined || !begins) return sharedTransition(state, event, policy);
      // Reported once, however often the same config is given again.
      if (state.phase === 'stopped' && state.error?.message === error.message) return [state, []];
      return sharedTransition(state, { type: 'reject', error }, policy);
    },
    startAttempt(number, tokenReason, config) {
      current = startSharedAttempt(number, config.protocol, parts, () => circle?.participant, onEnd);
      const { place, who } = config.session;
      const key = JSON.stringify([MESSAGES_VERSION, place, who]);
      if (circle?.key === key) circle.participant?.attach(sequence.resumePoint());
      else enter(key);
      if (tokenReason === 'reconnect') circle?.participant?.command('reconnect');
      return current.attempt;
    },
    report: () => circle?.participant?.report(),
  };
}

/** The code of a relay is a file of its own: with a worker, the page never loads it. */
async function placeOf(create: (() => SharedWorker) | undefined): Promise<RelayPlace> {
  if (create) return { in: 'worker', create };
  const { createTabRelay } = await import('./tab-relay.ts');
  return { in: 'tab', createTabRelay };
}

/** Why tabs with this config can't share; undefined: they can. */
function unfit({ session, protocol, auth, channels }: ResolvedConfig): string | undefined {
  if (session.who === null) return 'a token function needs an identity, so that users do not share a socket';
  if (auth === 'cookie' && session.who === ANYONE)
    return 'a session in a cookie needs an identity, so that users do not share a socket';
  if (channels) return 'with the option channels, one tab would leave the channels of another';
  return protocol.open ? `the protocol "${protocol.name}" keeps state for each link` : undefined;
}

/** Of a config without identity and token. */
const ANYONE = '[null,null]';
