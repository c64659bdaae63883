/** Copies a text to the clipboard: with the browser's clipboard API, or with the old command if that is not available. */

/** Resolves to whether it was copied. `home`: the node that a text field may be added to for a moment. */
export async function copyText(text: string, home: Node): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByField(text, home);
  }
}

/** The only way on a page without https or without the permission. */
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
