/** How is a token spelt where only token characters are allowed? */

/** Base64url of the UTF-8 bytes, without padding: fits the grammar of a subprotocol (RFC 9110, 5.6.2). */
export function base64Url(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
