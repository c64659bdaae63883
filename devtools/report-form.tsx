'use client';
/** Takes a copied report, as a text or a file, and opens it. Says what is wrong with one that can't be read. */
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { type OpenedReport, readReport } from './read-report.ts';

export interface ReportFormProps {
  readonly onOpen: (report: OpenedReport) => void;
  readonly onClose: () => void;
}

export function ReportForm({ onOpen, onClose }: ReportFormProps): ReactNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const [problem, setProblem] = useState('');
  const problemId = useId();
  useEffect(() => field.current?.focus(), []);
  const open = (json: string): void => {
    const reading = readReport(json);
    if (reading.type === 'read') onOpen(reading.report);
    else setProblem(reading.problem);
  };
  const openFile = (file: File | undefined): void => {
    file?.text().then(open, () => setProblem('The file could not be read.'));
  };
  return (
    <section className="report-form" aria-label="Open a report">
      <label>
        Paste what “Copy JSON” has copied, or choose a file with it. It stays in this page.
        {/* Not controlled: a report may have millions of characters. */}
        <textarea ref={field} spellCheck={false} aria-invalid={problem !== ''} aria-describedby={problemId} />
      </label>
      <p id={problemId} className="problem" role="alert">
        {problem}
      </p>
      <div className="tools">
        <button type="button" className="primary" onClick={() => open(field.current?.value ?? '')}>
          Open
        </button>
        <input
          type="file"
          accept=".json,.txt,application/json,text/plain"
          aria-label="A file with a report"
          onChange={(event) => openFile(event.target.files?.[0])}
        />
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </section>
  );
}
