/** Which address does the user mean? Turns what they wrote into an absolute `ws:` or `wss:` one. */
import type { AddressFlaw } from '../sentences.ts';

/** `url` is absolute; beside a flaw it is what was written, as it may be shown. */
export interface ResolvedAddress {
  readonly url: string;
  readonly flaw?: AddressFlaw;
}

/** The part of `window.location` that is used. */
export interface PageLocation {
  readonly protocol: string;
  readonly host: string;
}

/** `http:` and `https:` become `ws:` and `wss:`; what has no scheme takes the page's. */
export function resolveAddress(
  input: string,
  location: PageLocation | null | undefined = globalThis.location,
): ResolvedAddress {
  const written = input.trim();
  const flawed = (flaw: AddressFlaw): ResolvedAddress => ({ url: redactUrl(written), flaw });
  // A page that came from a file has no host.
  const page = location && /^https?:$/.test(location.protocol) ? location : undefined;
  const isPath = /^\/(?!\/)/.test(written);
  if (isPath && !page) return flawed('no-host');
  // Without a page to go by, secure is the default, except to this machine itself.
  const scheme = page ? page.protocol.replace('http', 'ws') : isLoopback(written) ? 'ws:' : 'wss:';
  let url: URL;
  try {
    url = new URL(
      /^[a-z][a-z\d+.-]*:\/\//i.test(written)
        ? written.replace(/^http/i, 'ws')
        : `${scheme}${isPath ? page?.host : ''}${written}`,
    );
  } catch {
    return flawed('not-an-address');
  }
  if (!/^wss?:/.test(url.protocol)) return flawed('scheme');
  // Engines differ on spaces in a host: some throw, some escape them and then fail to find it.
  if (/[\s%]/.test(url.host)) return flawed('not-an-address');
  if (written.includes('#')) return flawed('fragment');
  if (url.protocol === 'ws:' && page?.protocol === 'https:' && !isLoopback(url.host)) {
    return flawed('insecure');
  }
  return { url: url.href };
}

/** An address as it may be shown: without its query, fragment and credentials. */
export function redactUrl(url: string): string {
  // Whatever stands before an @, in however wrong an address: it may be a password.
  return url.replace(/[?#].*/s, '?…').replace(/[^/\\]*@/g, '');
}

/** Of an address without its scheme. */
function isLoopback(address: string): boolean {
  return /^(\/\/)?(([^/?:]+\.)?localhost|127(\.\d{1,3}){3}|\[::1\])([/?:]|$)/i.test(address);
}
