/** A sign-in service in the page: it keeps one token, and takes its time to issue a fresh one. */
import type { TokenContext, TokenReason } from 'everwire';

/** One call of the token function. */
export interface Question {
  readonly id: number;
  readonly reason: TokenReason;
  /** `kept`: the token was cached. `dropped`: the answer was no longer needed. */
  readonly answer: 'asking' | 'kept' | 'fresh' | 'dropped';
  readonly token: string;
}

export interface DeskView {
  /** Newest first. */
  readonly questions: readonly Question[];
  /** The valid token; null after it has expired, until there is a fresh one. */
  readonly accepted: string | null;
  readonly inFlight: number;
  readonly mostInFlight: number;
}

export interface SignInDesk {
  /** The provider's `token`. */
  readonly token: (context: TokenContext) => string | Promise<string>;
  readonly accepts: (token: string | null) => boolean;
  readonly expire: () => void;
  readonly read: () => DeskView;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Long enough to press a button meanwhile. */
const REFRESH_MS = 1_200;
const KEPT_QUESTIONS = 6;

export function createSignInDesk(): SignInDesk {
  const listeners = new Set<() => void>();
  let issued = 1;
  let kept = 'token-1';
  let asked = 0;
  let view: DeskView = { questions: [], accepted: kept, inFlight: 0, mostInFlight: 0 };

  const change = (next: Partial<DeskView>): void => {
    view = { ...view, ...next };
    for (const listener of listeners) listener();
  };

  const note = (question: Question): void => {
    const others = view.questions.filter(({ id }) => id !== question.id);
    change({ questions: [question, ...others].slice(0, KEPT_QUESTIONS) });
  };

  const refresh = async (id: number, { reason, signal }: TokenContext): Promise<string> => {
    const inFlight = view.inFlight + 1;
    change({ inFlight, mostInFlight: Math.max(view.mostInFlight, inFlight) });
    note({ id, reason, answer: 'asking', token: '' });
    await pause(REFRESH_MS, signal);
    change({ inFlight: view.inFlight - 1 });
    if (signal.aborted) {
      note({ id, reason, answer: 'dropped', token: '' });
      return kept;
    }
    issued += 1;
    kept = `token-${issued}`;
    change({ accepted: kept });
    note({ id, reason, answer: 'fresh', token: kept });
    return kept;
  };

  return {
    token(context) {
      asked += 1;
      if (context.reason === 'unauthorized') return refresh(asked, context);
      note({ id: asked, reason: context.reason, answer: 'kept', token: kept });
      return kept;
    },
    accepts: (token) => token === view.accepted,
    expire: () => change({ accepted: null }),
    read: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Ends early when the answer is no longer needed. */
function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    signal.addEventListener('abort', end);
  });
}
