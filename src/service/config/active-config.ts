/** The config in force. The session changes it; everything else reads it when it needs it, because props are live. */
import type { LifecyclePolicy } from '../../connection/states.ts';
import type { AwaitedConfig, ResolvedConfig } from './config.ts';

export interface ActiveConfig {
  /** Undefined while the connection is disabled, has no valid config, or was disposed. */
  readonly config: ResolvedConfig | undefined;
  /** Before the first session: a config without its url or token, which are still to come. */
  readonly awaited: AwaitedConfig | undefined;
  /** The same for the lifecycle. Nothing reads it before the first config. */
  readonly policy: ServicePolicy;
}

/** The lifecycle's policy, and random waits for others. */
export interface ServicePolicy extends LifecyclePolicy {
  /** A random wait of up to `maxMs`. */
  readonly drawMs: (maxMs: number) => number;
}
