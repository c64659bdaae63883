/** How a browser is driven: what `fleet.ts` needs of Chromium, Firefox and WebKitGTK. */

export type Engine = 'chromium' | 'firefox' | 'webkit';

export interface TabDriver {
  readonly id: string;
  /** The value of an expression in the page, as JSON has it. */
  evaluate(expression: string): Promise<unknown>;
  navigate(url: string): Promise<void>;
  reload(): Promise<void>;
  back(): Promise<void>;
  bringToFront(): Promise<void>;
  close(): Promise<void>;
  /** Ends the page's process. Others may live in the same one. */
  crash(): Promise<void>;
  setLife(state: 'frozen' | 'active'): Promise<void>;
  setNetwork(state: 'offline' | 'online'): Promise<void>;
}

export interface BrowserDriver {
  /** Opens a tab in front. `onGone`: it has crashed. */
  open(onGone: () => void): Promise<TabDriver>;
  close(): Promise<void>;
}

/** For what the driver of an engine has no command for. */
export function impossible(what: string): () => Promise<never> {
  return () => Promise.reject(new Error(`The driver of this browser can not ${what}.`));
}
