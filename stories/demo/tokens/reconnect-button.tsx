/** A button that calls `reconnect()`, and writes it into the log. */

import { useWebSocketService } from 'everwire';
import { useNote } from '../../ui/story-page.tsx';

interface ReconnectButtonProps {
  /** What the log says the reader did. */
  readonly did: string;
  readonly onPress?: () => void;
  readonly children: string;
}

export function ReconnectButton({ did, onPress, children }: ReconnectButtonProps) {
  const { reconnect } = useWebSocketService();
  const note = useNote();
  return (
    <button
      type="button"
      className="button primary"
      onClick={() => {
        note(did);
        onPress?.();
        reconnect();
      }}
    >
      {children}
    </button>
  );
}
