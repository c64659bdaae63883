/** Adds query parameters to an address, which may have some already. */

/** Encodes each value, and skips those that are undefined. */
export function withQuery(
  url: string,
  parameters: Readonly<Record<string, string | number | true | undefined>>,
): string {
  let address = url;
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    address += `${address.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`;
  }
  return address;
}
