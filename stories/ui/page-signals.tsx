/** Shows the signals of the page's network and window, from the browser or from a button. */
import { useEffect } from 'react';
import { useNote } from './story-page.tsx';

interface Signal {
  readonly name: string;
  /** When a browser fires it. */
  readonly meaning: string;
  readonly fire: () => void;
}

const signals: readonly Signal[] = [
  {
    name: 'online',
    meaning: 'The network is back',
    fire: () => window.dispatchEvent(new Event('online')),
  },
  {
    name: 'focus',
    meaning: 'Somebody looks at this window again',
    fire: () => window.dispatchEvent(new Event('focus')),
  },
  {
    name: 'visible',
    meaning: 'This tab is in front again (visibilitychange)',
    fire: () => document.dispatchEvent(new Event('visibilitychange')),
  },
  {
    name: 'offline',
    meaning: 'The network may be gone',
    fire: () => window.dispatchEvent(new Event('offline')),
  },
];

export function SignalButtons() {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend is no flex item, and these are buttons.
    <div className="kinds" role="group" aria-label="Fire an event of the page">
      {signals.map(({ name, meaning, fire }) => (
        <button key={name} type="button" className="button" title={meaning} onClick={fire}>
          {name}
        </button>
      ))}
    </div>
  );
}

const typesOfWindow = ['online', 'offline', 'focus', 'pagehide', 'pageshow'] as const;

/** Writes every signal into the log, including those that the browser itself fires. */
export function PageListener() {
  const note = useNote();
  useEffect(() => {
    const hear = (event: Event): void => {
      // With capture, a window receives the focus of every button in it, too.
      if (event.target !== event.currentTarget) return;
      note(`The page says: ${wordOf(event)}`);
    };
    // With capture, so that the log shows it before its effects.
    for (const type of typesOfWindow) window.addEventListener(type, hear, true);
    document.addEventListener('visibilitychange', hear, true);
    return () => {
      for (const type of typesOfWindow) window.removeEventListener(type, hear, true);
      document.removeEventListener('visibilitychange', hear, true);
    };
  }, [note]);
  return null;
}

function wordOf(event: Event): string {
  if (event.type === 'visibilitychange') return document.visibilityState;
  const isKept = event instanceof PageTransitionEvent && event.persisted;
  return isKept ? `${event.type}, persisted` : event.type;
}
