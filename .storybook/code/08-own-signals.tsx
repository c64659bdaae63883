// The page's signals are heard without a word from you. Yours, from a native shell for example, are one call.

import { useWebSocketService } from 'everwire';
import { useEffect } from 'react';

export function ShellSignals({ onWake }: { onWake: (listener: () => void) => () => void }) {
  const { reconnect } = useWebSocketService();
  useEffect(() => onWake(reconnect), [onWake, reconnect]);
  return null;
}
