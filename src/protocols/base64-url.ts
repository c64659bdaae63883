/** Encodes text in base64, for places that allow only some characters. */

/** Base64 (RFC 4648, 4) of the UTF-8 bytes, without padding. */
export function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(bytes.reduce((binary, byte) => binary + String.fromCharCode(byte), '')).replaceAll('=', '');
}

/** The same with the URL-safe alphabet (RFC 4648, 5). A subprotocol must be a token (RFC 9110, 5.6.2), and this is one. */
export function base64Url(text: string): string {
  return base64(text).replaceAll('+', '-').replaceAll('/', '_');
}
