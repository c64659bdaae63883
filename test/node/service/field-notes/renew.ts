import type { TokenContext } from 'everwire/core';

/** On the provider: `auth="cookie" token={renew}`. */
export async function renew({ reason, signal }: TokenContext) {
  if (reason === 'unauthorized') await fetch('/session/renew', { method: 'POST', signal });
}
