// Can a secret be reached from here? Walks everything that a log, a devtools panel or an error report could show.

/** The paths at which the secret is found, in any of its spellings. */
export function findSecret(
  root: unknown,
  secret: string,
  skip: (key: string) => boolean = () => false,
): string[] {
  const spellings = [secret, encodeURIComponent(secret), btoa(secret).replaceAll('=', '')];
  const found: string[] = [];
  const seen = new Set<unknown>();

  const look = (value: unknown, path: string): void => {
    if (typeof value === 'string') {
      if (spellings.some((spelling) => value.includes(spelling))) found.push(path);
      return;
    }
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value))
      return;
    seen.add(value);
    if (value instanceof Map || value instanceof Set) {
      for (const entry of value) look(entry, `${path}.<entry>`);
    }
    for (const key of Reflect.ownKeys(value)) {
      const name = String(key);
      if (skip(name)) continue;
      look(name, `${path}.<key>`);
      look(read(value, key), `${path}.${name}`);
    }
  };

  look(root, '$');
  return found;
}

function read(from: object, key: string | symbol): unknown {
  try {
    return Reflect.get(from, key);
  } catch {
    return undefined;
  }
}
