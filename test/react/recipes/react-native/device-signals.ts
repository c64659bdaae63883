// In docs/react-native.md: wake signals from AppState and NetInfo.

import NetInfo from '@react-native-community/netinfo';
import type { WakeSignal } from 'everwire';
import { AppState } from 'react-native';

export function deviceSignals(on: (signal: WakeSignal) => void): () => void {
  const app = AppState.addEventListener('change', (state) => {
    // The system kills the sockets of an app in the background, sooner or later.
    if (state === 'background') on('suspend');
    // Not for 'inactive': a call, or the control centre over the app.
    if (state === 'active') on('wake');
  });
  const stopNetwork = NetInfo.addEventListener(({ isConnected }) => {
    if (AppState.currentState === 'background') return;
    // null: not known yet.
    if (isConnected === true) on('wake');
    if (isConnected === false) on('network-suspect');
  });
  return () => {
    app.remove();
    stopNetwork();
  };
}
