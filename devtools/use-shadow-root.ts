'use client';
/** Adds a shadow root to the body for the panel, so that the app's styles and ours do not affect each other. */
import { useEffect, useState } from 'react';
import { styles } from './styles.ts';

/** Null on a server, and until it is added. It is removed when the component unmounts. */
export function useShadowRoot(nonce: string | undefined): ShadowRoot | null {
  const [root, setRoot] = useState<ShadowRoot | null>(null);
  useEffect(() => {
    const host = document.createElement('div');
    host.setAttribute('data-everwire-devtools', '');
    const made = host.attachShadow({ mode: 'open' });
    style(made, nonce);
    document.body.append(host);
    setRoot(made);
    return () => {
      host.remove();
      setRoot(null);
    };
  }, [nonce]);
  return root;
}

/** Uses a constructed style sheet, which no Content-Security-Policy forbids, or else a style element with the nonce. */
function style(root: ShadowRoot, nonce: string | undefined): void {
  if ('adoptedStyleSheets' in root && 'replaceSync' in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    root.adoptedStyleSheets = [sheet];
    return;
  }
  const element = document.createElement('style');
  if (nonce !== undefined) element.nonce = nonce;
  element.textContent = styles;
  root.append(element);
}
