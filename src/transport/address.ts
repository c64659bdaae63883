/** Which address does the user mean? Turns what they wrote into an absolute `ws:` or `wss:` one. */

export type ResolvedAddress =
  | { readonly kind: 'address'; readonly url: string }
  /** A sentence for the reader, without the query, which may hold a secret. */
  | { readonly kind: 'unusable'; readonly problem: string };

/** The part of `window.location` that is used. */
export interface PageLocation {
  readonly protocol: string;
  readonly host: string;
  readonly hostname: string;
}

/** `http:` and `https:` become `ws:` and `wss:`; what has no scheme takes the page's. */
export function resolveAddress(input: string, page: PageLocation | null = pageLocation()): ResolvedAddress {
  const written = input.trim();
  const shown = redactUrl(written);
  if (written.startsWith('/') && !written.startsWith('//') && page === null) {
    return unusable(
      `The url "${shown}" has no host, and there is no page to take one from. Write wss://host/path.`,
    );
  }
  let url: URL;
  try {
    url = new URL(withScheme(written, page));
  } catch {
    return unusable(`The url "${shown}" is not an address. Write it like wss://example.com/ws.`);
  }
  if (url.protocol === 'http:') url.protocol = 'ws:';
  if (url.protocol === 'https:') url.protocol = 'wss:';
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
    return unusable(
      `The url "${shown}" has the scheme ${url.protocol} Use wss: (or ws:, http:, https:, or none).`,
    );
  }
  // Engines differ on spaces in a host: some throw, some escape them and then fail to find it.
  if (/[\s%]/.test(url.hostname)) {
    return unusable(`The url "${shown}" is not an address. Write it like wss://example.com/ws.`);
  }
  if (url.hash !== '' || written.includes('#')) {
    return unusable(
      `The url "${shown}" has a #fragment, which a WebSocket address can't have. Leave it out.`,
    );
  }
  if (url.protocol === 'ws:' && page?.protocol === 'https:' && !isLoopback(url.hostname)) {
    return unusable(`The page came over https:, so a browser refuses the insecure "${shown}". Use wss:.`);
  }
  return { kind: 'address', url: url.href };
}

/** An address as it may be shown: without its query, fragment and credentials. */
export function redactUrl(url: string): string {
  const [base = '', ...rest] = url.split(/[?#]/);
  // Whatever stands before an @, in however wrong an address: it may be a password.
  const shown = base.replace(/[^/\\]*@/g, '');
  return rest.length > 0 ? `${shown}?…` : shown;
}

function withScheme(written: string, page: PageLocation | null): string {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(written)) return written;
  if (written.startsWith('//')) return `${schemeFor(written.slice(2), page)}:${written}`;
  if (written.startsWith('/'))
    return `${page?.protocol === 'https:' ? 'wss' : 'ws'}://${page?.host ?? ''}${written}`;
  return `${schemeFor(written, page)}://${written}`;
}

/** Without a page to go by, secure is the default, except to this machine itself. */
function schemeFor(hostAndPath: string, page: PageLocation | null): 'ws' | 'wss' {
  if (page !== null) return page.protocol === 'https:' ? 'wss' : 'ws';
  const [host = ''] = hostAndPath.split(/[/?:]/);
  return isLoopback(host) || hostAndPath.startsWith('[::1]') ? 'ws' : 'wss';
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

function pageLocation(): PageLocation | null {
  const { location } = globalThis as { readonly location?: PageLocation };
  return location !== undefined && /^https?:$/.test(location.protocol) ? location : null;
}

function unusable(problem: string): ResolvedAddress {
  return { kind: 'unusable', problem };
}
