/** Splits code into coloured parts. It knows enough TypeScript for this book, and is no parser. */

export type TokenKind = 'comment' | 'text' | 'word' | 'name' | 'number' | 'tag' | 'plain';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Where it begins. */
  readonly at: number;
}

const words =
  'as|async|await|break|case|catch|const|continue|declare|default|else|export|extends|false|finally|for|from|function|if|import|in|infer|interface|keyof|let|module|new|null|of|readonly|return|satisfies|switch|this|throw|true|try|type|typeof|undefined|void|while';

const kinds = {
  comment: String.raw`\/\/[^\n]*|\/\*[\s\S]*?\*\/`,
  text: String.raw`'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\x60(?:\\.|[^\x60\\])*\x60`,
  tag: String.raw`<\/?[A-Za-z][\w.]*(?=[\s/>])|<>|<\/>`,
  number: String.raw`\b\d[\d_]*(?:\.\d+)?\b`,
  word: String.raw`\b(?:${words})\b`,
  name: String.raw`\b[A-Za-z_$][\w$]*(?=\()`,
} as const satisfies Record<Exclude<TokenKind, 'plain'>, string>;

const pattern = new RegExp(
  Object.entries(kinds)
    .map(([kind, source]) => `(?<${kind}>${source})`)
    .join('|'),
  'g',
);

export function tokensOf(code: string): readonly Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of code.matchAll(pattern)) {
    if (match.index > end) tokens.push({ kind: 'plain', text: code.slice(end, match.index), at: end });
    tokens.push({ kind: kindOf(match.groups ?? {}), text: match[0], at: match.index });
    end = match.index + match[0].length;
  }
  if (end < code.length) tokens.push({ kind: 'plain', text: code.slice(end), at: end });
  return tokens;
}

function kindOf(groups: Readonly<Record<string, string | undefined>>): TokenKind {
  const [kind] = Object.entries(groups).find(([, text]) => text !== undefined) ?? [];
  return (kind as TokenKind | undefined) ?? 'plain';
}
