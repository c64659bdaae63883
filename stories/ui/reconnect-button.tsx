/** A button that calls `reconnect()`, and writes it into the log. */

import { useWebSocketService } from 'everwire';
import { NoteButton } from './note-button.tsx';

export interface ReconnectButtonProps {
  /** The line in the log. Default: `You asked to reconnect`. */
  readonly did?: string;
  /** Called before it reconnects. */
  readonly onPress?: () => void;
  readonly children: string;
}

export function ReconnectButton({ did = 'You asked to reconnect', onPress, children }: ReconnectButtonProps) {
  const { reconnect } = useWebSocketService();
  return (
    <NoteButton
      did={did}
      look="primary"
      onPress={() => {
        onPress?.();
        reconnect();
      }}
    >
      {children}
    </NoteButton>
  );
}
