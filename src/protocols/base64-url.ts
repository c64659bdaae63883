/** How is a token spelt where only some characters are allowed? */

/** Base64 of the UTF-8 bytes, without padding. */
export function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(bytes.reduce((binary, byte) => binary + String.fromCharCode(byte), '')).replaceAll('=', '');
}

/** In the alphabet for addresses: fits the grammar of a subprotocol (RFC 9110, 5.6.2). */
export function base64Url(text: string): string {
  return base64(text).replaceAll('+', '-').replaceAll('/', '_');
}
