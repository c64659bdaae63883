/**
 * StrictMode makes no difference: each random life of a small app runs with and without it, and the two are compared.
 */
import {
  useConnectionStatus,
  useMissedEvents,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsSend,
} from 'everwire';
import type { FakeServer } from 'everwire/testing';
import fc from 'fast-check';
import type { ReactNode } from 'react';
import { expect, it } from 'vitest';
import { writeFigures } from '../../support/figures.ts';
import { modes, numberOf, setUpStage, Wire } from '../../support/stage.tsx';

const isFull = process.env['EVERWIRE_RELIABILITY'] === 'full';
const LIVES = isFull ? 1_500 : 100;
const SEED = Number(process.env['EVERWIRE_SEED'] ?? 20_261_123);

const SLOTS = 3;
const NAMES = ['a', 'b'] as const;
/** Longer than the default wait before a retry. */
const RECOVERY_MS = 6_000;

type Step =
  | { readonly do: 'emit'; readonly name: string; readonly count: number; readonly gapMs: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'mount' | 'rename'; readonly slot: number }
  | { readonly do: 'change'; readonly prop: 'identity' | 'token' | 'address' | 'enabled' }
  | { readonly do: 'render' | 'remount' | 'drop' | 'lose' | 'skip' | 'refuse' | 'send' };

const steps = fc.array(
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc.record({
        do: fc.constant('emit' as const),
        name: fc.constantFrom(...NAMES),
        count: fc.integer({ min: 1, max: 3 }),
        gapMs: fc.constantFrom(0, 20, 20),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('pass' as const),
        ms: fc.constantFrom(1, 20, 50, 1_000, RECOVERY_MS),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom('mount' as const, 'rename' as const),
        slot: fc.nat({ max: SLOTS - 1 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('change' as const),
        prop: fc.constantFrom('identity' as const, 'token' as const, 'address' as const, 'enabled' as const),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom(
          'render' as const,
          'remount' as const,
          'drop' as const,
          'lose' as const,
          'skip' as const,
          'refuse' as const,
          'send' as const,
        ),
      }),
    },
  ),
  { minLength: 1, maxLength: 30, size: 'max' },
);

interface Props {
  identity: number;
  token: number;
  address: number;
  enabled: boolean;
  key: number;
  readonly slots: { name: string; isMounted: boolean }[];
}

interface Life {
  /** What each handler received, and what was shown after each step. */
  readonly log: readonly string[];
  readonly sockets: number;
  readonly received: readonly string[];
  /** The number of things that may cost a socket: the first config, every other one, every loss. */
  readonly causes: number;
}

const stage = setUpStage();
let send: ((event: string, data?: unknown) => string) | null = null;

function Status({ log }: { readonly log: string[] }): ReactNode {
  const status = useConnectionStatus();
  send = useWsSend();
  useMissedEvents(({ reason }) => log.push(`missed: ${reason}`));
  return <p>{status}</p>;
}

function Slot({
  id,
  name,
  log,
}: {
  readonly id: number;
  readonly name: string;
  readonly log: string[];
}): ReactNode {
  useWsEventHandler(name, (event) => log.push(`${id} heard ${event.event} ${numberOf(event)}`));
  const newest = useWsEvent(name);
  const list = useWsEvents(name, { limit: 3 });
  const sum = useWsReducer(name, (before: number, event) => before + (numberOf(event) ?? 0), 0);
  return (
    <p>
      {id}: {numberOf(newest) ?? '-'}, [{list.map((event) => numberOf(event)).join(' ')}], {sum}
    </p>
  );
}

function app(server: FakeServer, props: Props, log: string[]): ReactNode {
  return (
    <Wire
      key={props.key}
      to={server}
      url={`${server.url}?room=${props.address}`}
      identity={`u${props.identity}`}
      token={`token-${props.identity}-${props.token}`}
      enabled={props.enabled}
      // New in every render, with the same meaning.
      sendQueue={{ limit: 10 }}
      closePolicy={() => 'retry'}
    >
      <Status log={log} />
      {props.slots.map(({ name, isMounted }, id) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: a slot is its place.
        isMounted ? <Slot key={id} id={id} name={name} log={log} /> : null,
      )}
    </Wire>
  );
}

/** The length of a frame, ms. The fake frames come at whole multiples of it since the clock was made. */
const FRAME_MS = 16;

async function live(
  script: readonly Step[],
  Mode: (typeof modes)[number]['Mode'],
  clockStart: number,
): Promise<Life> {
  // Each life begins with a frame, or a step of a few ms would show different things.
  await stage.pass(FRAME_MS - ((Date.now() - clockStart) % FRAME_MS));
  const server = stage.addServer({ resume: 'takeover' });
  const log: string[] = [];
  const props: Props = {
    identity: 1,
    token: 1,
    address: 1,
    enabled: true,
    key: 1,
    slots: Array.from({ length: SLOTS }, (_, slot) => ({
      name: NAMES[slot % NAMES.length] ?? 'a',
      isMounted: slot !== 1,
    })),
  };
  const element = (): ReactNode => <Mode>{app(server, props, log)}</Mode>;
  const mounted = stage.mount(element());
  let emitted = 0;
  let causes = 1;

  const act = (step: Step): Promise<void> | void => {
    switch (step.do) {
      case 'emit':
        for (let sent = 0; sent < step.count; sent += 1) {
          emitted += 1;
          server.emit(step.name, { n: emitted });
        }
        return stage.pass(step.gapMs);
      case 'pass':
        return stage.pass(step.ms);
      case 'mount':
      case 'rename': {
        const slot = props.slots[step.slot];
        if (slot === undefined) return;
        if (step.do === 'mount') slot.isMounted = !slot.isMounted;
        else slot.name = slot.name === 'a' ? 'b' : 'a';
        return mounted.rerender(element());
      }
      case 'change':
        causes += 1;
        if (step.prop === 'enabled') props.enabled = !props.enabled;
        else props[step.prop] += 1;
        return mounted.rerender(element());
      case 'render':
        return mounted.rerender(element());
      case 'remount':
        causes += 1;
        props.key += 1;
        return mounted.rerender(element());
      case 'drop':
        causes += 1;
        return server.drop();
      case 'lose':
        causes += 1;
        return server.lose();
      case 'skip':
        causes += 1;
        return server.skip();
      case 'refuse':
        causes += 2;
        server.refuse(1);
        return server.drop();
      case 'send':
        log.push(`sent: ${send?.('said', { after: log.length })}`);
        return;
      default:
        step satisfies never;
    }
  };

  await stage.pass();
  for (const step of script) {
    await act(step);
    log.push(`after ${step.do}: ${mounted.container.textContent}`);
  }
  await stage.pass(RECOVERY_MS);
  log.push(`at last: ${mounted.container.textContent}`);
  mounted.unmount();
  await stage.pass();
  expect(server.socketCount, 'sockets after the unmount').toBe(0);
  server.dispose();
  return {
    log,
    sockets: server.socketsConstructed,
    received: server.received.filter(({ event }) => event !== 'ping').map(({ raw }) => String(raw)),
    causes,
  };
}

it(
  `does the same in StrictMode, in ${LIVES} random lives`,
  async () => {
    const clockStart = Date.now();
    const totals = { lives: 0, steps: 0, sockets: 0, heard: 0, missed: 0 };
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const lives: Life[] = [];
        for (const { Mode } of modes) lives.push(await live(script, Mode, clockStart));
        const [one, other] = lives;
        if (one === undefined || other === undefined) throw new Error('There are two modes.');
        expect(other).toEqual(one);
        expect(one.sockets).toBeLessThanOrEqual(one.causes);
        totals.lives += 1;
        totals.steps += script.length;
        totals.sockets += one.sockets;
        totals.heard += one.log.filter((line) => line.includes(' heard ')).length;
        totals.missed += one.log.filter((line) => line.startsWith('missed')).length;
      }),
      { numRuns: LIVES, seed: SEED },
    );
    expect(totals.heard).toBeGreaterThan(LIVES);
    writeFigures('model-react', { seed: SEED, ...totals });
  },
  isFull ? 7_200_000 : 60_000,
);
