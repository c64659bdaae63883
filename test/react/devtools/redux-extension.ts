/** A double of the Redux DevTools extension, which records everything that it receives. */
import { onTestFinished } from 'vitest';

export interface ReduxDouble {
  readonly names: readonly string[];
  readonly messages: readonly { readonly action: { readonly type: string }; readonly state: unknown }[];
  readonly first: unknown;
}

type Behaviour = 'listens' | 'throws';

/** Installs it on the page until the test ends. */
export function installRedux(behaviour: Behaviour = 'listens'): ReduxDouble {
  const names: string[] = [];
  const messages: ReduxDouble['messages'][number][] = [];
  let first: unknown;
  const heed = (): void => {
    if (behaviour === 'throws') throw new Error('the extension is not well');
  };
  const extension = {
    connect({ name }: { readonly name: string }) {
      names.push(name);
      return {
        init(state: unknown) {
          heed();
          first = state;
        },
        send(action: { readonly type: string }, state: unknown) {
          heed();
          messages.push({ action, state });
        },
      };
    },
  };
  Object.assign(globalThis, { __REDUX_DEVTOOLS_EXTENSION__: extension });
  onTestFinished(() => void Reflect.deleteProperty(globalThis, '__REDUX_DEVTOOLS_EXTENSION__'));
  return {
    names,
    messages,
    get first() {
      return first;
    },
  };
}
