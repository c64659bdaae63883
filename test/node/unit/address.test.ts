/** The address that each `url` resolves to. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { redactUrl, resolveAddress } from '../../../src/transport/address.ts';

const insecurePage = { protocol: 'http:', host: 'app.test:8080' };
const securePage = { protocol: 'https:', host: 'app.test' };

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
    ['//localhost:443/ws', null, 'ws://localhost:443/ws'],
    ['app.localhost/ws', null, 'ws://app.localhost/ws'],
    ['localhost.example.com/ws', null, 'wss://localhost.example.com/ws'],
    ['127.example.com/ws', null, 'wss://127.example.com/ws'],
    ['https.example.com/ws', null, 'wss://https.example.com/ws'],
    ['HTTPS://example.com/ws', null, 'wss://example.com/ws'],
    ['example.com:443/ws', insecurePage, 'ws://example.com:443/ws'],
    ['example.com/ws?next=http://x', null, 'wss://example.com/ws?next=http://x'],
    ['ws://localhost:8080/ws', securePage, 'ws://localhost:8080/ws'],
  ])('%s on %o means %s', (written, page, url) => {
    expect(resolveAddress(written, page)).toEqual({ url });
  });

  it.each([
    ['ftp://example.com', null, 'scheme'],
    ['httpx://example.com', null, 'scheme'],
    ['', null, 'not-an-address'],
    ['wss://', null, 'not-an-address'],
    ['wss://exa mple.com', null, 'not-an-address'],
    ['http://[nope]/', null, 'not-an-address'],
    ['/ws', null, 'no-host'],
    ['wss://example.com/ws#top', null, 'fragment'],
    ['wss://example.com/ws#', null, 'fragment'],
    ['/ws#top', securePage, 'fragment'],
    ['ws://example.com/ws', securePage, 'insecure'],
    ['http://localhost.example.com/ws', securePage, 'insecure'],
  ])('%s on %o is invalid: %s', (written, page, flaw) => {
    expect(resolveAddress(written, page)).toMatchObject({ flaw });
  });

  it('removes query and credentials from an invalid address', () => {
    expect(resolveAddress('ftp://user:pa55@example.com/ws?access_token=s3cret', null)).toEqual({
      url: 'ftp://example.com/ws?…',
      flaw: 'scheme',
    });
  });
});

describe('resolveAddress without a sound URL class', () => {
  /** React Native's own: the getters throw, and every path gets a slash at its end. */
  class Unfinished {
    readonly href: string;
    constructor(url: string) {
      this.href = url.endsWith('/') || url.includes('?') ? url : `${url}/`;
    }
    get protocol(): string {
      throw new Error('URL.protocol is not implemented');
    }
    get host(): string {
      throw new Error('URL.host is not implemented');
    }
  }

  /** The newer one has getters. */
  class AddsSlashes extends Unfinished {
    override get protocol(): string {
      return `${this.href.split(':')[0]}:`;
    }
    override get host(): string {
      return this.href.split('/')[2] ?? '';
    }
  }

  it.each([
    ['getters that throw', Unfinished],
    ['slashes that nobody wrote', AddsSlashes],
    ['no class at all', undefined],
  ])('(%s) keeps an address as it was written', (_, URL) => {
    vi.stubGlobal('URL', URL);
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(resolveAddress('wss://example.com/ws', null)).toEqual({ url: 'wss://example.com/ws' });
    expect(resolveAddress('https://u:p@example.com:8443/ws?a=1', null)).toEqual({
      url: 'wss://u:p@example.com:8443/ws?a=1',
    });
    expect(resolveAddress('WSS://example.com', null)).toEqual({ url: 'wss://example.com' });
    expect(resolveAddress('example.com/ws', null)).toEqual({ url: 'wss://example.com/ws' });
    expect(resolveAddress('10.0.2.2:8080/ws', null)).toEqual({ url: 'wss://10.0.2.2:8080/ws' });
    expect(resolveAddress('[::1]:8080/ws', null)).toEqual({ url: 'ws://[::1]:8080/ws' });
    expect(resolveAddress('ftp://example.com', null).flaw).toBe('scheme');
    expect(resolveAddress('wss://', null).flaw).toBe('not-an-address');
    expect(resolveAddress('wss://exa mple.com', null).flaw).toBe('not-an-address');
    expect(resolveAddress('wss://example.com/#x', null).flaw).toBe('fragment');
    expect(resolveAddress('/ws', null).flaw).toBe('no-host');
  });
});

describe('redactUrl', () => {
  it.each([
    ['wss://example.com/ws', 'wss://example.com/ws'],
    ['wss://example.com/ws?token=abc', 'wss://example.com/ws?…'],
    ['wss://example.com/ws#abc', 'wss://example.com/ws?…'],
    ['wss://user:pass@example.com/', 'wss://example.com/'],
    ['wss://user:p@ss@example.com/ws?x=a@b/c\n@d', 'wss://example.com/ws?…'],
  ])('%s is shown as %s', (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });
});
