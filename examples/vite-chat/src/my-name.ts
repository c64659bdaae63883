// Who is writing? The name in the address (?name=Ann), else one for as long as the tab lives.

const adjectives = ['Quiet', 'Brave', 'Swift', 'Gentle', 'Clever', 'Bright', 'Merry', 'Calm'];
const animals = ['Heron', 'Otter', 'Fox', 'Lynx', 'Wren', 'Badger', 'Hare', 'Seal'];

export const myName: string =
  new URLSearchParams(location.search).get('name') ?? sessionStorage.getItem('name') ?? newName();

function newName(): string {
  const name = `${oneOf(adjectives)} ${oneOf(animals)}`;
  sessionStorage.setItem('name', name);
  return name;
}

function oneOf(words: readonly string[]): string {
  return words[Math.floor(Math.random() * words.length)] ?? '';
}
