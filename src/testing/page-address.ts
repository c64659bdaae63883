/** Reads addresses and subprotocols as a browser's `WebSocket` constructor does. */

/** The absolute address; throws a SyntaxError DOMException if a browser would. */
export function readAddress(url: string | URL): string {
  const address = parse(String(url));
  if (address.protocol === 'http:') address.protocol = 'ws:';
  if (address.protocol === 'https:') address.protocol = 'wss:';
  if (address.protocol !== 'ws:' && address.protocol !== 'wss:') {
    throw new DOMException(
      `The scheme must be ws, wss, http or https, not ${address.protocol}`,
      'SyntaxError',
    );
  }
  if (address.href.includes('#')) throw new DOMException('The address must have no fragment.', 'SyntaxError');
  return address.href;
}

/** The subprotocols as a list; throws a SyntaxError DOMException if a browser would. */
export function readProtocols(protocols: string | readonly string[] | undefined): readonly string[] {
  if (protocols === undefined) return [];
  const list = typeof protocols === 'string' ? [protocols] : [...protocols].map(String);
  for (const protocol of list) {
    if (!isToken(protocol)) throw new DOMException(`'${protocol}' is no subprotocol.`, 'SyntaxError');
  }
  if (new Set(list).size !== list.length)
    throw new DOMException('A subprotocol is named twice.', 'SyntaxError');
  return list;
}

/** Whether two addresses are the same endpoint. Their queries may differ. */
export function isSameEndpoint(one: string, other: string): boolean {
  const [left, right] = [new URL(one), new URL(other)];
  return left.protocol === right.protocol && left.host === right.host && left.pathname === right.pathname;
}

function parse(url: string): URL {
  try {
    return new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href);
  } catch {
    throw new DOMException(`The address '${url}' is invalid.`, 'SyntaxError');
  }
}

// RFC 2616: visible ASCII without separators.
function isToken(text: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text);
}
