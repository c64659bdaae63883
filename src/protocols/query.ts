/** How are parameters added to an address that may have some already? */

/** Takes each parameter as `name=value`, encoded where it has to be. */
export function withQuery(url: string, parameters: readonly string[]): string {
  if (parameters.length === 0) return url;
  return url + (url.includes('?') ? '&' : '?') + parameters.join('&');
}
