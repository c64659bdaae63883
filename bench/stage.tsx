/** The mounted components: they do nothing but use a contender's hooks, and count. */

import { type ReactNode, type RefObject, useEffect, useState } from 'react';
import type { Contender } from './contender.ts';

/** One component for each name; `statuses` of them show whether the link is up. */
export interface Parts {
  readonly handlers: readonly string[];
  readonly latest: readonly string[];
  readonly statuses: number;
}

export interface StageReading {
  readonly handlers: {
    readonly calls: number;
    /** Events that were already received. */
    readonly duplicated: number;
    /** Events that arrived after a later one. */
    readonly outOfOrder: number;
    readonly renders: number;
  };
  readonly latest: {
    readonly renders: number;
    /** Renders with an older event than the render before. */
    readonly backwards: number;
  };
  readonly statuses: { readonly renders: number; readonly connected: number };
}

export interface Stage {
  tree(url: string, parts: Parts): ReactNode;
  /** Sets what `reveal` is going to show: only names and counters, nothing is rendered. */
  prepare(parts: Parts): void;
  reveal(): void;
  /** Resolves after the effects of the next render or reveal. */
  nextCommit(): Promise<void>;
  read(): StageReading;
  /** From now on, `read` counts from zero. The last received and shown events are kept. */
  restart(): void;
  /** The renders of the components that show one of these names. */
  rendersOf(names: readonly string[]): number;
  calls(): number;
  /** Epoch ms of the first call since the start. */
  firstCallAt(): number | null;
  /** Resolves with the first call from now on. */
  nextCall(): Promise<void>;
  /** The components that do not show this `n` for their name in the document. */
  stale(expected: Readonly<Record<string, number>>): number;
}

/** The calls of one handler. */
interface Heard {
  readonly key: number;
  readonly name: string;
  /** 0 before the first: an `n` counts from 1. */
  last: number;
  /** Numbers that were skipped, and may still arrive. */
  skipped: Set<number> | null;
  duplicated: number;
  outOfOrder: number;
}

/** What one component shows. */
interface Shown {
  readonly key: number;
  readonly name: string;
  n: number;
  renders: number;
  readonly element: RefObject<HTMLParagraphElement | null>;
}

interface Staged {
  readonly handlers: readonly Heard[];
  readonly latest: readonly Shown[];
  readonly statuses: readonly number[];
}

export function createStage({ Root, useHandler, useLatest, useIsConnected }: Contender): Stage {
  let staged: Staged = { handlers: [], latest: [], statuses: [] };
  let setStaged: ((next: Staged) => void) | null = null;
  let tellCommit: (() => void) | null = null;
  let tellCall: (() => void) | null = null;
  let calls = 0;
  let firstCallAtMs: number | null = null;
  let handlerRenders = 0;
  let backwards = 0;
  let statusRenders = 0;

  const hear = (heard: Heard, n: number): void => {
    calls += 1;
    tellCall?.();
    if (n === heard.last + 1) heard.last = n;
    else hearOutOfTurn(heard, n);
  };

  const waitForCall = (then: () => void): void => {
    firstCallAtMs = null;
    tellCall = () => {
      tellCall = null;
      firstCallAtMs = Date.now();
      then();
    };
  };

  function Handler({ heard }: { readonly heard: Heard }) {
    handlerRenders += 1;
    useHandler(heard.name, (data) => hear(heard, data.n));
    return null;
  }

  function Latest({ shown }: { readonly shown: Shown }) {
    shown.renders += 1;
    const data = useLatest(shown.name);
    const n = data?.n ?? 0;
    if (n < shown.n) backwards += 1;
    shown.n = n;
    return <p ref={shown.element}>{n}</p>;
  }

  function Status() {
    statusRenders += 1;
    return <output>{useIsConnected() ? 'connected' : 'not connected'}</output>;
  }

  function Cast({ first }: { readonly first: Staged }) {
    const [{ handlers, latest, statuses }, set] = useState(first);
    useEffect(() => {
      setStaged = set;
      tellCommit?.();
      tellCommit = null;
    });
    return (
      <>
        {handlers.map((heard) => (
          <Handler key={heard.key} heard={heard} />
        ))}
        {latest.map((shown) => (
          <Latest key={shown.key} shown={shown} />
        ))}
        {statuses.map((key) => (
          <Status key={key} />
        ))}
      </>
    );
  }

  return {
    tree(url, parts) {
      staged = stage(parts);
      return (
        <Root url={url}>
          <Cast first={staged} />
        </Root>
      );
    },
    prepare(parts) {
      staged = stage(parts);
    },
    reveal: () => setStaged?.(staged),
    nextCommit: () =>
      new Promise((resolve) => {
        tellCommit = resolve;
      }),
    read: () => ({
      handlers: {
        calls,
        duplicated: sum(staged.handlers, (heard) => heard.duplicated),
        outOfOrder: sum(staged.handlers, (heard) => heard.outOfOrder),
        renders: handlerRenders,
      },
      latest: { renders: sum(staged.latest, (shown) => shown.renders), backwards },
      statuses: {
        renders: statusRenders,
        connected: [...document.querySelectorAll('output')].filter(
          (element) => element.textContent === 'connected',
        ).length,
      },
    }),
    restart() {
      waitForCall(() => undefined);
      calls = 0;
      handlerRenders = 0;
      backwards = 0;
      statusRenders = 0;
      for (const heard of staged.handlers) {
        heard.duplicated = 0;
        heard.outOfOrder = 0;
      }
      for (const shown of staged.latest) shown.renders = 0;
    },
    rendersOf: (names) => sum(staged.latest, (shown) => (names.includes(shown.name) ? shown.renders : 0)),
    calls: () => calls,
    firstCallAt: () => firstCallAtMs,
    nextCall: () => new Promise(waitForCall),
    stale: (expected) =>
      staged.latest.filter(
        ({ name, element }) => element.current?.textContent !== String(expected[name] ?? 0),
      ).length,
  };
}

let lastKey = 0;

function stage({ handlers, latest, statuses }: Parts): Staged {
  const nextKey = (): number => {
    lastKey += 1;
    return lastKey;
  };
  return {
    handlers: handlers.map((name) => ({
      key: nextKey(),
      name,
      last: 0,
      skipped: null,
      duplicated: 0,
      outOfOrder: 0,
    })),
    latest: latest.map((name) => ({ key: nextKey(), name, n: 0, renders: 0, element: { current: null } })),
    statuses: Array.from({ length: statuses }, nextKey),
  };
}

function hearOutOfTurn(heard: Heard, n: number): void {
  if (n > heard.last) {
    heard.skipped ??= new Set();
    for (let skipped = heard.last + 1; skipped < n; skipped += 1) heard.skipped.add(skipped);
    heard.last = n;
  } else if (heard.skipped?.delete(n)) heard.outOfOrder += 1;
  else heard.duplicated += 1;
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
