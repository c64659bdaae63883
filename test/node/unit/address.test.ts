/** Which address is meant by what a user writes? */
import { describe, expect, it } from 'vitest';
import { redactUrl, resolveAddress } from '../../../src/transport/address.ts';

const insecurePage = { protocol: 'http:', host: 'app.test:8080', hostname: 'app.test' };
const securePage = { protocol: 'https:', host: 'app.test', hostname: 'app.test' };

describe('resolveAddress', () => {
  it.each([
    ['wss://example.com/ws', null, 'wss://example.com/ws'],
    ['ws://example.com/ws?a=1', null, 'ws://example.com/ws?a=1'],
    ['http://example.com/ws', null, 'ws://example.com/ws'],
    ['https://example.com:8443/ws', null, 'wss://example.com:8443/ws'],
    ['  wss://example.com/ws  ', null, 'wss://example.com/ws'],
    ['example.com/ws', insecurePage, 'ws://example.com/ws'],
    ['example.com/ws', securePage, 'wss://example.com/ws'],
    ['example.com:9000/ws', securePage, 'wss://example.com:9000/ws'],
    ['/ws', insecurePage, 'ws://app.test:8080/ws'],
    ['/ws?room=1', securePage, 'wss://app.test/ws?room=1'],
    ['//example.com/ws', securePage, 'wss://example.com/ws'],
    ['example.com/ws', null, 'wss://example.com/ws'],
    ['localhost:8080', null, 'ws://localhost:8080/'],
    ['127.0.0.1:8080/ws', null, 'ws://127.0.0.1:8080/ws'],
    ['[::1]:8080/ws', null, 'ws://[::1]:8080/ws'],
    ['ws://localhost:8080/ws', securePage, 'ws://localhost:8080/ws'],
  ])('%s on %o means %s', (written, page, url) => {
    expect(resolveAddress(written, page)).toEqual({ kind: 'address', url });
  });

  it.each([
    ['ftp://example.com', null, 'scheme ftp:'],
    ['wss://', null, 'not an address'],
    ['wss://exa mple.com', null, 'not an address'],
    ['http://[nope]/', null, 'not an address'],
    ['/ws', null, 'no host'],
    ['wss://example.com/ws#top', null, '#fragment'],
    ['ws://example.com/ws', securePage, 'Use wss:'],
  ])('%s on %o is refused in words: %s', (written, page, words) => {
    const resolved = resolveAddress(written, page);
    expect(resolved.kind === 'unusable' && resolved.problem).toContain(words);
  });

  it('shows neither query nor credentials in its words', () => {
    const resolved = resolveAddress('ftp://user:pa55@example.com/ws?access_token=s3cret', null);
    expect(JSON.stringify(resolved)).toContain('example.com/ws?…');
    expect(JSON.stringify(resolved)).not.toMatch(/s3cret|pa55/);
  });
});

describe('redactUrl', () => {
  it.each([
    ['wss://example.com/ws', 'wss://example.com/ws'],
    ['wss://example.com/ws?token=abc', 'wss://example.com/ws?…'],
    ['wss://example.com/ws#abc', 'wss://example.com/ws?…'],
    ['wss://user:pass@example.com/', 'wss://example.com/'],
  ])('%s is shown as %s', (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });
});
