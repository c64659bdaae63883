/** How are parameters added to an address that may have some already? */

/** Encodes each value; one that is undefined is left out. */
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
