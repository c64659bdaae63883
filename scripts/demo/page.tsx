/** The page of `npm run demo:cluster`: numbers that go on, though the process that sends them is killed. */
import './page.css';
import { useConnectionStatus, WebSocketProvider } from 'everwire';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { type Move, type ServerState, type Tick, type Ticks, useTicks } from './use-ticks.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
/** A user of its own for each page. */
const token = crypto.randomUUID();

createRoot(root).render(
  <WebSocketProvider
    url={root.dataset['socket'] ?? ''}
    token={token}
    reconnectDelay={300}
    reconnectJitter={300}
    reconnectAttempts={Number.POSITIVE_INFINITY}
  >
    <Demo />
  </WebSocketProvider>,
);

function Demo() {
  const state = useTicks();
  const status = useConnectionStatus();
  const { ticks, servers, server, moves } = state;
  return (
    <main>
      <header>
        <h1>Kill a server. The numbers go on.</h1>
        <p>
          Two processes serve this page, behind a balancer. A third one publishes a number twice a second,
          into Redis. A process that is killed starts again after three seconds.
        </p>
      </header>

      <section className="now" data-server={server ?? 'none'} aria-label="The newest number">
        <p className="number">{ticks.at(-1)?.n ?? '…'}</p>
        <p className="served" role="status">
          {status === 'connected' && server !== null
            ? `Served by process ${server}`
            : 'Looking for a process …'}
        </p>
        <KillButton name={server} primary>
          {server === null ? 'kill -9' : `kill -9 process ${server}`}
        </KillButton>
      </section>

      <Strip ticks={ticks} />
      <Totals state={state} />

      <div className="columns">
        <section className="card">
          <h2>Processes</h2>
          <ul className="servers">
            {servers.map((one) => (
              <ServerRow key={one.name} {...one} isMine={one.name === server} />
            ))}
          </ul>
        </section>
        <section className="card">
          <h2>Moves of this page</h2>
          <Moves moves={moves} />
        </section>
      </div>
    </main>
  );
}

function Strip({ ticks }: { ticks: readonly Tick[] }) {
  return (
    <section className="card">
      <h2>
        The last numbers <span>in the colour of the process that sent them</span>
      </h2>
      <ol className="strip">
        {ticks.map(({ n, isLate, link }) => (
          <li
            key={n}
            data-server={link.server ?? 'none'}
            data-late={isLate || undefined}
            title={isLate ? `${n}, sent while this page had no link` : String(n)}
          >
            {n}
          </li>
        ))}
      </ol>
      <p className="legend">
        <span className="swatch" data-late /> sent while this page had no link, and delivered afterwards
      </p>
    </section>
  );
}

function Totals({ state: { received, missing, repeated, notices } }: { state: Ticks }) {
  const totals = [
    { label: 'received', value: received },
    { label: 'missing', value: missing },
    { label: 'twice', value: repeated },
    { label: 'notices of a loss', value: notices },
  ];
  return (
    <dl className="totals">
      {totals.map(({ label, value }) => (
        <div key={label} className="card" data-wrong={(label !== 'received' && value > 0) || undefined}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function ServerRow({ name, pid, isMine }: ServerState & { isMine: boolean }) {
  return (
    <li data-server={name}>
      <span className="badge">{name}</span>
      <span className="about">
        {pid === null ? 'killed, starts again …' : `pid ${pid}`}
        {isMine && <em>serves this page</em>}
      </span>
      <KillButton name={pid === null ? null : name}>kill -9</KillButton>
    </li>
  );
}

function Moves({ moves }: { moves: readonly Move[] }) {
  if (moves.length === 0) return <p className="empty">None yet. Kill the process that serves this page.</p>;
  return (
    <ol className="moves">
      {moves.map(({ id, from, to, downMs, lateEvents }) => (
        <li key={id}>
          <span className="badge" data-server={from}>
            {from}
          </span>
          <span aria-hidden="true">→</span>
          <span className="badge" data-server={to}>
            {to}
          </span>
          <span className="about">
            {downMs} ms without a link, {lateEvents} {lateEvents === 1 ? 'number' : 'numbers'} delivered
            afterwards
          </span>
        </li>
      ))}
    </ol>
  );
}

interface KillButtonProps {
  /** Null: there is nothing to kill now. */
  readonly name: string | null;
  readonly primary?: boolean;
  readonly children: string;
}

function KillButton({ name, primary = false, children }: KillButtonProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const kill = async (): Promise<void> => {
    const answer = await fetch(`/kill/${name}`, { method: 'POST' }).catch(() => null);
    setProblem(answer?.ok ? null : 'The demo has ended.');
  };
  return (
    <button
      type="button"
      className={primary ? 'kill primary' : 'kill'}
      disabled={name === null}
      onClick={() => void kill()}
    >
      {problem ?? children}
    </button>
  );
}
