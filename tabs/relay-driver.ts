/** Runs a relay: carries out what relay.ts decides, with the one connection. */
import type { GivenConfig } from '../src/given-config.ts';
import { createRunInTurn } from '../src/service/run-in-turn.ts';
import { inAct } from '../src/transport/act.ts';
import type { TokenContext } from '../src/types.ts';
import { afterShortWait } from './macrotask.ts';
import type { RelayMessage, TabMessage, Term } from './messages.ts';
import { askOrder, createRelay, type RelayEffect, type RelayInput, stepRelay } from './relay.ts';
import type { AskTabs } from './relay-config.ts';
import { defaultLimits, type Ring } from './ring.ts';
import { openUpstream, type Upstream, type UpstreamParts } from './upstream.ts';

export interface RelayDriver {
  readonly term: Term;
  onMessage(message: TabMessage): void;
  tick(): void;
  /** The config may have changed. */
  followConfig(): void;
  /** Closes the socket, and says nothing more. */
  stop(): void;
}

export interface RelayParts {
  readonly term: Term;
  /** The tab that it lives in; null: it lives in a worker. */
  readonly own: string | null;
  readonly ring: Ring;
  readonly post: (message: RelayMessage) => void;
  /** Undefined: it is known no more. */
  readonly config: (ask: AskTabs) => GivenConfig | undefined;
  /** Of a relay in a tab. */
  readonly onYield?: () => void;
  /** Of a relay in a worker. */
  readonly onUnused?: () => void;
}

/** How long the tabs have to say where they are; ms. */
const COLLECT_MS = 50;

/** How long a tab has to answer a question, before the next one is asked; ms. */
const ANSWER_MS = 3_000;

export function startRelay({ term, own, ring, post, config, onYield, onUnused }: RelayParts): RelayDriver {
  let relay = createRelay(term, own, ring);
  let upstream: Upstream | undefined;
  let isStopped = false;
  let stopCollecting: (() => void) | undefined;
  const runInTurn = createRunInTurn((thrown) =>
    // A fault of ours: an error of the page, and what comes next still happens.
    queueMicrotask(() => {
      throw thrown;
    }),
  );
  const sinceMs = Date.now();
  let frames = 0;
  const questions = new Map<number, (answer: Answer) => void>();
  let lastQuestion = 0;

  const step = (input: RelayInput): void =>
    runInTurn(() => {
      if (isStopped) return;
      const [next, effects] = stepRelay(relay, input, defaultLimits);
      relay = next;
      for (const effect of effects) run(effect);
    });

  type Answer = { readonly value: string | null; readonly problem: string };

  /** Null: it has not answered in time. */
  const askTab = (
    to: string,
    option: 'url' | 'token',
    { reason, signal }: TokenContext,
  ): Promise<Answer | null> =>
    new Promise((resolve) => {
      lastQuestion += 1;
      const question = lastQuestion;
      const settle = (answer: Answer | null): void => {
        clearTimeout(timer);
        questions.delete(question);
        resolve(answer);
      };
      const timer = setTimeout(() => settle(null), ANSWER_MS);
      questions.set(question, settle);
      signal.addEventListener('abort', () => settle(null));
      post({ type: 'ask', term, to, question, option, reason });
    });

  /** Asks one tab after the other, as long as the attempt lasts. */
  const ask: AskTabs = async (option, context) => {
    const asked = new Set<string>();
    while (!context.signal.aborted && !isStopped) {
      const to = askOrder(relay).find((id) => !asked.has(id));
      if (to === undefined && asked.size > 0) break;
      if (to === undefined) {
        await new Promise((resolve) => setTimeout(resolve, COLLECT_MS));
        continue;
      }
      asked.add(to);
      const answer = await askTab(to, option, context);
      if (answer === null) continue;
      if (answer.problem !== '') throw new Error(answer.problem);
      return answer.value ?? '';
    }
    throw new Error(`No tab has answered the question for the ${option}.`);
  };

  const run = (effect: RelayEffect): void => {
    switch (effect.type) {
      case 'post':
        return post(
          effect.message.type === 'beat'
            ? { ...effect.message, figures: { sinceMs, tabs: relay.tabs.length, frames } }
            : effect.message,
        );
      case 'collect':
        stopCollecting = afterShortWait(
          COLLECT_MS,
          inAct(() => step({ type: 'collected' })),
        );
        return;
      case 'connect': {
        const given = config(ask);
        if (given === undefined) return;
        const on: UpstreamParts['on'] = (news) => {
          if (news.type === 'items') frames += news.items.length;
          step(news);
        };
        upstream = openUpstream({ config: given, resume: effect.resume, on });
        return;
      }
      case 'send':
        return upstream?.send(effect.tab, effect.message, effect.bytes);
      case 'cancel':
        return upstream?.cancel(effect.tab, effect.id);
      case 'command':
        return upstream?.command(effect.command);
      case 'answered':
        return questions.get(effect.question)?.(effect);
      case 'yield':
        return onYield?.();
      case 'unused':
        return onUnused?.();
      default:
        effect satisfies never;
    }
  };

  step({ type: 'start' });

  return {
    term,
    onMessage(message) {
      // What came before it is posted before the answer.
      upstream?.flush();
      step({ type: 'message', message });
    },
    tick: () => step({ type: 'tick' }),
    followConfig() {
      const given = config(ask);
      if (given) upstream?.configure(given);
    },
    stop() {
      // The last frames, before the socket is closed.
      upstream?.flush();
      isStopped = true;
      stopCollecting?.();
      upstream?.end();
      upstream = undefined;
    },
  };
}
