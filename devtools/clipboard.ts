/** How does a text get to the clipboard? By the browser's own way, or by the old one where that is closed. */

/** Resolves whether it is there. `home`: where a field may be put for a moment. */
export async function copyText(text: string, home: Node): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByField(text, home);
  }
}

/** A page without https, or without the permission, has only this one. */
function copyByField(text: string, home: Node): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'hidden';
  home.appendChild(field);
  field.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
  }
}
