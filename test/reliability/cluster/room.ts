/** A channel as one client has it: joined in each new session, from where the client was in the one before. */
import type { IWebSocketEvent, WebSocketService } from 'everwire/core';
import { pause } from '../proxy/until.ts';

export const roomNames = ['room:0', 'room:1', 'room:2'] as const;

export interface Room {
  readonly name: string;
  readonly numbers: readonly number[];
  /** After so many numbers, the server said that it does not have what follows: something may be missing there. */
  readonly breaks: readonly number[];
  /** Joins that went on from a position. */
  readonly recoveries: number;
  /** How often the server has ended the membership. */
  readonly lefts: number;
  /** Events that came though the client was no member. */
  readonly leaked: number;
  isJoined(): boolean;
}

interface JoinAnswer {
  readonly channels: readonly {
    readonly status: string;
    readonly recovered?: boolean;
    readonly events?: readonly { readonly data: unknown }[];
  }[];
}

const RETRY_MS = 20;

export function enterRoom(service: WebSocketService, name: string): Room {
  const numbers: number[] = [];
  const breaks: number[] = [];
  let state: 'out' | 'asked' | 'joined' = 'out';
  /** What came while the answer was awaited: it follows what the answer has. */
  let held: number[] = [];
  let session: string | null = null;
  /** Of the last event of any kind. */
  let position: string | undefined;
  /** From where the channel is asked for. */
  let from: string | undefined;
  let recoveries = 0;
  let lefts = 0;
  let leaked = 0;

  const join = async (asker: string): Promise<void> => {
    while (session === asker) {
      try {
        const ask = { name, ...(from !== undefined && { position: from }) };
        const answer = (await service.request('join', { channels: [ask] })) as JoinAnswer;
        const [result] = answer.channels;
        if (session !== asker || result?.status !== 'joined') return;
        if (result.recovered === true) recoveries += 1;
        if (result.recovered === false) breaks.push(numbers.length);
        numbers.push(...(result.events ?? []).map(({ data }) => Number(data)), ...held);
        held = [];
        state = 'joined';
        return;
      } catch {
        // The link was lost, or the log was away. The answer may be lost, and the membership not.
        held = [];
        await pause(RETRY_MS);
      }
    }
  };

  service.events$.subscribe((event: IWebSocketEvent) => {
    if (event.event === 'hello') {
      session = service.store.getState().connectionId;
      // A join that was not answered in the session before is asked from the same place.
      if (state !== 'asked') from = position;
      state = 'asked';
      held = [];
      if (session !== null) void join(session);
    } else if (event.channel === name) {
      if (event.event === 'left') {
        lefts += 1;
        state = 'out';
      } else if (state === 'asked') held.push(Number(event.data));
      else if (state === 'joined') numbers.push(Number(event.data));
      else leaked += 1;
    }
    position = event.position ?? position;
  });

  return {
    name,
    numbers,
    breaks,
    get recoveries() {
      return recoveries;
    },
    get lefts() {
      return lefts;
    },
    get leaked() {
      return leaked;
    },
    isJoined: () => state === 'joined',
  };
}
