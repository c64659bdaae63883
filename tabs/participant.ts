/** Runs one tab: carries out what tab.ts decides, with the channel, the lock, the page, and the relay that lives in the tab. */
import { describeThrown } from '../src/errors.ts';
import type { OutgoingMessage, ResumePoint } from '../src/protocols/protocol.ts';
import type { ResolvedConfig } from '../src/service/config/config.ts';
import { createRunInTurn } from '../src/service/run-in-turn.ts';
import type { SharingReport } from '../src/service/share.ts';
import type { Sharing } from '../src/types.ts';
import {
  type Command,
  type Item,
  isOfRelay,
  MESSAGES_VERSION,
  type Message,
  type Opening,
  type PlainClose,
  type RelayMessage,
  type View,
} from './messages.ts';
import {
  createLock,
  everySecond,
  openChannel,
  openWorker,
  pageNow,
  randomId,
  type WorkerLine,
  watchPage,
} from './platform.ts';
import { ownFunctions, relayConfig, toPlainConfig } from './relay-config.ts';
import { type RelayDriver, startRelay } from './relay-driver.ts';
import { createTab, stepTab, type TabEffect, type TabInput } from './tab.ts';

/** The connection that takes part. */
export interface Host {
  config(): ResolvedConfig | undefined;
  opened(opening: Opening): void;
  items(items: readonly Item[]): void;
  closed(close: PlainClose | null): void;
  view(view: View): void;
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

export function joinTabs(key: string, host: Host, createWorker?: () => SharedWorker): Participant {
  const name = `everwire:${key}`;
  const id = randomId();
  const relayIn = createWorker ? 'worker' : 'tab';
  let tab = createTab(id, relayIn, pageNow());
  let relay: RelayDriver | undefined;
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
      const [next, effects] = stepTab(tab, input);
      tab = next;
      for (const effect of effects) run(effect);
      const sharing = relayIn === 'worker' ? 'worker' : tab.speaking ? 'speaking' : 'listening';
      if (sharing === shown || isOver || isGivenUp) return;
      shown = sharing;
      host.sharing(sharing);
    });

  const receive = (message: Message): void => {
    if (!isOfRelay(message)) relay?.onMessage(message);
    step({ type: 'message', message, nowMs: Date.now() });
  };

  const channel = openChannel(name, receive);

  const post = (message: Message): void => {
    if (isOver) return;
    channel.post(message);
    // The channel does not bring back what was posted to it, and the relay and its own tab talk as all others do.
    receive(message);
  };

  const lock = createLock(name, {
    granted: () => step({ type: 'granted' }),
    stolen: () => step({ type: 'stolen' }),
    failed: () => giveUp('the browser refuses locks'),
  });

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
        relay?.stop();
        relay = startRelay({
          ...{ term: effect.term, own: id, ring: tab.ring, post },
          config(ask) {
            const config = host.config();
            return config && relayConfig(toPlainConfig(config), ownFunctions(config), ask);
          },
          onYield: () => step({ type: 'yielded' }),
        });
        return;
      case 'stop-relay':
        relay?.stop();
        relay = undefined;
        return;
      case 'create-worker':
        return reachWorker();
      case 'give-up':
        return giveUp('the worker does not answer');
      case 'opened':
        return host.opened(effect.opening);
      case 'items':
        return host.items(effect.items);
      case 'closed':
        return host.closed(effect.close);
      case 'view':
        return host.view(effect.view);
      case 'ask':
        return void answer(effect.message);
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
    const context = { reason, signal: controller.signal };
    try {
      const value = await (typeof source === 'function' ? source(context) : source);
      post({
        ...{ type: 'answer', tab: id, question, problem: '' },
        value: typeof value === 'string' ? value : null,
      });
    } catch (thrown) {
      post({
        ...{ type: 'answer', tab: id, question, value: null },
        problem: describeThrown(thrown) || 'Error',
      });
    }
  };

  const tellWorker = (): void => {
    const config = host.config();
    if (config) line?.post({ version: MESSAGES_VERSION, key, config: toPlainConfig(config) });
  };

  const reachWorker = (): void => {
    if (createWorker === undefined) return;
    line?.close();
    const onMessage = (data: unknown): void => {
      const { version } = (data ?? {}) as { readonly version?: unknown };
      if (version !== MESSAGES_VERSION) giveUp('the worker has another version');
    };
    line = openWorker(createWorker, onMessage, () => giveUp('the worker could not be loaded'));
    tellWorker();
  };

  const leave = (): void => {
    if (isOver) return;
    step({ type: 'leave' });
    runInTurn(() => {
      isOver = true;
      stopTicks();
      stopWatching();
      lock.release();
      line?.close();
      controller.abort();
      channel.close();
    });
  };

  const stopTicks = everySecond(() => {
    relay?.tick();
    step({ type: 'tick', nowMs: Date.now() });
  });
  const stopWatching = watchPage(
    (page) => step({ type: 'page', page, nowMs: Date.now() }),
    () => leave(),
  );
  step({ type: 'start', nowMs: Date.now() });

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
