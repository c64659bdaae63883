/** What docs/react-native.md uses of `react-native` and of `@react-native-community/netinfo`. The test fires the signals. */

export type AppStateStatus = 'active' | 'inactive' | 'background';

export interface NetInfoState {
  readonly isConnected: boolean | null;
}

type AppStateListener = (state: AppStateStatus) => void;
type NetInfoListener = (state: NetInfoState) => void;

const appListeners = new Set<AppStateListener>();
const netListeners = new Set<NetInfoListener>();
let netState: NetInfoState = { isConnected: true };

export const AppState = {
  currentState: 'active' as AppStateStatus,
  addEventListener(_type: 'change', listener: AppStateListener) {
    appListeners.add(listener);
    return { remove: () => void appListeners.delete(listener) };
  },
};

/** As the package does, it calls a new listener with the current state. */
const NetInfo = {
  addEventListener(listener: NetInfoListener): () => void {
    netListeners.add(listener);
    listener(netState);
    return () => void netListeners.delete(listener);
  },
};

// biome-ignore lint/style/noDefaultExport: the package has one.
export default NetInfo;

export const device = {
  listeners: () => appListeners.size + netListeners.size,
  show(state: AppStateStatus): void {
    AppState.currentState = state;
    for (const listener of [...appListeners]) listener(state);
  },
  network(isConnected: boolean | null): void {
    netState = { isConnected };
    for (const listener of [...netListeners]) listener(netState);
  },
};
