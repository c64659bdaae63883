/** Resolves the address of the config to an absolute `ws:` or `wss:` address. */
import type { AddressFlaw } from '../problems.ts';

/** `url` is absolute. With a flaw it is the given text without its query, fragment and credentials. */
export interface ResolvedAddress {
  readonly url: string;
  readonly flaw?: AddressFlaw;
}

/** The part of `window.location` that is used. */
export interface PageLocation {
  readonly protocol: string;
  readonly host: string;
}

/** `http:` and `https:` become `ws:` and `wss:`, as WHATWG says. An address without a scheme uses the page's. */
export function resolveAddress(
  input: string,
  location: PageLocation | null | undefined = globalThis.location,
): ResolvedAddress {
  const written = input.trim();
  const flawed = (flaw: AddressFlaw): ResolvedAddress => ({ url: redactUrl(written), flaw });
  // A page that was loaded from a file has no host.
  const page = location && /^https?:$/.test(location.protocol) ? location : undefined;
  const isPath = /^\/(?!\/)/.test(written);
  if (isPath && !page) return flawed('no-host');
  // Without a page, `wss:` is the default, except for the local machine.
  const scheme = page ? page.protocol.replace('http', 'ws') : isLoopback(written) ? 'ws:' : 'wss:';
  const url = parse(
    /^[a-z][a-z\d+.-]*:\/\//i.test(written)
      ? written.replace(/^http/i, 'ws')
      : `${scheme}${isPath ? page?.host : ''}${written}`,
  );
  if (url === null) return flawed('not-an-address');
  if (!/^wss?:/.test(url.protocol)) return flawed('scheme');
  // Engines differ on spaces in a host: some throw, others escape them and fail to resolve the name.
  if (/[\s%]/.test(url.host)) return flawed('not-an-address');
  if (written.includes('#')) return flawed('fragment');
  if (url.protocol === 'ws:' && page?.protocol === 'https:' && !isLoopback(url.host)) {
    return flawed('insecure');
  }
  return { url: url.href };
}

type Url = Pick<URL, 'protocol' | 'host' | 'href'>;

/** Null: it is not an address. */
function parse(address: string): Url | null {
  if (!isUrlClassSound()) return parseByHand(address);
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

/** React Native's own URL class has getters that throw, and adds a slash to every path. */
function isUrlClassSound(): boolean {
  const plain = 'wss://h/p';
  try {
    const { protocol, host, href } = new URL(plain);
    return protocol === 'wss:' && host === 'h' && href === plain;
  } catch {
    return false;
  }
}

/** Leaves everything behind the scheme as it was written. The socket class checks the rest. */
function parseByHand(address: string): Url | null {
  const [, written = '', rest = ''] = /^([a-z][a-z\d+.-]*:)\/*(.*)$/is.exec(address) ?? [];
  const [, host = ''] = /^(?:[^/?#\\]*@)?([^/?#\\]*)/.exec(rest) ?? [];
  const protocol = written.toLowerCase();
  return host === '' ? null : { protocol, host, href: `${protocol}//${rest}` };
}

/** Removes the query, fragment and credentials, which may be secret. */
export function redactUrl(url: string): string {
  // Everything before an @ may be a password, even in an invalid address.
  return url.replace(/[?#].*/s, '?…').replace(/[^/\\]*@/g, '');
}

/** Whether an address without its scheme is one of the local machine. */
function isLoopback(address: string): boolean {
  return /^(\/\/)?(([^/?:]+\.)?localhost|127(\.\d{1,3}){3}|\[::1\])([/?:]|$)/i.test(address);
}
