/** The published client and ours, each with its own model server, driven by one script in virtual time. */
import type { IWebSocketConfig } from 'everwire/core';
import { expect, onTestFinished, vi } from 'vitest';
import { type Client, type Everwire, ours, type Settings, theirs, type Vendor } from './clients.ts';
import { createPageDoor, type PageDoor } from './page-door.ts';
import { createMattermostModel, type MattermostModel, type ModelOptions } from './server.ts';

export const url = 'wss://chat.test/api/v4/websocket';

/** In the middle of the range, so that missing jitter, or jitter drawn twice, would be noticed. */
const RANDOM = 0.5;

export interface Side<Who extends Client> {
  readonly server: MattermostModel;
  readonly door: PageDoor;
  readonly client: Who;
  /** When each socket was made, in ms since the test began. */
  readonly openedAt: () => readonly number[];
}

export interface Pair {
  readonly vendor: Side<Vendor>;
  readonly ours: Side<Everwire>;
  /** Does the same on both sides. */
  both(act: (side: Side<Client>) => void): void;
  pass(ms: number): Promise<void>;
}

interface Options extends ModelOptions, Pick<Settings, 'postedAck'> {
  readonly clientToken?: string;
  readonly more?: Partial<IWebSocketConfig>;
}

/**
 * Until the test ends: virtual time, the two globals that the published client reads, and no console output from it.
 */
function virtualTime(): void {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(RANDOM);
  vi.stubGlobal('WebSocket', { OPEN: 1 });
  vi.stubGlobal('CloseEvent', SyntheticClose);
  onTestFinished(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  silence();
}

/** The published client logs every step to the console. */
export function silence(): void {
  vi.spyOn(console, 'log').mockReturnValue(undefined);
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
}

/** Node 20 has no CloseEvent. */
export class SyntheticClose {
  readonly code: number;
  constructor(_type: string, { code }: { readonly code: number }) {
    this.code = code;
  }
}

export function pair({ clientToken, postedAck, more, ...model }: Options = {}): Pair {
  virtualTime();
  const settings = { url, token: clientToken, postedAck, random: () => RANDOM };
  const pairOf = {
    vendor: side(model, (Socket) => theirs({ ...settings, Socket })),
    ours: side(model, (Socket) => ours({ ...settings, Socket }, more)),
  };
  return {
    ...pairOf,
    both(act) {
      act(pairOf.vendor);
      act(pairOf.ours);
    },
    pass: async (ms) => void (await vi.advanceTimersByTimeAsync(ms)),
  };
}

function side<Who extends Client>(
  model: ModelOptions,
  create: (Socket: Settings['Socket']) => Who,
): Side<Who> {
  const server = createMattermostModel(model);
  const door = createPageDoor(server);
  const start = Date.now();
  const times: number[] = [];
  const Socket = class extends door.WebSocket {
    constructor(address: string) {
      super(address);
      times.push(Date.now() - start);
    }
  };
  return { server, door, client: create(Socket), openedAt: () => times };
}

/** Expects the same addresses in the same order, and the same frames on each link. */
export function expectSameSent({ vendor, ours: mine }: Pair): void {
  expect(mine.server.queries).toEqual(vendor.server.queries);
  expect(mine.server.received.map(renumbered)).toEqual(vendor.server.received.map(renumbered));
}

/** Expects the same reports in the same order. */
export function expectSameReports({ vendor, ours: mine }: Pair): void {
  expect(mine.client.reports).toEqual(vendor.client.reports);
}

/**
 * Numbers request ids per link, because they differ by design: the published client starts at 1 on every link, ours
 * continues, so that a late reply cannot match a wrong request.
 */
export function renumbered(frames: readonly string[]): string[] {
  const first = (JSON.parse(frames[0] ?? '{}') as { readonly seq?: number }).seq ?? 1;
  return frames.map((frame) => frame.replace(/"seq":(\d+)/, (_, seq) => `"seq":${Number(seq) - first + 1}`));
}
