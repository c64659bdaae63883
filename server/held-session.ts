/** The record of the session that a socket holds: every change of it is saved here, under the socket's claim. */
import type { EventLog, HubLogger, SessionRecord } from './types.ts';

export interface HeldSession {
  readonly record: SessionRecord;
  /** Changes the record. The next save stores it. */
  change(change: Partial<Pick<SessionRecord, 'channels' | 'joins'>>): void;
  /** Rejects if the log can't be reached. Does nothing after the end. */
  save(): Promise<void>;
  /** Its socket is gone, and this is what becomes of the record. It is not changed afterwards. */
  end(fate: RecordFate): void;
}

/**
 * `kept`: its client may come back to any process. `forgotten`: nobody can continue it. `foreign`: another socket has it.
 */
export type RecordFate = 'kept' | 'forgotten' | 'foreign';

export interface HeldSessionParts {
  readonly log: EventLog;
  readonly logger: HubLogger;
  /** Another socket has the session. */
  readonly onSuperseded: () => void;
}

export function holdSession(
  first: SessionRecord,
  { log, logger, onSuperseded }: HeldSessionParts,
): HeldSession {
  let record: SessionRecord = { ...first, holder: 'socket' };
  let isOver = false;

  const attempt = (task: Promise<unknown>): void => {
    task.catch((thrown) => logger.warn('A session could not be kept.', { error: String(thrown) }));
  };

  return {
    get record() {
      return record;
    },
    change(change) {
      record = { ...record, ...change };
    },
    async save() {
      if (isOver) return;
      if ((await log.saveSession(record, log.keepMs)) === 'superseded' && !isOver) onSuperseded();
    },
    end(fate) {
      if (isOver) return;
      isOver = true;
      switch (fate) {
        case 'kept':
          return attempt(log.saveSession({ ...record, holder: 'none' }, log.keepMs));
        case 'forgotten':
          return attempt(log.endSession(record.id));
        case 'foreign':
          return;
        default:
          fate satisfies never;
      }
    },
  };
}
