/** A button that also writes into the log what the reader did. */

import { useNote } from './story-page.tsx';

export interface NoteButtonProps {
  /** The line in the log. */
  readonly did: string;
  readonly look?: 'plain' | 'primary';
  readonly onPress: () => void;
  readonly children: string;
}

export function NoteButton({ did, look = 'plain', onPress, children }: NoteButtonProps) {
  const note = useNote();
  return (
    <button
      type="button"
      className={look === 'primary' ? 'button primary' : 'button'}
      onClick={() => {
        note(did);
        onPress();
      }}
    >
      {children}
    </button>
  );
}
