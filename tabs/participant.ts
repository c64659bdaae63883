/** Runs one tab: carries out what tab.ts decides, with the channel, the lock, the page, and the relay that lives in the tab. */
import { describeThrown } from '../src/errors.ts';
import type { OutgoingMessage, ResumePoint } from '../src/protocols/protocol.ts';
import type { ResolvedConfig } from '../src/service/config/config.ts';
import { createRunInTurn } from '../src/service/run-in-turn.ts';
import type { SharingReport } from '../src/service/share.ts';
import type { Sharing } from '../src/types.ts';
import {
  type Command,
  isOfRelay,
  MESSAGES_VERSION,
  type Message,
  type RelayMessage,
  type Told,
} from './messages.ts';
import { toPlainConfig } from './plain-config.ts';
import {
  createLock,
  every,
  openChannel,
  openWorker,
  pageNow,
  RELAY_TICK_MS,
  randomId,
  type WorkerLine,
  watchPage,
} from './platform.ts';
import { createTab, stepTab, type TabEffect, type TabInput } from './tab.ts';
import type { createTabRelay } from './tab-relay.ts';

/** How often a tab looks whether its relay is silent, so that it notices it soon after the three seconds; ms. */
const LOOK_EVERY_MS = 250;

/** The connection that takes part. */
export interface Host {
  config(): ResolvedConfig | undefined;
  told(told: Told): void;
  sharing(sharing: Sharing): void;
  /** Sharing does not work here: use an own socket. */
  off(why: string): void;
}

export interface Participant {
  readonly id: string;
  attach(resume: ResumePoint | null): void;
  unlink(): void;
  send(message: OutgoingMessage, bytes: number): void;
  cancel(id: number): void;
  command(command: Command): void;
  followConfig(): void;
  report(): SharingReport;
  leave(): void;
}

/** Where the relay is: in a worker that this creates, or in a tab that has this code. */
export type RelayPlace =
  | { readonly in: 'worker'; readonly create: () => SharedWorker }
  | { readonly in: 'tab'; readonly createTabRelay: typeof createTabRelay };

export function joinTabs(key: string, host: Host, place: RelayPlace): Participant {
  const name = `everwire:${key}`;
  const id = randomId();
  let tab = createTab(id, place.in, pageNow());
  let line: WorkerLine | undefined;
  let isOver = false;
  /** It uses its own socket; the rest of the step that found this says nothing more. */
  let isGivenUp = false;
  let shown: Sharing | undefined;
  const controller = new AbortController();
  const runInTurn = createRunInTurn((thrown) =>
    // A fault of ours: an error of the page, and what comes next still happens.
    queueMicrotask(() => {
      throw thrown;
    }),
  );

  const step = (input: TabInput): void =>
    runInTurn(() => {
      if (isOver && input.type !== 'leave') return;
      const [next, effects] = stepTab(tab, input, performance.now());
      tab = next;
      for (const effect of effects) run(effect);
      const sharing = place.in === 'worker' ? 'worker' : tab.speaking ? 'speaking' : 'listening';
      if (sharing === shown || isOver || isGivenUp) return;
      shown = sharing;
      host.sharing(sharing);
    });

  const receive = (message: Message): void => {
    if (!isOfRelay(message)) relay?.onMessage(message);
    step({ type: 'message', message });
  };

  const channel = openChannel(name, receive);

  const post = (message: Message): void => {
    if (isOver) return;
    channel.post(message);
    // The channel does not bring back what was posted to it, and the relay and its own tab talk as all others do.
    receive(message);
  };

  const config = host.config;
  const onYield = (): void => step({ type: 'yielded' });
  const relay = place.in === 'tab' ? place.createTabRelay({ id, post, config, onYield }) : undefined;

  const lock = createLock(name, (what) =>
    what === 'failed' ? giveUp('the browser refuses locks') : step({ type: what }),
  );

  const giveUp = (why: string): void => {
    if (isOver || isGivenUp) return;
    isGivenUp = true;
    leave();
    host.off(why);
  };

  const run = (effect: TabEffect): void => {
    switch (effect.type) {
      case 'post':
        return post(effect.message);
      case 'lock':
        return lock[effect.how]();
      case 'start-relay':
        return relay?.start(effect.term);
      case 'stop-relay':
        return relay?.stop();
      case 'create-worker':
        return reachWorker();
      case 'give-up':
        return giveUp('the worker does not answer');
      case 'opened':
      case 'items':
      case 'closed':
      case 'view':
        relay?.keep(effect);
        return host.told(effect);
      case 'ask':
        return void answer(effect);
      default:
        effect satisfies never;
    }
  };

  const answer = async ({
    option,
    reason,
    question,
  }: Extract<RelayMessage, { type: 'ask' }>): Promise<void> => {
    const source = host.config()?.[option];
    let value: unknown;
    let problem = '';
    try {
      value = await (typeof source === 'function' ? source({ reason, signal: controller.signal }) : source);
    } catch (thrown) {
      problem = describeThrown(thrown) || 'Error';
    }
    post({ type: 'answer', tab: id, question, value: typeof value === 'string' ? value : null, problem });
  };

  const tellWorker = (): void => {
    const config = host.config();
    if (config) line?.post({ version: MESSAGES_VERSION, key, config: toPlainConfig(config) });
  };

  const reachWorker = (): void => {
    if (place.in === 'tab') return;
    line?.close();
    const onMessage = (data: unknown): void => {
      const { version } = (data ?? {}) as { readonly version?: unknown };
      if (version !== MESSAGES_VERSION) giveUp('the worker has another version');
    };
    line = openWorker(place.create, onMessage, () => giveUp('the worker could not be loaded'));
    tellWorker();
  };

  const leave = (): void => {
    if (isOver) return;
    step({ type: 'leave' });
    runInTurn(() => {
      isOver = true;
      for (const stop of stopTicks) stop();
      lock.release();
      line?.close();
      controller.abort();
      channel.close();
    });
  };

  const stopTicks = [
    every(RELAY_TICK_MS, () => relay?.tick()),
    every(LOOK_EVERY_MS, () => step({ type: 'tick' })),
  ];
  watchPage((page) => step({ type: 'page', page }), leave, controller.signal);
  step({ type: 'start' });

  return {
    id,
    attach: (resume) => step({ type: 'attach', resume }),
    unlink: () => step({ type: 'unlink' }),
    send: (message, bytes) => post({ type: 'out', tab: id, term: tab.term, message, bytes }),
    cancel: (asked) => post({ type: 'cancel', tab: id, term: tab.term, id: asked }),
    command: (command) => post({ type: 'command', tab: id, command }),
    followConfig() {
      relay?.followConfig();
      tellWorker();
    },
    report: () => tab,
    leave,
  };
}
