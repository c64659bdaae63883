/** The record of the session that a socket holds: every change of it is saved here, under the socket's claim. */
import type { EventLog, HubLogger, SessionRecord } from './types.ts';

/**
 * `kept`: its client may come back to any process. `forgotten`: nobody can continue it. `foreign`: another socket has it.
 */
export type RecordFate = 'kept' | 'forgotten' | 'foreign';

export interface HeldSessionParts {
  readonly log: EventLog;
  readonly logger: HubLogger;
}

/** Its owner is told when another socket has the session. */
export interface HeldSessionOwner {
  onSuperseded(): void;
}

/** A class, as all that exists once for each session: its methods take no memory of their own. */
export class HeldSession {
  readonly #parts: HeldSessionParts;
  readonly #owner: HeldSessionOwner;
  #record: SessionRecord;
  #isOver = false;

  constructor(parts: HeldSessionParts, owner: HeldSessionOwner, record: SessionRecord) {
    this.#parts = parts;
    this.#owner = owner;
    this.#record = record;
  }

  get record(): SessionRecord {
    return this.#record;
  }

  /** Changes the record. The next save stores it. */
  change(change: Partial<Pick<SessionRecord, 'channels' | 'joins'>>): void {
    this.#record = { ...this.#record, ...change };
  }

  /** Rejects if the log can't be reached. Does nothing after the end. */
  async save(): Promise<void> {
    if (this.#isOver) return;
    const { log } = this.#parts;
    const outcome = await log.saveSession(this.#record, log.keepMs);
    if (outcome === 'superseded' && !this.#isOver) this.#owner.onSuperseded();
  }

  /** Its socket is gone, and this is what becomes of the record. It is not changed afterwards. */
  end(fate: RecordFate): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { log, logger } = this.#parts;
    const attempt = (task: Promise<unknown>): void => {
      task.catch((thrown) => logger.warn('A session could not be kept.', { error: String(thrown) }));
    };
    switch (fate) {
      case 'kept':
        return attempt(log.saveSession({ ...this.#record, holder: 'none' }, log.keepMs));
      case 'forgotten':
        return attempt(log.endSession(this.#record));
      case 'foreign':
        return;
      default:
        fate satisfies never;
    }
  }
}
