/** Buttons for the faults of the fake server, so that the reader can break the connection. */

import type { FakeServer, GarbleKind } from 'everwire/testing';
import { type ReactNode, useId, useState } from 'react';
import { CardHeading } from './card-heading.tsx';
import { useLabelledBy } from './page-view.ts';
import { useNote } from './story-page.tsx';
import { useServerState } from './use-fake-server.ts';

export type ControlGroup = 'link' | 'handshakes' | 'events' | 'server';

export interface ServerControlsProps {
  readonly server: FakeServer;
  readonly groups: readonly ControlGroup[];
  /** The close code that is selected first. Default 1001. */
  readonly firstClose?: number;
  /** The button to begin with. */
  readonly begin?: 'drop';
  /** Controls that only this story's server has. */
  readonly children?: ReactNode;
}

const DELAYS_MS = [0, 200, 1_000] as const;

const CLOSES = [
  { code: 1000, words: 'bye' },
  { code: 1001, words: 'going away' },
  { code: 1011, words: 'internal error' },
  { code: 1013, words: 'try again later' },
  { code: 4401, words: 'signed out' },
] as const;

const GARBLES: readonly GarbleKind[] = ['json', 'array', 'no-event', 'unsafe-seq', 'binary'];

export function ServerControls({ server, groups, firstClose = 1001, begin, children }: ServerControlsProps) {
  return (
    <ControlsCard>
      {children}
      {groups.includes('link') && <LinkControls server={server} firstClose={firstClose} begin={begin} />}
      {groups.includes('handshakes') && <HandshakeControls server={server} />}
      {groups.includes('events') && <EventControls server={server} />}
      {groups.includes('server') && <WholeServerControls server={server} />}
    </ControlsCard>
  );
}

/** The card alone, for a server without these controls. */
export function ControlsCard({ children }: { readonly children: ReactNode }) {
  const headingId = useId();
  return (
    <section className="card controls" aria-labelledby={useLabelledBy(headingId)}>
      <CardHeading id={headingId}>Server controls</CardHeading>
      {children}
    </section>
  );
}

export function ControlRow({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend can't stand in a row with its buttons.
    <div className="control-row" role="group" aria-labelledby={id}>
      <span className="control-label" id={id}>
        {label}
      </span>
      <div className="control-buttons">{children}</div>
    </div>
  );
}

interface VerbProps {
  /** The log line about the reader's action. */
  readonly did: string;
  readonly title: string;
  readonly onPress: () => void;
  /** While there is nothing to affect. */
  readonly disabled?: boolean;
  /** `primary`: the one to begin with. */
  readonly look?: 'plain' | 'primary';
  readonly children: ReactNode;
}

/** A button that does something once. */
export function Verb({ did, title, onPress, disabled = false, look = 'plain', children }: VerbProps) {
  const note = useNote();
  const press = (): void => {
    note(did);
    onPress();
  };
  return (
    <button
      type="button"
      className={look === 'primary' ? 'button small primary' : 'button small'}
      title={title}
      disabled={disabled}
      onClick={press}
    >
      {children}
    </button>
  );
}

interface ToggleProps extends Omit<VerbProps, 'did' | 'onPress' | 'disabled' | 'look'> {
  readonly isOn: boolean;
  readonly onDid: string;
  readonly offDid: string;
  readonly onToggle: (on: boolean) => void;
}

/** A button that stays pressed. */
function Toggle({ isOn, onDid, offDid, title, onToggle, children }: ToggleProps) {
  const note = useNote();
  const press = (): void => {
    note(isOn ? offDid : onDid);
    onToggle(!isOn);
  };
  return (
    <button type="button" className="button small" aria-pressed={isOn} title={title} onClick={press}>
      {children}
    </button>
  );
}

interface LinkControlsProps {
  readonly server: FakeServer;
  readonly firstClose: number;
  readonly begin: ServerControlsProps['begin'];
}

function LinkControls({ server, firstClose, begin }: LinkControlsProps) {
  const isFrozen = useServerState(server, ({ faults }) => faults.frozen > 0);
  return (
    <>
      <ControlRow label="Link">
        <Verb
          did="You dropped the link"
          title="Cut the link without a close frame: 1006"
          look={begin === 'drop' ? 'primary' : 'plain'}
          onPress={() => server.drop()}
        >
          Drop
        </Verb>
        <Verb
          did="You froze the link"
          title="Half-open: nothing gets in or out, and no close event comes. The heartbeat finds out"
          onPress={() => server.freeze()}
        >
          Freeze
        </Verb>
        <Verb
          did="You thawed what was frozen"
          title="Deliver everything that was held back, also over links that were replaced long ago"
          disabled={!isFrozen}
          onPress={() => server.thaw()}
        >
          Thaw
        </Verb>
      </ControlRow>
      <CloseControl server={server} firstClose={firstClose} />
    </>
  );
}

function CloseControl({ server, firstClose }: Omit<LinkControlsProps, 'begin'>) {
  const [code, setCode] = useState(firstClose);
  const words = CLOSES.find((close) => close.code === code)?.words ?? '';
  return (
    <ControlRow label="Close">
      <select
        className="select small"
        aria-label="Close code"
        value={code}
        onChange={(event) => setCode(Number(event.target.value))}
      >
        {CLOSES.map((close) => (
          <option key={close.code} value={close.code}>
            {close.code} {close.words}
          </option>
        ))}
      </select>
      <Verb
        did={`You closed the link with ${code}`}
        title="A clean close, with this code"
        onPress={() => server.close(code, words)}
      >
        Close
      </Verb>
    </ControlRow>
  );
}

function HandshakeControls({ server }: { readonly server: FakeServer }) {
  const { refusing, stalling } = useServerState(server, ({ faults }) => faults);
  return (
    <ControlRow label="New links">
      <Toggle
        isOn={refusing > 0}
        onDid="The server refuses from now on"
        offDid="The server accepts again"
        title="Every attempt to connect fails"
        onToggle={(on) => server.refuse(on ? undefined : false)}
      >
        Refuse
      </Toggle>
      <Toggle
        isOn={stalling > 0}
        onDid="The server stalls from now on"
        offDid="The server answers again"
        title="No attempt to connect is ever answered"
        onToggle={(on) => server.stall(on ? undefined : false)}
      >
        Stall
      </Toggle>
    </ControlRow>
  );
}

function EventControls({ server }: { readonly server: FakeServer }) {
  const [kind, setKind] = useState<GarbleKind>('json');
  return (
    <>
      <ControlRow label="Events">
        <Verb
          did="The next event gets lost"
          title="The next event is numbered and kept, but not sent: the one after it shows the gap, and a resume fills it"
          onPress={() => server.lose(1)}
        >
          Lose
        </Verb>
        <Verb
          did="You skipped a number"
          title="Use up one sequence number for nothing: a gap that no resume can fill, so a new session begins"
          onPress={() => server.skip(1)}
        >
          Skip
        </Verb>
        <Verb
          did="You sent an event twice"
          title="Send the newest event once more, with its old number"
          onPress={() => server.duplicate()}
        >
          Duplicate
        </Verb>
      </ControlRow>
      <ControlRow label="Bad frame">
        <select
          className="select small"
          aria-label="Kind of bad frame"
          value={kind}
          onChange={(event) => setKind(GARBLES.find((one) => one === event.target.value) ?? 'json')}
        >
          {GARBLES.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
        <Verb
          did={`You sent a bad frame: ${kind}`}
          title="Send a frame that is no event"
          onPress={() => server.garble(kind)}
        >
          Garble
        </Verb>
      </ControlRow>
    </>
  );
}

function WholeServerControls({ server }: { readonly server: FakeServer }) {
  const latencyMs = useServerState(server, ({ faults }) => faults.latencyMs);
  const note = useNote();
  const setDelay = (ms: number): void => {
    note(ms === 0 ? 'You took the delay away' : `Everything takes ${ms} ms from now on`);
    server.delay(ms);
  };
  return (
    <ControlRow label="Server">
      <select
        className="select small"
        aria-label="Delay"
        value={latencyMs}
        onChange={(event) => setDelay(Number(event.target.value))}
      >
        {delaysWith(latencyMs).map((ms) => (
          <option key={ms} value={ms}>
            {ms === 0 ? 'no delay' : `delay ${ms} ms`}
          </option>
        ))}
      </select>
      <Verb
        did="You restarted the server"
        title="Cut all links and forget all sessions"
        onPress={() => server.restart()}
      >
        Restart
      </Verb>
    </ControlRow>
  );
}

/** The story may have begun with another value. */
function delaysWith(latencyMs: number): readonly number[] {
  return [...new Set([...DELAYS_MS, latencyMs])].sort((one, other) => one - other);
}
