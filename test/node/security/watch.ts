/** Records everything that a service reports, in all places, and searches it for secrets. */
import type { ConnectionState, Logger, WebSocketService } from 'everwire/core';
import { onTestFinished, vi } from 'vitest';
import { findSecrets } from '../../support/canary.ts';

export interface Watch {
  /** Pass it in the config. */
  readonly logger: Logger;
  /** Records everything that the service reports from now on. */
  follow(service: WebSocketService): void;
  /** Records something else that the app can see: a rejection, the return value of a hook. */
  note(what: NoteKind, value: unknown): void;
  /**
   * The places where secrets are found: in what was recorded since the last call, and in everything that can be
   * inspected now.
   */
  findings(secrets: Secrets): string[];
  /** The number of records by kind: a search of nothing finds nothing. */
  readonly heard: ReadonlyMap<string, number>;
}

export interface Secrets {
  /** May appear nowhere. */
  readonly nowhere: readonly string[];
  /** May appear in the state, in events and in notices, but in no text that we write: no log line, error or message. */
  readonly notInWords?: readonly string[];
}

type NoteKind = 'log' | 'error' | 'rejection' | 'unhandled' | 'state' | 'missed' | 'event' | 'react';

const words: readonly string[] = ['log', 'error', 'rejection', 'unhandled', 'console'];

/** Until the test ends. Also records the console, unhandled rejections, new globals and the page's storage. */
export function createWatch(): Watch {
  const heard = new Map<string, number>();
  let notes: (readonly [what: string, value: unknown])[] = [];
  const services = new Set<WebSocketService>();
  const globals = new Map(Object.entries(Object.getOwnPropertyDescriptors(globalThis)));
  const consoles = spyOnConsole();

  const note = (what: NoteKind, value: unknown): void => {
    heard.set(what, (heard.get(what) ?? 0) + 1);
    notes.push([what, value instanceof Error ? everyFormOf(value) : value]);
  };
  const log =
    (level: keyof Logger) =>
    (...said: unknown[]): void =>
      note('log', [level, said, JSON.stringify(said)]);

  onTestFinished(onRejection((reason) => note('unhandled', reason)));

  const lookAround = (): readonly (readonly [string, unknown])[] => [
    ...[...services].flatMap((service) => [
      ['service', service] as const,
      ['state', service.store.getState()] as const,
      ['state', cloneOf(service.store.getState())] as const,
    ]),
    ...consoles.map((spy) => ['console', spy.mock.calls] as const),
    ['global', globalsSince(globals)],
    ['page', pageMemory()],
  ];

  return {
    logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    follow(service) {
      services.add(service);
      note('state', { ...service.store.getState() });
      service.store.subscribe((state) => note('state', { ...state }));
      service.errors$.subscribe((error) => note('error', error));
      service.missed$.subscribe((missed) => note('missed', missed));
      service.events$.subscribe((event) => note('event', event));
    },
    note,
    findings({ nowhere, notInWords = [] }) {
      const places = [...notes, ...lookAround()];
      notes = [];
      return places.flatMap(([what, value]) => {
        const unwanted = words.includes(what) ? [...nowhere, ...notInWords] : nowhere;
        return findSecrets(value, unwanted).map((path) => `${what}: ${path}`);
      });
    },
    heard,
  };
}

/** Every form in which an error could be shown. */
function everyFormOf(error: Error): unknown {
  const { toJSON } = error as Error & { readonly toJSON?: () => unknown };
  return [error, String(error), error.stack, toJSON?.call(error), JSON.stringify(error)];
}

function cloneOf(state: ConnectionState): unknown {
  return structuredClone(
    Object.fromEntries(Object.entries(state).filter(([, value]) => typeof value !== 'function')),
  );
}

function spyOnConsole() {
  return (['log', 'info', 'debug', 'warn', 'error', 'trace', 'dir', 'table'] as const).map((level) => {
    // Another watcher may have replaced it already, and restores it.
    if (vi.isMockFunction(console[level])) return vi.mocked(console[level]);
    const spy = vi.spyOn(console, level);
    onTestFinished(() => spy.mockRestore());
    return spy;
  });
}

type Listen = (type: string, listener: (event: unknown) => void) => void;

interface RejectionSources {
  readonly process?: { on?: Listen; off?: Listen };
  readonly addEventListener?: Listen;
  readonly removeEventListener?: Listen;
}

/** Returns a function that stops it. */
function onRejection(tell: (reason: unknown) => void): () => void {
  const page = globalThis as unknown as RejectionSources;
  const onEvent = (event: unknown): void => tell((event as { readonly reason?: unknown }).reason);
  page.process?.on?.('unhandledRejection', tell);
  page.addEventListener?.('unhandledrejection', onEvent);
  return () => {
    page.process?.off?.('unhandledRejection', tell);
    page.removeEventListener?.('unhandledrejection', onEvent);
  };
}

/** Properties of the global object that are new or changed. */
function globalsSince(before: ReadonlyMap<string, PropertyDescriptor>): Record<string, unknown> {
  const now = Object.entries(Object.getOwnPropertyDescriptors(globalThis));
  return Object.fromEntries(
    now
      .filter(([name, { value }]) => before.get(name)?.value !== value)
      .map(([name, { value }]) => [name, value]),
  );
}

interface PageLike {
  readonly document?: Partial<Pick<Document, 'cookie' | 'title' | 'referrer'>>;
  readonly location?: { readonly href: string };
  readonly history?: { readonly state: unknown };
  readonly localStorage?: object;
  readonly sessionStorage?: object;
  readonly name?: string;
}

/** Everything that a page stores, with its keys. */
function pageMemory(): unknown {
  const page = globalThis as unknown as PageLike;
  return {
    cookie: page.document?.cookie,
    title: page.document?.title,
    referrer: page.document?.referrer,
    address: page.location?.href,
    history: page.history?.state,
    local: { ...page.localStorage },
    session: { ...page.sessionStorage },
    name: page.name,
  };
}
