/** Lists the links: what each one asked the server for, and what it got. */

import type { FakeServer, HandshakeOutcome, HandshakeRecord } from 'everwire/testing';
import { useEffect, useId, useRef, useState } from 'react';
import { shortId } from './short-id.ts';

/** As many rows as fit: the page does not jump. */
const SHOWN_LINKS = 5;

interface Row {
  readonly number: number;
  readonly token: string;
  readonly asked: string;
  readonly outcome: HandshakeOutcome;
  readonly session: string;
}

export interface LinkTableProps {
  readonly server: FakeServer;
  /** `shown`: with the token of each link, as only a story may do. */
  readonly tokens?: 'hidden' | 'shown';
}

export function LinkTable({ server, tokens = 'hidden' }: LinkTableProps) {
  const rows = useLinks(server);
  const headingId = useId();
  return (
    <div className="stack tight links">
      <h3 id={headingId}>The links, newest first</h3>
      <table className="table" aria-labelledby={headingId}>
        <thead>
          <tr>
            <th scope="col">Link</th>
            {tokens === 'shown' && <th scope="col">Token</th>}
            <th scope="col">Asked for</th>
            <th scope="col">Got</th>
            <th scope="col">Session</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ number, token, asked, outcome, session }) => (
            <tr key={number} data-outcome={outcome}>
              <td className="number">{number}</td>
              {tokens === 'shown' && (
                <td>
                  <code>{token}</code>
                </td>
              )}
              <td data-testid={`asked ${number}`}>{asked}</td>
              <td className="outcome" data-testid={`link ${number}`}>
                {outcomeWords[outcome]}
              </td>
              <td>
                <code>{session}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const outcomeWords: Readonly<Record<HandshakeOutcome, string>> = {
  pending: '…',
  'new-session': 'new session',
  resumed: 'resumed',
  'awaiting-token': '…',
  refused: 'refused',
  unauthorized: 'refused',
  'wrong-address': 'refused',
  stalled: 'no answer',
  abandoned: 'left',
};

/** Newest first. The record of a link does not contain its session; the connection does. */
function useLinks(server: FakeServer): readonly Row[] {
  const [rows, setRows] = useState<readonly Row[]>([]);
  const sessions = useRef(new WeakMap<HandshakeRecord, string>());
  useEffect(() => {
    const read = (): void => {
      const newest = server.handshakes.at(-1);
      const connection = server.connections.at(-1);
      const isIn = newest?.outcome === 'new-session' || newest?.outcome === 'resumed';
      if (newest !== undefined && isIn && connection !== undefined && !sessions.current.has(newest)) {
        sessions.current.set(newest, connection.connectionId);
      }
      setRows(
        server.handshakes
          .map((record, index) => rowOf(record, index + 1, sessions.current.get(record)))
          .slice(-SHOWN_LINKS)
          .reverse(),
      );
    };
    read();
    return server.onChange(read);
  }, [server]);
  return rows;
}

function rowOf(
  { resume, outcome, token }: HandshakeRecord,
  number: number,
  session: string | undefined,
): Row {
  const asked =
    resume === null ? 'new session' : `${shortId(resume.connectionId)} from ${resume.sequenceNumber}`;
  return {
    number,
    token: token ?? '–',
    asked,
    outcome,
    session: session === undefined ? '–' : shortId(session),
  };
}
