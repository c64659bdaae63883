/** Tabs over one socket, of which the reader kills or freezes the one that has it. */

import { createWebSocketService, WebSocketProvider } from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer, useServerState } from '../../ui/use-fake-server.ts';
import { CHAPTER } from './chapter.ts';
import { createFleet, type Fleet, type FleetView, isSpeaking, type TabView } from './fleet.ts';
import type { Ledger } from './ledger.ts';
import './tabs.css';

export function WhichTabHasTheSocketStory() {
  const server = useFakeServer({ resume: 'takeover', ringSize: 2_000 });
  const [fleet] = useState(() => createFleet(server));
  useEffect(() => fleet.start(), [fleet]);
  const view = useSyncExternalStore(fleet.subscribe, fleet.read);
  // The page itself is no tab: its connection is idle.
  const [service] = useState(() => createWebSocketService());
  return (
    <WebSocketProvider service={service}>
      <StoryPage
        chapter={CHAPTER}
        title="Which tab has the socket"
        lead="Kill or freeze the tab with the socket: another takes over, and no number is missing."
        notes={
          <>
            <p>
              Each tab here is a frame of this page, with its own code, lock and channel: for the browser they
              are as apart as tabs. The fake server is in this page, so a tab of your browser can't reach it.
            </p>
            <p>
              <strong>Killed</strong>, a tab says no goodbye, as in a crash: the browser gives its lock to the
              next one, at once. <strong>Frozen</strong>, it keeps its lock and does not know that it stands
              still. After three seconds of silence another tab takes the lock. When it is thawed it learns
              that, listens, and asks for the numbers that it lacks.
            </p>
            <p>
              Every tab counts for itself, so two tabs that both believe they have the socket for a moment do
              no harm. With <code>useConnection((state) =&gt; state.sharing)</code> a component knows what its
              tab is, and the devtools show who has the socket, and since when.
            </p>
          </>
        }
        sources={['tabs/tab.ts', 'tabs/relay.ts', 'stories/demo/tabs/tab-window.ts']}
        log="none"
        badge={<SocketBadge view={view} />}
      >
        <div className="stack">
          <Commands fleet={fleet} view={view} />
          <div className="tabs-picture">
            <ServerBar server={server} view={view} />
            <ol className="tabs-slots" aria-label="Tabs">
              {view.slots.map((tab, slot) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a slot is its place.
                <Slot key={slot} {...{ fleet, tab, slot }} />
              ))}
            </ol>
            <p className="tabs-channel hint">
              The channel of the tabs: what the socket brings is passed on to all of them.
            </p>
          </div>
          <Figures view={view} />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

function SocketBadge({ view }: { readonly view: FleetView }) {
  const speaking = view.slots.find(isSpeaking);
  const isOn = speaking?.ledger.status === 'connected';
  return (
    <p
      className="badge"
      data-status={isOn ? 'connected' : 'connecting'}
      role="status"
      aria-label="The tab with the socket"
    >
      <span className="badge-dot" aria-hidden="true" />
      {isOn ? `${speaking.name} has the socket` : 'no tab has the socket'}
    </p>
  );
}

function Commands({ fleet, view }: { readonly fleet: Fleet; readonly view: FleetView }) {
  const [isPaused, setPaused] = useState(false);
  const speaking = view.slots.findIndex(isSpeaking);
  const free = view.slots.indexOf(null);
  const turn = (): void => {
    setPaused(!isPaused);
    if (isPaused) fleet.goOn();
    else fleet.pause();
  };
  return (
    <div className="row tabs-commands">
      <Command slot={speaking} act={fleet.kill} look="button primary">
        Kill the tab with the socket
      </Command>
      <Command slot={speaking} act={fleet.freeze}>
        Freeze the tab with the socket
      </Command>
      <Command slot={free} act={fleet.open}>
        Open a tab
      </Command>
      <button type="button" className="button" aria-pressed={isPaused} onClick={turn}>
        Pause the server
      </button>
    </div>
  );
}

interface CommandProps {
  /** -1: there is no such slot now. */
  readonly slot: number;
  readonly act: (slot: number) => void;
  readonly look?: string;
  readonly children: string;
}

function Command({ slot, act, look = 'button', children }: CommandProps) {
  return (
    <button
      type="button"
      className={look}
      aria-disabled={slot === -1}
      onClick={() => slot !== -1 && act(slot)}
    >
      {children}
    </button>
  );
}

function ServerBar({ server, view }: { readonly server: FakeServer; readonly view: FleetView }) {
  const sockets = useServerState(server, ({ connections }) => connections.length);
  return (
    <div className="tabs-server">
      <h3>Server</h3>
      <p className="number">
        number <strong>{view.sent}</strong>
      </p>
      <p className="number">
        sockets <strong data-testid="sockets">{sockets}</strong>
      </p>
    </div>
  );
}

interface SlotProps {
  readonly fleet: Fleet;
  readonly tab: TabView | null;
  readonly slot: number;
}

type Role = 'empty' | 'opening' | 'frozen' | 'speaking' | 'listening';

const ROLE_WORDS: Readonly<Record<Role, string>> = {
  empty: 'no tab',
  opening: 'opens',
  frozen: 'frozen',
  speaking: 'has the socket',
  listening: 'gets a copy',
};

function Slot({ fleet, tab, slot }: SlotProps) {
  const role = roleOf(tab);
  const isFrozen = role === 'frozen';
  return (
    <li className="tabs-slot" data-role={role} data-testid={`slot ${slot + 1}`}>
      <span className="tabs-wire" aria-hidden="true" />
      <div className="tabs-tab">
        <header>
          <h3>{tab?.name ?? 'Empty'}</h3>
          <p className="tabs-role">{ROLE_WORDS[role]}</p>
        </header>
        {tab === null ? <div /> : <Numbers ledger={tab.ledger} isFrozen={isFrozen} />}
        <div className="row">
          {tab === null ? (
            <button type="button" className="button small" onClick={() => fleet.open(slot)}>
              Open
            </button>
          ) : (
            <button
              type="button"
              className="button small"
              aria-label={`Kill ${tab.name}`}
              onClick={() => fleet.kill(slot)}
            >
              Kill
            </button>
          )}
          {tab !== null && (
            <button
              type="button"
              className="button small"
              aria-label={`${isFrozen ? 'Thaw' : 'Freeze'} ${tab.name}`}
              aria-disabled={role === 'opening'}
              onClick={() => (isFrozen ? fleet.thaw(slot) : fleet.freeze(slot))}
            >
              {isFrozen ? 'Thaw' : 'Freeze'}
            </button>
          )}
        </div>
      </div>
      <span className="tabs-stub" aria-hidden="true" />
    </li>
  );
}

interface NumbersProps {
  readonly ledger: Ledger;
  readonly isFrozen: boolean;
}

function Numbers({ ledger: { latest, received, lost, duplicated }, isFrozen }: NumbersProps) {
  return (
    <div className="tabs-ledger">
      <ol className="tabs-numbers number" aria-label="The newest numbers">
        {latest.map((n) => (
          <li key={n}>{n}</li>
        ))}
      </ol>
      <p className="hint number">
        {received} received, {isFrozen ? 'asks when thawed' : `${lost} lost, ${duplicated} twice`}
      </p>
    </div>
  );
}

function Figures({ view }: { readonly view: FleetView }) {
  const { takeover } = view;
  const words = takeover === 'none' ? 'not yet' : takeover === 'waiting' ? 'under way' : `${takeover} ms`;
  return (
    <dl className="tabs-figures">
      <div>
        <dt>Lost, in all tabs</dt>
        <dd data-testid="lost">{view.lost}</dd>
      </div>
      <div>
        <dt>Received twice</dt>
        <dd data-testid="duplicated">{view.duplicated}</dd>
      </div>
      <div>
        <dt>Last takeover</dt>
        <dd data-testid="takeover">{words}</dd>
      </div>
    </dl>
  );
}

function roleOf(tab: TabView | null): Role {
  if (tab === null) return 'empty';
  if (tab.life !== 'running') return tab.life;
  return isSpeaking(tab) ? 'speaking' : 'listening';
}
