/** The config in force. The session changes it; everything else reads it when it needs it, because props are live. */
import type { ResolvedConfig } from './config.ts';
import type { ServicePolicy } from './policy.ts';

export interface ActiveConfig {
  /** Undefined while no connection is wanted. */
  readonly config: ResolvedConfig | undefined;
  /** The same for the lifecycle. Nothing reads it before the first config. */
  readonly policy: ServicePolicy;
}
